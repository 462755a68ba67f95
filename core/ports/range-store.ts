import type { ExportId, ExportRef } from '../domain/export-id.ts';
import type { PartRange } from '../domain/part-range.ts';
import type { DatabaseSnapshot, KeyRange } from './export-source.ts';

/** How one attempt makes its file with several workers: what each of them needs to know. */
export interface RangePlan {
  readonly exportId: ExportId;
  readonly attempt: number;
  /** The attempt's claim; whatever counts is written only while it is current. */
  readonly claim: string;
  /** The name under which the database lends the snapshot to other sessions. */
  readonly snapshotName: string;
  readonly snapshot: DatabaseSnapshot;
  /** The one object, and the one upload that makes it; of no use to workers that make part files. */
  readonly key: string;
  readonly uploadId: string;
  /** Each range is a file of its own, in an upload of its own. */
  readonly partFiles?: boolean;
  /** Disjoint, in file order, and together all rows. */
  readonly slices: readonly KeyRange[];
  readonly createdAt: number;
  /** Set once every range is recorded: its workers may go. */
  readonly closed?: boolean;
}

export interface RangeState {
  readonly plan: RangePlan;
  readonly ranges: readonly PartRange[];
}

/** One run of the step in which several workers make a file: its lead says which workers are wanted, to whom asks. */
export interface Handover {
  /** The task token of whoever starts the workers. */
  readonly token?: string;
  /** Numbers of the workers that are wanted; none when there is nothing for them to do. */
  readonly workers?: readonly number[];
}

/** Whether a change was written; `lost` when the attempt is over, or when the rule refused. */
export type RangeChange = readonly PartRange[] | undefined;

/**
 * The ranges of an export that several workers make. Each call may be repeated, and answers rightly even when a reply was
 * lost on the way.
 * @throws StoreUnavailableError from any method, when retries did not help
 */
export interface RangeStore {
  /** Writes the plan of an attempt with its ranges; false when the claim is not current. */
  begin(plan: RangePlan, ranges: readonly PartRange[]): Promise<boolean>;

  /** The newest plan and its ranges, by number; consistent. Undefined when there is none. */
  read(exportId: ExportId): Promise<RangeState | undefined>;

  /**
   * Changes one range as a rule says, whoever changes it at the same time. The rule may be asked again, also about what
   * it has changed already.
   * @param rule undefined refuses; the same range changes nothing
   */
  change(
    plan: RangePlan,
    number: number,
    rule: (range: PartRange) => PartRange | undefined,
  ): Promise<PartRange | undefined>;

  /**
   * Like {@link change}, of several ranges at once, with new ones among them: all or nothing, and only while the plan's
   * claim is current.
   */
  changeFenced(
    plan: RangePlan,
    numbers: readonly number[],
    rule: (ranges: readonly PartRange[]) => RangeChange,
  ): Promise<RangeChange>;

  /** Says that every range is recorded. */
  close(plan: RangePlan): Promise<void>;

  /** Adds what one side knows of a handover. @returns what both know: one of two that come at once sees all of it */
  handOver(exportId: ExportId, id: string, known: Handover, now: number): Promise<Handover>;

  /** Names of all runs in which either side has said anything; consistent. */
  handovers(exportId: ExportId): Promise<readonly string[]>;

  /** Forgets all plans, ranges and handovers of an export. */
  remove(ref: ExportRef): Promise<void>;
}
