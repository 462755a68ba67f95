import { isDelimited } from '../../core/domain/delimited.ts';
import { ExportFailedError } from '../../core/domain/errors.ts';
import type { ExportPlan } from '../../core/domain/export-plan.ts';
import type { ByteChunk, ExportSource, Measure, OpenRows, OpenStream } from '../../core/ports/export-source.ts';
import { checkColumnTypes } from './column-types.ts';
import { CopyIncompleteError, type CopyStream } from './copy-stream.ts';
import { rowsOf } from './copy-text.ts';
import { asExportFailure, isQueryTimeout } from './export-failure.ts';
import { copyDelimited, copyText, countQuery, estimateQuery, typesQuery } from './export-query.ts';
import { type DatabaseCredentials, type Reader, Session } from './session.ts';

export interface PostgresTimeouts {
  /** @default 30 minutes */
  readonly statementTimeoutMs?: number;
  /** How long an exact count may take before the planner's estimate has to do. @default 20 seconds */
  readonly countTimeoutMs?: number;
}

/**
 * Reports from PostgreSQL.
 * @param credentials asked for every session, so that a rotated password is picked up
 */
export function postgresExportSource(
  credentials: () => Promise<DatabaseCredentials>,
  { statementTimeoutMs = 30 * 60_000, countTimeoutMs = 20_000 }: PostgresTimeouts = {},
): ExportSource {
  async function openSession(signal: AbortSignal | undefined): Promise<Session> {
    const reach = await credentials();
    signal?.throwIfAborted();
    return new Session(reach, signal);
  }

  async function openCopy(plan: ExportPlan, command: string, signal: AbortSignal): Promise<OpenStream<ByteChunk>> {
    const session = await openSession(signal);
    try {
      const snapshot = await session.begin(readerOf(plan), statementTimeoutMs);
      const { fields } = await session.query(typesQuery(plan));
      checkColumnTypes(plan.columns, fields);
      const copy = session.copy(command);
      signal.addEventListener('abort', () => copy.fail(signal.reason), { once: true });
      signal.throwIfAborted();
      return {
        snapshot,
        items: chunksOf(copy, signal),
        rowCount: () => copy.rowCount(),
        close: () => session.close(),
      };
    } catch (error) {
      await session.close();
      signal.throwIfAborted();
      throw asExportFailure(error);
    }
  }

  async function openRows(plan: ExportPlan, signal: AbortSignal, limit?: number): Promise<OpenRows> {
    const copy = await openCopy(plan, copyText(plan, limit), signal);
    return { ...copy, kind: 'rows', items: rowsOf(copy.items) };
  }

  return {
    async measure(plan, exactUpTo, signal) {
      const session = await openSession(signal);
      try {
        await session.begin(readerOf(plan), countTimeoutMs);
        return await measureRows(session, plan, exactUpTo);
      } catch (error) {
        signal?.throwIfAborted();
        throw asExportFailure(error);
      } finally {
        await session.close();
      }
    },

    async open(plan, signal) {
      const { format } = plan.snapshot;
      if (!isDelimited(format)) return openRows(plan, signal);
      const copy = await openCopy(plan, copyDelimited(plan, format), signal);
      return { kind: 'bytes', ...copy };
    },

    openRows,
  };
}

function readerOf({ accountId, snapshot }: ExportPlan): Reader {
  return { accountId, timeZone: snapshot.timeZone };
}

async function measureRows(session: Session, plan: ExportPlan, exactUpTo: number): Promise<Measure> {
  const estimated = await session.query<{ 'QUERY PLAN': [{ Plan: { 'Plan Rows': number } }] }>(estimateQuery(plan));
  const estimate = estimated.rows[0]?.['QUERY PLAN'][0].Plan['Plan Rows'] ?? 0;
  try {
    const counted = await session.query<{ rows: number }>(countQuery(plan, exactUpTo + 1));
    const rows = counted.rows[0]?.rows ?? 0;
    if (rows <= exactUpTo) return { rows, exact: true };
  } catch (error) {
    if (!isQueryTimeout(error)) throw error;
  }
  return { rows: Math.max(estimate, exactUpTo + 1), exact: false };
}

async function* chunksOf(copy: CopyStream, signal: AbortSignal): AsyncGenerator<ByteChunk> {
  try {
    yield* copy;
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof CopyIncompleteError) {
      throw new ExportFailedError('internal', { retryable: true, cause: error });
    }
    throw asExportFailure(error);
  }
}
