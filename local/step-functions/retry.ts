import type { Retrier } from './definition.ts';
import { errorMatches, type StateError } from './state-error.ts';

/** Counts the retries of one visit to a state, each retrier for itself. */
export class RetryBudget {
  readonly #retriers: readonly Retrier[];
  readonly #used = new Map<Retrier, number>();

  constructor(retriers: readonly Retrier[] = []) {
    this.#retriers = retriers;
  }

  /** Milliseconds to wait before the next attempt, or undefined when there is none. The first matching retrier decides. */
  nextDelayMs(failure: StateError): number | undefined {
    const retrier = this.#retriers.find(({ ErrorEquals }) => errorMatches(ErrorEquals, failure));
    if (!retrier) return undefined;
    const used = this.#used.get(retrier) ?? 0;
    if (used >= (retrier.MaxAttempts ?? 3)) return undefined;
    this.#used.set(retrier, used + 1);
    const grown = (retrier.IntervalSeconds ?? 1) * (retrier.BackoffRate ?? 2) ** used;
    const delayMs = Math.min(grown, retrier.MaxDelaySeconds ?? Number.POSITIVE_INFINITY) * 1000;
    return retrier.JitterStrategy === 'FULL' ? Math.random() * delayMs : delayMs;
  }
}
