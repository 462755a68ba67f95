import { isDelimited } from '../../core/domain/delimited.ts';
import { ExportFailedError } from '../../core/domain/errors.ts';
import type { ExportPlan } from '../../core/domain/export-plan.ts';
import type { ColumnType } from '../../core/domain/report.ts';
import type {
  DatabaseSnapshot,
  KeyRange,
  OpenBytes,
  OpenRows,
  OpenStream,
  RangeReader,
  SnapshotHolder,
} from '../../core/ports/export-source.ts';
import { checkColumnTypes } from './column-types.ts';
import { CopyIncompleteError, type CopyStream } from './copy-stream.ts';
import { rowsOf } from './copy-text.ts';
import { DelimitedWriter } from './delimited-rows.ts';
import { asExportFailure } from './export-failure.ts';
import { copyCommand, typesQuery } from './export-query.ts';
import { keyRanges } from './key-ranges.ts';
import type { Session } from './session.ts';

/** Reads an export's rows in a session of its own, one command after the other at the session's snapshot. */
export class PostgresRangeReader implements RangeReader {
  readonly snapshot: DatabaseSnapshot;
  readonly #session: Session;
  readonly #plan: ExportPlan;
  readonly #signal: AbortSignal;
  #delimited: DelimitedWriter | undefined;

  private constructor(session: Session, snapshot: DatabaseSnapshot, plan: ExportPlan, signal: AbortSignal) {
    this.#session = session;
    this.snapshot = snapshot;
    this.#plan = plan;
    this.#signal = signal;
  }

  /**
   * @param options.shared the name of the snapshot to read at, in place of one of its own
   * @throws what the session threw, or ExportFailedError internal
   */
  static async begin(
    session: Session,
    plan: ExportPlan,
    options: { readonly statementTimeoutMs: number; readonly shared?: string; readonly signal: AbortSignal },
  ): Promise<PostgresRangeReader> {
    const reader = { accountId: plan.accountId, timeZone: plan.snapshot.timeZone };
    const snapshot = await session.begin(reader, options.statementTimeoutMs, options.shared);
    const { fields } = await session.query(typesQuery(plan));
    checkColumnTypes(plan.columns, fields);
    return new PostgresRangeReader(session, snapshot, plan, options.signal);
  }

  async open(range: KeyRange): Promise<OpenBytes | OpenRows> {
    const { format } = this.#plan.snapshot;
    if (!isDelimited(format)) return this.openRows({ range });
    const copy = this.#copy(copyCommand(this.#plan, { range }));
    this.#delimited ??= new DelimitedWriter(this.#types(), { ...this.#plan.snapshot, format });
    return { ...copy, kind: 'bytes', items: this.#delimited.rowsOf(copy.items) };
  }

  openRows(part: { readonly limit?: number | undefined; readonly range?: KeyRange }): OpenRows {
    const copy = this.#copy(copyCommand(this.#plan, part));
    return { ...copy, kind: 'rows', items: rowsOf(copy.items, this.#types()) };
  }

  #types(): ColumnType[] {
    return this.#plan.columns.map(({ type }) => type);
  }

  /** Lets others join this reader's snapshot. */
  async share(): Promise<SnapshotHolder> {
    const name = await this.#ask(async (session) => {
      const { rows } = await session.query<{ name: string }>('SELECT pg_export_snapshot() AS name');
      return rows[0]?.name ?? '';
    });
    return {
      name,
      snapshot: this.snapshot,
      ranges: (bytes) => this.#ask((session) => keyRanges(session, this.#plan, bytes)),
      open: (range) => this.open(range),
      close: () => this.close(),
    };
  }

  close(): Promise<void> {
    return this.#session.close();
  }

  async #ask<Answer>(question: (session: Session) => Promise<Answer>): Promise<Answer> {
    try {
      return await question(this.#session);
    } catch (error) {
      await this.close();
      this.#signal.throwIfAborted();
      throw asExportFailure(error);
    }
  }

  #copy(command: string): OpenStream<readonly Uint8Array[]> {
    this.#signal.throwIfAborted();
    const copy = this.#session.copy(command);
    return {
      snapshot: this.snapshot,
      items: chunksOf(copy, this.#signal),
      rowCount: () => copy.rowCount(),
      close: async () => {
        if (!copy.finished) await this.close();
      },
    };
  }
}

async function* chunksOf(copy: CopyStream, signal: AbortSignal): AsyncGenerator<readonly Uint8Array[]> {
  const onAbort = () => copy.fail(signal.reason);
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    yield* copy;
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof CopyIncompleteError) {
      throw new ExportFailedError('internal', { retryable: true, cause: error });
    }
    throw asExportFailure(error);
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}
