import type { LocalClock } from '../clock.ts';

/** What everything that waits inside a cancelled scope rejects with. Never matched by a retrier or catcher. */
export class Cancelled extends Error {
  override readonly name = 'Cancelled';
}

/**
 * A part of an execution that can be ended from outside: the execution, a branch, a map's iteration. Cancelling reaches
 * everything below. (AbortSignals do not nest cheaply: an execution may hold thousands of iterations.)
 */
export class CancelScope {
  readonly #listeners = new Set<() => void>();
  #cancelled = false;

  /** A scope that ends with this one. Call `leave` when its work is over. */
  child(): { scope: CancelScope; leave: () => void } {
    const scope = new CancelScope();
    return { scope, leave: this.onCancel(() => scope.cancel()) };
  }

  /** @throws Cancelled once cancelled */
  check(): void {
    if (this.#cancelled) throw new Cancelled();
  }

  /** Calls `listener` on cancelling, or now if that has happened. Returns how to stop listening. */
  onCancel(listener: () => void): () => void {
    if (this.#cancelled) listener();
    else this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  cancel(): void {
    this.#cancelled = true;
    const listeners = [...this.#listeners];
    this.#listeners.clear();
    for (const listener of listeners) listener();
  }
}

/** Waits by the local cloud's clock. @throws Cancelled */
export function sleep(clock: LocalClock, delayMs: number, scope: CancelScope): Promise<void> {
  return new Promise((resolve, reject) => {
    const cancelTimer = clock.after(delayMs, () => {
      stopListening();
      resolve();
    });
    const stopListening = scope.onCancel(() => {
      cancelTimer();
      reject(new Cancelled());
    });
  });
}
