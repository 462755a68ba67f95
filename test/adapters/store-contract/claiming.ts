// @module-tag one-claim-wins

import { describe, expect, it } from 'vitest';
import { LEASE_MS, MAX_ATTEMPTS } from '../../../core/domain/lifecycle.ts';
import { exportId, newExport, progressAt, refOf, T0 } from '../../support/exports.ts';
import {
  attemptOf,
  cancelled,
  create,
  createAdmitted,
  createIn,
  createRunning,
  eventTypes,
  gaveUp,
  type OpenStores,
  recordOf,
  stopped,
  system,
} from './stores-under-test.ts';

const LAPSED = T0 + LEASE_MS;

export function claiming(open: OpenStores): void {
  describe('claim', () => {
    it('needs an export that was admitted', async () => {
      const stores = await open();
      const ref = await create(stores, 1);
      expect(await stores.attempts.claim({ ...ref, exportId: exportId(9) }, 'c', T0)).toEqual({ kind: 'not_found' });
      expect(await stores.attempts.claim(ref, 'c', T0)).toEqual({ kind: 'not_admitted' });
      await stores.admissions.enqueue(ref, 't', 1, T0);
      expect(await stores.attempts.claim(ref, 'c', T0)).toEqual({ kind: 'not_admitted' });
      expect(await recordOf(stores, ref)).toMatchObject({ status: 'queued', attempt: 0, version: 1 });
    });

    it('starts the first attempt', async () => {
      const stores = await open();
      const ref = await createAdmitted(stores, 1);
      const outcome = await stores.attempts.claim(ref, 'c1', T0 + 5);
      const attempt = {
        exportId: ref.exportId,
        number: 1,
        claim: 'c1',
        leaseUntil: T0 + 5 + LEASE_MS,
        progress: { rowsWritten: 0, bytesWritten: 0, updatedAt: T0 + 5 },
        cancelRequested: false,
        startedAt: T0 + 5,
      };
      const record = await recordOf(stores, ref);
      expect(outcome).toEqual({ kind: 'claimed', record, attempt });
      expect(record).toMatchObject({ status: 'running', attempt: 1, startedAt: T0 + 5, updatedAt: T0 + 5, version: 2 });
      expect(await attemptOf(stores, ref)).toEqual(attempt);
      expect((await stores.exports.events(ref.exportId)).at(-1)).toEqual({
        version: 2,
        type: 'claimed',
        at: T0 + 5,
        by: 'worker',
        details: { attempt: 1 },
      });
    });

    it('keeps others away until the very instant the lease lapses', async () => {
      const stores = await open();
      const ref = await createRunning(stores, 1);
      const busy = { kind: 'busy', leaseUntil: LAPSED };
      expect(await stores.attempts.claim(ref, 'c2', LAPSED - 1)).toEqual(busy);
      expect(await recordOf(stores, ref)).toMatchObject({ attempt: 1, version: 2 });
      const outcome = await stores.attempts.claim(ref, 'c2', LAPSED);
      expect(outcome).toMatchObject({ kind: 'claimed', attempt: { number: 2, claim: 'c2', startedAt: LAPSED } });
      expect(await recordOf(stores, ref)).toMatchObject({ status: 'running', attempt: 2, startedAt: T0 });
    });

    it('is answered again to its holder, and consumes nothing', async () => {
      const stores = await open();
      const ref = await createRunning(stores, 1);
      for (const now of [T0 + 1, LAPSED + 1]) {
        expect(await stores.attempts.claim(ref, 'claim-1', now)).toMatchObject({
          kind: 'claimed',
          record: { attempt: 1, version: 2 },
          attempt: { number: 1, leaseUntil: LAPSED },
        });
      }
      expect(await eventTypes(stores, ref)).toEqual(['created', 'claimed']);
    });

    it('ends with the attempts that count', async () => {
      const stores = await open();
      const ref = await createAdmitted(stores, 1);
      let now = T0;
      for (let n = 1; n <= MAX_ATTEMPTS; n += 1, now += LEASE_MS) {
        expect(await stores.attempts.claim(ref, `c${n}`, now)).toMatchObject({
          kind: 'claimed',
          attempt: { number: n },
        });
      }
      expect(await stores.attempts.claim(ref, 'late', now - 1)).toMatchObject({ kind: 'busy' });
      expect(await stores.attempts.claim(ref, 'late', now)).toEqual({ kind: 'exhausted' });
      expect(await recordOf(stores, ref)).toMatchObject({ status: 'running', attempt: MAX_ATTEMPTS });
    });

    it('does not count attempts that were stopped from outside', async () => {
      const stores = await open();
      const ref = await createAdmitted(stores, 1);
      for (let n = 1; n <= 5; n += 1) {
        expect(await stores.attempts.claim(ref, `spot${n}`, T0)).toMatchObject({
          kind: 'claimed',
          attempt: { number: n },
        });
        await stores.attempts.release(ref, `spot${n}`, stopped, T0);
      }
      for (let n = 1; n <= MAX_ATTEMPTS; n += 1) {
        expect(await stores.attempts.claim(ref, `c${n}`, T0)).toMatchObject({ kind: 'claimed' });
        await stores.attempts.release(ref, `c${n}`, gaveUp, T0);
      }
      expect(await stores.attempts.claim(ref, 'late', T0)).toEqual({ kind: 'exhausted' });
    });

    it.each(['ready', 'failed', 'cancelled', 'expired'] as const)('finds a %s export ended', async (status) => {
      const stores = await open();
      const ref = await createIn(stores, status, 1);
      for (const claim of ['claim-1', 'c2']) {
        expect(await stores.attempts.claim(ref, claim, T0 + 10 * LEASE_MS)).toEqual({ kind: 'ended', status });
      }
    });

    it('has exactly one winner among 32 workers, for the first attempt and for the next', async () => {
      const stores = await open();
      const ref = await createAdmitted(stores, 1);
      for (const [n, now] of [T0, LAPSED].entries()) {
        const claims = Array.from({ length: 32 }, (_, worker) => `race${n}-worker${worker}`);
        const outcomes = await Promise.all(claims.map((claim) => stores.attempts.claim(ref, claim, now)));
        const winners = claims.filter((_, worker) => outcomes[worker]?.kind === 'claimed');
        expect(winners).toHaveLength(1);
        expect(outcomes.filter(({ kind }) => kind === 'busy')).toHaveLength(31);
        expect(await attemptOf(stores, ref)).toMatchObject({ number: n + 1, claim: winners[0] });
      }
      expect(await eventTypes(stores, ref)).toEqual(['created', 'claimed', 'claimed']);
    });
  });

  describe('heartbeat', () => {
    it('writes progress and renews the lease', async () => {
      const stores = await open();
      const ref = await createRunning(stores, 1);
      const progress = { ...progressAt(T0 + 2000, 5), lastRowAt: T0 + 1990 };
      const beat = await stores.attempts.heartbeat(ref.exportId, 'claim-1', progress, T0 + 2000);
      expect(beat).toEqual({ kind: 'alive', cancelRequested: false });
      expect(await attemptOf(stores, ref)).toMatchObject({ progress, leaseUntil: T0 + 2000 + LEASE_MS });
      expect(await recordOf(stores, ref)).toMatchObject({ version: 2 });
    });

    it('revives a lapsed lease that nobody took', async () => {
      const stores = await open();
      const ref = await createRunning(stores, 1);
      const beat = await stores.attempts.heartbeat(ref.exportId, 'claim-1', progressAt(LAPSED), LAPSED + 5);
      expect(beat).toMatchObject({ kind: 'alive' });
      expect(await stores.attempts.claim(ref, 'c2', LAPSED + 5)).toMatchObject({ kind: 'busy' });
    });

    it('is lost when another worker took over, when it was given back, and when it never was', async () => {
      const stores = await open();
      const beat = (exportIdOf: string, claim: string) =>
        stores.attempts.heartbeat(exportIdOf as typeof ref.exportId, claim, progressAt(LAPSED), LAPSED);
      const ref = await createRunning(stores, 1);
      await stores.attempts.claim(ref, 'c2', LAPSED);
      expect(await beat(ref.exportId, 'claim-1')).toEqual({ kind: 'lost' });
      expect(await attemptOf(stores, ref)).toMatchObject({ claim: 'c2', progress: { rowsWritten: 0 } });
      await stores.attempts.release(ref, 'c2', gaveUp, LAPSED);
      expect(await beat(ref.exportId, 'c2')).toEqual({ kind: 'lost' });
      expect(await beat(exportId(9), 'c2')).toEqual({ kind: 'lost' });
    });

    it.each(['ready', 'failed', 'cancelled', 'expired'] as const)('is lost once the export is %s', async (status) => {
      const stores = await open();
      const ref = await createIn(stores, status, 1);
      const beat = await stores.attempts.heartbeat(ref.exportId, 'claim-1', progressAt(T0 + 9), T0 + 9);
      expect(beat).toEqual({ kind: 'lost' });
    });
  });

  describe('release', () => {
    it('frees the attempt for the next worker at once', async () => {
      const stores = await open();
      const ref = await createRunning(stores, 1);
      await stores.attempts.release(ref, 'claim-1', stopped, T0 + 3);
      expect(await attemptOf(stores, ref)).toMatchObject({ leaseUntil: 0, claim: 'claim-1' });
      expect(await recordOf(stores, ref)).toMatchObject({ status: 'running', uncountedAttempts: 1, updatedAt: T0 + 3 });
      expect((await stores.exports.events(ref.exportId)).at(-1)).toMatchObject({
        type: 'released',
        details: { attempt: 1, reason: 'stopped' },
      });
      expect(await stores.attempts.claim(ref, 'c2', T0 + 4)).toMatchObject({ kind: 'claimed', attempt: { number: 2 } });
    });

    it('leaves why an attempt was given up, until the next one begins', async () => {
      const stores = await open();
      const ref = await createRunning(stores, 1);
      await stores.attempts.release(ref, 'claim-1', gaveUp, T0);
      expect(await recordOf(stores, ref)).toMatchObject({ lastFailure: 'source_unavailable', uncountedAttempts: 0 });
      await stores.attempts.claim(ref, 'c2', T0);
      expect(await recordOf(stores, ref)).not.toHaveProperty('lastFailure');
    });

    it('changes nothing when repeated, foreign, unknown or too late', async () => {
      const stores = await open();
      const ref = await createRunning(stores, 1);
      await stores.attempts.release(ref, 'foreign', stopped, T0);
      expect(await attemptOf(stores, ref)).toMatchObject({ leaseUntil: LAPSED });
      await stores.attempts.release(ref, 'claim-1', stopped, T0);
      await stores.attempts.release(ref, 'claim-1', stopped, T0);
      expect(await recordOf(stores, ref)).toMatchObject({ uncountedAttempts: 1, version: 3 });
      await stores.exports.end(ref, cancelled, { kind: 'no_live_lease', now: T0 }, system);
      await stores.attempts.release(ref, 'claim-1', stopped, T0);
      expect(await recordOf(stores, ref)).toMatchObject({ uncountedAttempts: 1, version: 4 });
      await stores.attempts.release(refOf(newExport(9)), 'claim-1', stopped, T0);
    });
  });

  describe('cancellation of a running export', () => {
    it('reaches its worker with the next heartbeat', async () => {
      const stores = await open();
      const ref = await createRunning(stores, 1);
      await stores.attempts.heartbeat(ref.exportId, 'claim-1', progressAt(T0 + 1, 77), T0 + 1);
      expect(await stores.exports.requestCancel(ref, { by: 'ada', at: T0 + 2 })).toBe(true);
      expect(await stores.exports.requestCancel(ref, { by: 'mel', at: T0 + 3 })).toBe(true);
      expect(await recordOf(stores, ref)).toMatchObject({ status: 'running', cancelRequestedAt: T0 + 2, version: 3 });
      expect(await attemptOf(stores, ref)).toMatchObject({ cancelRequested: true, progress: { rowsWritten: 77 } });
      expect((await stores.exports.events(ref.exportId)).at(-1)).toMatchObject({ type: 'cancel_requested', by: 'ada' });
      const beat = await stores.attempts.heartbeat(ref.exportId, 'claim-1', progressAt(T0 + 4), T0 + 4);
      expect(beat).toEqual({ kind: 'alive', cancelRequested: true });
    });

    it('is handed on to the next worker when the first did not live to see it', async () => {
      const stores = await open();
      const ref = await createRunning(stores, 1);
      await stores.exports.requestCancel(ref, { by: 'ada', at: T0 });
      const next = await stores.attempts.claim(ref, 'c2', LAPSED);
      expect(next).toMatchObject({ kind: 'claimed', attempt: { number: 2, cancelRequested: true } });
    });

    it.each(['queued', 'ready', 'failed', 'cancelled', 'expired'] as const)(
      'is not taken by a %s one',
      async (status) => {
        const stores = await open();
        const ref = await createIn(stores, status, 1);
        const before = await recordOf(stores, ref);
        expect(await stores.exports.requestCancel(ref, system)).toBe(false);
        expect(await recordOf(stores, ref)).toEqual(before);
        expect(await stores.exports.requestCancel(refOf(newExport(9)), system)).toBe(false);
      },
    );
  });
}
