import { strictEqual } from 'node:assert';
import { ProblemError } from '../../../core/domain/errors.ts';
import type { Caller } from '../../../core/usecases/caller.ts';
import { type Environment, InjectedFault } from './environment.ts';
import { ExpectedFault, type Model, type ModelExport } from './model.ts';

/** What a step works on: both sides, and its random choices. */
export interface StepContext {
  readonly env: Environment;
  readonly model: Model;
  readonly who: Caller;
  /** Any export; undefined while there is none. */
  readonly each: ModelExport | undefined;
  readonly pick: number;
  readonly arg: number;
}

/**
 * Tells the model, does the same for real, and compares the answers.
 * @returns what happened, for the tally; undefined when there was nothing to do it to
 */
export type Step = (context: StepContext) => Promise<string | undefined>;

/** What the model says will happen; `fault` when the environment's failure must surface. */
export function predicted(work: () => string): string {
  try {
    return work();
  } catch (error) {
    if (error instanceof ExpectedFault) return 'fault';
    throw error;
  }
}

/** What happened: the answer, the code of the problem, or `fault`. Any other error is a violation. */
export async function actual(work: () => Promise<string>): Promise<string> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof ProblemError) return error.code;
    if (error instanceof InjectedFault) return 'fault';
    throw error;
  }
}

export function verify(happened: string, expected: string): string {
  strictEqual(happened, expected, `the model expects ${expected}, but it was ${happened}`);
  return happened;
}

/** @param pick any number; -1 for the last */
export function choose<Item>(items: readonly Item[], pick: number): Item | undefined {
  return items.at(pick % Math.max(1, items.length));
}
