import { DatabaseError } from 'pg';
import { ExportFailedError } from '../../core/domain/errors.ts';

const QUERY_CANCELED = '57014';

/** SQLSTATE classes after which another attempt may well succeed: the server or the way to it was at fault. */
const unavailableClasses: readonly string[] = [
  '08', // connection exception
  '28', // authorization: the password may just have been rotated
  '3D', // no such database: a restore under way
  '40', // transaction rollback: a standby's conflict with recovery
  '53', // insufficient resources, such as too many connections
  '57', // operator intervention: shutdown, crash, failover
  '58', // system error
];

/**
 * What went wrong with the database, as the reason an attempt failed. Anything that is not an answer of the server is the
 * connection's fault.
 * @see https://www.postgresql.org/docs/current/errcodes-appendix.html
 */
export function asExportFailure(error: unknown): ExportFailedError {
  if (error instanceof ExportFailedError) return error;
  if (!(error instanceof DatabaseError)) {
    return new ExportFailedError('source_unavailable', { retryable: true, cause: error });
  }
  const state = error.code ?? '';
  if (state === QUERY_CANCELED) return new ExportFailedError('query_timeout', { retryable: false, cause: error });
  if (unavailableClasses.includes(state.slice(0, 2))) {
    return new ExportFailedError('source_unavailable', { retryable: true, cause: error });
  }
  if (state.startsWith('22')) return new ExportFailedError('invalid_data', { retryable: false, cause: error });
  // A mistake in the report's query, or in the grants of the role.
  return new ExportFailedError('internal', { retryable: false, cause: error });
}

export function isQueryTimeout(error: unknown): boolean {
  return error instanceof DatabaseError && error.code === QUERY_CANCELED;
}
