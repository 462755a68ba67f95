import type { ExportPlan } from '../domain/export-plan.ts';
import type { DatabaseSnapshot, OpenBytes, OpenRows } from './export-source.ts';

export type KeyRange = { readonly from?: string; readonly to?: string } | { readonly nulls: true };

export interface SharedSnapshot {
  readonly snapshot: DatabaseSnapshot;
  readonly name: string;
  ranges(rowsPerRange: number): Promise<readonly KeyRange[]>;
  open(range: KeyRange, signal: AbortSignal): Promise<OpenBytes | OpenRows>;
  close(): Promise<void>;
}

export interface SharedSource {
  share(plan: ExportPlan, signal: AbortSignal): Promise<SharedSnapshot | undefined>;
  openRange(
    plan: ExportPlan,
    from: { readonly snapshotName: string; readonly range: KeyRange },
    signal: AbortSignal,
  ): Promise<OpenBytes | OpenRows>;
}
