import type { ExportPlan } from '../domain/export-plan.ts';

/** The point in time all rows are read at. */
export interface DatabaseSnapshot {
  readonly id: string;
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

/** Where a report's rows come from. */
export interface ExportSource {
  /** @param exactUpTo the bound of the exact count */
  measure(plan: ExportPlan, exactUpTo: number, signal?: AbortSignal): Promise<Measure>;

  /**
   * The rows' bytes as the database itself writes them, without the heading line: the fast path of csv and tsv.
   * @param signal ends the query; `items` then throws the signal's reason
   * @throws ExportFailedError source_unavailable | query_timeout | invalid_data | internal
   */
  openBytes(plan: ExportPlan, signal: AbortSignal): Promise<OpenStream<ByteChunk>>;
}
