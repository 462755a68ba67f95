import type { ExportPlan } from '../domain/export-plan.ts';
import type { ColumnType } from '../domain/report.ts';

/** The point in time all rows are read at. */
export interface DatabaseSnapshot {
  readonly id: string;
  readonly takenAt: number;
}

/** A run of bytes in the file's final order, before compression. */
export interface ByteChunk {
  readonly data: Uint8Array;
  /** Rows that end within `data`. */
  readonly rows: number;
}

/** Values of one row in column order, as the database's own text (exact; nothing went through a float), or null. */
export type Row = readonly (string | null)[];

export interface OpenStream<Item> {
  readonly snapshot: DatabaseSnapshot;
  /**
   * Ends only when the source has confirmed that everything was sent.
   * @throws ExportFailedError source_unavailable | query_timeout | invalid_data
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

  /** The file's bytes as the database itself writes them: the fast path of csv and tsv. */
  openBytes(plan: ExportPlan, signal: AbortSignal): Promise<OpenStream<ByteChunk>>;

  /** Rows in batches, for formats the database cannot write. */
  openRows(plan: ExportPlan, signal: AbortSignal): Promise<OpenStream<readonly Row[]>>;
}

export interface OutputColumn {
  readonly name: string;
  readonly header: string;
  readonly type: ColumnType;
}
