import { ProblemError } from '../../core/domain/errors.ts';

/** The problem that `work` ends in. @throws when it does not */
export async function problemOf(work: Promise<unknown>): Promise<ProblemError> {
  try {
    await work;
  } catch (error) {
    if (error instanceof ProblemError) return error;
    throw error;
  }
  throw new Error('there was no problem');
}
