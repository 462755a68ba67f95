import type { ExportView } from '../../../core/contract/export-schemas.ts';

const DAY_MS = 86_400_000;

/** For how many days this export's file was to be kept; undefined when there was none. */
export function keptDays({ readyAt, expiresAt }: Pick<ExportView, 'readyAt' | 'expiresAt'>): number | undefined {
  if (readyAt === undefined || expiresAt === undefined) return undefined;
  return Math.max(1, Math.round((Date.parse(expiresAt) - Date.parse(readyAt)) / DAY_MS));
}
