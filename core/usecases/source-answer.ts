import { ExportFailedError, ProblemError } from '../domain/errors.ts';

/** Whether the database did not answer, or not in time; asked again, it may well. */
export function isUnanswered(error: unknown): error is ExportFailedError {
  return error instanceof ExportFailedError && (error.code === 'source_unavailable' || error.code === 'query_timeout');
}

/**
 * Asks the database for no longer than this.
 * @throws ExportFailedError query_timeout, and whatever asking throws before
 */
export async function askFor<Answer>(
  timeoutMs: number,
  ask: (signal: AbortSignal) => Promise<Answer>,
): Promise<Answer> {
  const signal = AbortSignal.timeout(timeoutMs);
  try {
    return await ask(signal);
  } catch (cause) {
    if (!signal.aborted) throw cause;
    throw new ExportFailedError('query_timeout', { retryable: true, cause });
  }
}

/**
 * The answer of the database, for somebody who waits for it.
 * @throws ProblemError unavailable, and whatever has another reason
 */
export async function answerOf<Answer>(asked: Promise<Answer>): Promise<Answer> {
  try {
    return await asked;
  } catch (error) {
    if (!isUnanswered(error)) throw error;
    throw new ProblemError('unavailable', 'The data source did not answer. Try again in a moment.', { cause: error });
  }
}
