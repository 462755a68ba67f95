import { claimAttempt, releaseAttempt } from '../../core/domain/attempts.ts';
import { LEASE_MS } from '../../core/domain/lifecycle.ts';
import type { AttemptStore, HeartbeatOutcome } from '../../core/ports/attempt-store.ts';
import { changeExport, type ObservedTable } from './change-export.ts';
import { attemptStill } from './conditions.ts';
import { attemptOf } from './export-items.ts';
import { callFailureOf, settle } from './failures.ts';
import { keys } from './keys.ts';

/** Ownership of attempts in DynamoDB. */
export function createAttemptStore(observed: ObservedTable): AttemptStore {
  const { table } = observed;
  return {
    claim: (ref, claim, now) =>
      changeExport(observed, 'claim', ref, 'record and attempt', (state) => claimAttempt(state, claim, now)),

    heartbeat: (exportId, claim, progress, now) =>
      settle('heartbeat', async () => {
        try {
          const set = { progress, leaseUntil: now + LEASE_MS };
          const item = await table.update(keys.attempt(exportId), { set }, attemptStill({ kind: 'held', claim }));
          return { value: { kind: 'alive', cancelRequested: attemptOf(item).cancelRequested } as HeartbeatOutcome };
        } catch (error) {
          const failure = callFailureOf(error);
          if (failure === 'fatal') throw error;
          // Repeating a heartbeat whose reply was lost changes nothing.
          return failure === 'condition' ? { value: { kind: 'lost' } } : undefined;
        }
      }),

    release: (ref, claim, reason, now) =>
      changeExport(observed, 'release', ref, 'record and attempt', (state) =>
        releaseAttempt(state, claim, reason, now),
      ),
  };
}
