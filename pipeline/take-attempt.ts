import { setTimeout as sleep } from 'node:timers/promises';
import type { ExportRef } from '../core/domain/export-id.ts';
import type { AttemptStore, ClaimOutcome } from '../core/ports/attempt-store.ts';
import type { Clock } from '../core/ports/clock.ts';

/**
 * Claims the export's next attempt. While somebody else's lease is alive it waits, because only the end of that lease shows whether
 * another attempt is needed; it looks now and then, for a lease may be given back early.
 * @param signal ends the waiting; the outcome then is still `busy`
 */
export async function takeAttempt(
  attempts: AttemptStore,
  ref: ExportRef,
  claim: string,
  options: { clock: Clock; pollMs: number; signal: AbortSignal },
): Promise<ClaimOutcome> {
  for (;;) {
    const outcome = await attempts.claim(ref, claim, options.clock.now());
    if (outcome.kind !== 'busy' || options.signal.aborted) return outcome;
    // One millisecond past the lease, at which it has surely lapsed.
    const waitMs = Math.max(outcome.leaseUntil - options.clock.now(), 0) + 1;
    await sleep(Math.min(waitMs, options.pollMs), undefined, { signal: options.signal }).catch(() => {});
  }
}
