import type { ExportPlan } from '../domain/export-plan.ts';
import type { Cell } from '../domain/report.ts';

/** The point in time all rows are read at. */
export interface DatabaseSnapshot {
  /** The database's own name for it, if the rows are a database's. */
  readonly id?: string;
  /** Epoch milliseconds by the database's clock. */
  readonly takenAt: number;
}

/** A run of bytes in the file's final order, before compression. The receiver owns `data`. */
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
}
