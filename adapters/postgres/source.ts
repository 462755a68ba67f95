import { ExportFailedError } from '../../core/domain/errors.ts';
import type { ExportPlan } from '../../core/domain/export-plan.ts';
import type { ExportSource, Measure } from '../../core/ports/export-source.ts';
import { asExportFailure, isQueryTimeout } from './export-failure.ts';
import { countQuery, estimateQuery } from './export-query.ts';
import { PostgresRangeReader } from './range-reader.ts';
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

  async function openReader(plan: ExportPlan, signal: AbortSignal, shared?: string): Promise<PostgresRangeReader> {
    const session = await openSession(signal);
    try {
      const options = { statementTimeoutMs, signal, ...(shared !== undefined && { shared }) };
      return await PostgresRangeReader.begin(session, plan, options);
    } catch (error) {
      await session.close();
      signal.throwIfAborted();
      throw asExportFailure(error);
    }
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
      const reader = await openReader(plan, signal);
      return { ...(await reader.open({})), close: () => reader.close() };
    },

    async openRows(plan, signal, limit) {
      const reader = await openReader(plan, signal);
      return { ...reader.openRows({ limit }), close: () => reader.close() };
    },

    async share(plan, signal) {
      const reader = await openReader(plan, signal);
      return reader.share();
    },

    async join(plan, name, signal) {
      try {
        return await openReader(plan, signal, name);
      } catch (cause) {
        signal.throwIfAborted();
        // Not the request's fault, whatever the server says: the snapshot has gone with its holder.
        throw new ExportFailedError('source_unavailable', { retryable: true, cause });
      }
    },
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
