/** Milliseconds in one second. */
const MS_PER_SECOND = 1000;

/** How long something that has read the clock may be on its way: longer than any call of a function or a worker takes. */
const ON_THE_WAY_MS = 60_000;

/** Ends a timer; calling it twice, or after the timer fired, does nothing. */
export type CancelTimer = () => void;

interface Timer {
  readonly dueAt: number;
  readonly fire: () => void;
  handle: NodeJS.Timeout | undefined;
}

/**
 * The local cloud's one source of time. It runs with the machine's clock plus an offset that only grows, so a test can
 * let hours pass in a moment. Timers set here fire when the shifted time reaches them.
 */
export class LocalClock {
  #offsetMs: number;
  /** Offsets there were before each advance, and when on the machine's clock they ended. */
  #former: readonly { readonly offsetMs: number; readonly endedAt: number }[] = [];
  readonly #timers = new Set<Timer>();
  readonly #listeners = new Set<(offsetMs: number) => void>();

  constructor(offsetMs = 0) {
    this.#offsetMs = offsetMs;
  }

  /** Milliseconds this clock is ahead of the machine's. */
  get offsetMs(): number {
    return this.#offsetMs;
  }

  /** Epoch milliseconds, shifted. */
  now(): number {
    return Date.now() + this.#offsetMs;
  }

  /**
   * What this clock would show without the advances of the last minute of the machine's time, in epoch milliseconds. A
   * request that was signed just before one of them is as late as that, and no later.
   */
  readingsBeforeAdvances(): readonly number[] {
    return this.#recentOffsets().map(({ offsetMs }) => Date.now() + offsetMs);
  }

  /** Runs `fire` once `delayMs` of shifted time have passed. */
  after(delayMs: number, fire: () => void): CancelTimer {
    const timer: Timer = { dueAt: this.now() + delayMs, fire, handle: undefined };
    this.#timers.add(timer);
    this.#arm(timer);
    return () => {
      clearTimeout(timer.handle);
      this.#timers.delete(timer);
    };
  }

  /** Moves time forward. Timers that become due fire at once, in the order of their due times. */
  advance(seconds: number): void {
    this.#former = [...this.#recentOffsets(), { offsetMs: this.#offsetMs, endedAt: Date.now() }];
    this.#offsetMs += seconds * MS_PER_SECOND;
    for (const listener of this.#listeners) listener(this.#offsetMs);
    for (const timer of [...this.#timers].sort((a, b) => a.dueAt - b.dueAt)) this.#arm(timer);
  }

  /** Calls `listener` with the new offset after every {@link advance}; returns how to stop it. */
  onAdvance(listener: (offsetMs: number) => void): CancelTimer {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #recentOffsets() {
    return this.#former.filter(({ endedAt }) => Date.now() - endedAt <= ON_THE_WAY_MS);
  }

  #arm(timer: Timer): void {
    clearTimeout(timer.handle);
    // setTimeout holds at most 2^31 - 1 ms; a later timer is armed again when that has passed.
    const waitMs = Math.min(Math.max(timer.dueAt - this.now(), 0), 2 ** 31 - 1);
    timer.handle = setTimeout(() => {
      if (this.now() < timer.dueAt) return this.#arm(timer);
      this.#timers.delete(timer);
      timer.fire();
    }, waitMs);
    timer.handle.unref();
  }
}
