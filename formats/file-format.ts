import type { ExportPlan } from '../core/domain/export-plan.ts';
import type { DatabaseSnapshot, RowBatch } from '../core/ports/export-source.ts';

/** What a file tells, but for its rows. */
export interface FileFacts {
  readonly plan: ExportPlan;
  /** The point in time all rows are read at. */
  readonly snapshot: DatabaseSnapshot;
}

/**
 * Writes rows as one kind of file, from the first byte to the last, holding no more in memory than it must: nothing is
 * asked for before what was given has been taken. A chunk holds until the next is asked for, and its memory may then be used again.
 * @throws ExportFailedError invalid_data for a value the format cannot hold, naming its column; too_large for more rows
 * than it can
 */
export type FileFormat = (facts: FileFacts, rows: AsyncIterable<RowBatch>) => AsyncIterable<Uint8Array>;
