import type { LocalClock } from './clock.ts';

interface TimeTravelOptions {
  readonly clock: LocalClock;
  /** Keeps alive what would not have waited for `seconds`: the leases of workers that are at work. */
  readonly renewLeases: (seconds: number) => Promise<void>;
  /** What AWS removes as time passes: objects past their lifecycle, items past their TTL. */
  readonly expire: readonly (() => Promise<unknown>)[];
}

/** Moves the local cloud's time forward, and with it everything that AWS itself would do by the clock. */
export function timeTravel({ clock, renewLeases, expire }: TimeTravelOptions): (seconds: number) => Promise<void> {
  return async (seconds) => {
    await renewLeases(seconds);
    clock.advance(seconds);
    await Promise.all(expire.map((each) => each()));
  };
}
