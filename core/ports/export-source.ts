import type { ExportPlan } from '../domain/export-plan.ts';
import type { Cell } from '../domain/report.ts';

/** The point in time all rows are read at. */
export interface DatabaseSnapshot {
  /** The database's own name for it, if the rows are a database's. */
  readonly id?: string;
  /** Epoch milliseconds by the database's clock. */
  readonly takenAt: number;
}

/** A run of bytes in the file's final order, before compression. It holds until the next one is asked for. */
export interface ByteChunk {
  readonly data: Uint8Array;
  /** Rows that end within `data`. */
  readonly rows: number;
}

export interface OpenStream<Item> {
  readonly snapshot: DatabaseSnapshot;
  /**
   * Ends only when the source has confirmed that everything was sent.
   * @throws ExportFailedError source_unavailable | query_timeout | invalid_data | internal
   */
  readonly items: AsyncIterable<Item>;
  /** The source's own count of the rows it sent, known once `items` has ended. */
  rowCount(): number;
  /** Ends the query and frees the connection; safe at any time. */
  close(): Promise<void>;
}

/** Rows to expect, counted exactly up to a bound and estimated above it. */
export interface Measure {
  readonly rows: number;
  readonly exact: boolean;
}

/** The cells of one row, in the order of the file's columns. */
export type Row = readonly Cell[];

/** Some rows: an array of them, or a {@link CellBatch}, which formats need not take apart. */
export interface RowBatch extends Iterable<Row> {
  readonly length: number;
}

/** Rows that are the file's bytes already, without its heading line. */
export interface OpenBytes extends OpenStream<ByteChunk> {
  readonly kind: 'bytes';
}

/** Rows as values, in batches of any size. A batch holds until the next one is asked for. */
export interface OpenRows extends OpenStream<RowBatch> {
  readonly kind: 'rows';
}

/**
 * A stretch of the rows in the file's order, by the first column of the report's key: from `from` on, up to but without
 * `to`; without one of them from the first row, or to the last. Values are text, as the source writes them.
 */
export interface KeyRange {
  readonly from?: string;
  readonly to?: string;
}

/** Reads ranges, one after the other, at a snapshot that others read at too. */
export interface RangeReader {
  readonly snapshot: DatabaseSnapshot;
  /**
   * As {@link ExportSource.open}. What one range yields must have been read to its end before the next is opened; after an
   * error the reader is of no more use.
   */
  open(range: KeyRange): Promise<OpenBytes | OpenRows>;
  /** Ends what is being read; safe at any time. */
  close(): Promise<void>;
}

/** The reader that took the snapshot. Others can join while it is open; those that have read on without it. */
export interface SnapshotHolder extends RangeReader {
  /** What others join it by, in this process or another. */
  readonly name: string;
  /**
   * All rows in ranges of about so many bytes, in the file's order: contiguous and disjoint. A single one, without ends,
   * where the source could not read several for about what all rows at once cost.
   * @param bytes as the source estimates them, before compression
   */
  ranges(bytes: number): Promise<readonly [KeyRange, ...KeyRange[]]>;
}

/** Where a report's rows come from. */
export interface ExportSource {
  /** @param exactUpTo the bound of the exact count */
  measure(plan: ExportPlan, exactUpTo: number, signal?: AbortSignal): Promise<Measure>;

  /**
   * All rows of the file, as bytes where the source itself can write the format.
   * @param signal ends the query; `items` then throws the signal's reason
   * @throws ExportFailedError source_unavailable | query_timeout | invalid_data | internal
   */
  open(plan: ExportPlan, signal: AbortSignal): Promise<OpenBytes | OpenRows>;

  /**
   * As {@link open}, but always as values.
   * @param limit the most rows to read. @default all
   */
  openRows(plan: ExportPlan, signal: AbortSignal, limit?: number): Promise<OpenRows>;

  /**
   * Takes a snapshot for several readers.
   * @param signal ends whatever the reader is at
   * @returns undefined where the rows have no snapshot that others could join
   * @throws ExportFailedError as {@link open}
   */
  share(plan: ExportPlan, signal: AbortSignal): Promise<SnapshotHolder | undefined>;

  /**
   * One more reader at a snapshot that a holder keeps open.
   * @param name the holder's
   * @throws ExportFailedError source_unavailable when there is none of that name (any more), else as {@link open}
   */
  join(plan: ExportPlan, name: string, signal: AbortSignal): Promise<RangeReader>;
}
