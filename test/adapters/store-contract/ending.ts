// @module-tag terminal-states

import { describe, expect, it } from 'vitest';
import { LEASE_MS, type Status, statuses } from '../../../core/domain/lifecycle.ts';
import type { EndGuard, Ending } from '../../../core/ports/export-store.ts';
import { exportId, newExport, progressAt, refOf, T0 } from '../../support/exports.ts';
import {
  admitNow,
  attemptOf,
  cancelled,
  create,
  createAdmitted,
  createIn,
  createRunning,
  eventTypes,
  failed,
  gaveUp,
  nothing,
  type OpenStores,
  occupied,
  ready,
  recordOf,
  system,
} from './stores-under-test.ts';

const LAPSED = T0 + LEASE_MS;
const worker = { by: 'worker', at: T0 + 50 };
const mine: EndGuard = { kind: 'claim', claim: 'claim-1' };
const endings: readonly Ending[] = [ready, failed, cancelled];
const terminal = statuses.filter((status) => status !== 'queued' && status !== 'running');

export function ending(open: OpenStores): void {
  describe('an ending by the worker', () => {
    it('publishes the file and leaves everything the export occupied', async () => {
      const stores = await open();
      const ref = await createRunning(stores, 1);
      expect(await occupied(stores, ref)).toEqual({ pool: true, account: true, line: false });
      expect(await stores.exports.end(ref, ready, mine, worker)).toEqual({ kind: 'ended' });
      expect(await recordOf(stores, ref)).toMatchObject({
        status: 'ready',
        file: ready.file,
        expiresAt: ready.expiresAt,
        readyAt: worker.at,
        endedAt: worker.at,
        version: 3,
      });
      expect(await attemptOf(stores, ref)).toMatchObject({ endedAt: worker.at });
      expect(await occupied(stores, ref)).toEqual(nothing);
      expect((await stores.exports.events(ref.exportId)).at(-1)).toMatchObject({
        version: 3,
        type: 'ready',
        by: 'worker',
        details: { rows: ready.file.rows, bytes: ready.file.bytes },
      });
      expect(await stores.exports.create(newExport(2), { activeLimit: 1 })).toEqual({ kind: 'created' });
    });

    it('keeps how many files it made, and says so in the timeline', async () => {
      const stores = await open();
      const ref = await createRunning(stores, 1);
      const severalFiles = { ...ready, file: { ...ready.file, key: ready.file.waybillKey, partFiles: 16 } };
      expect(await stores.exports.end(ref, severalFiles, mine, worker)).toEqual({ kind: 'ended' });
      expect((await recordOf(stores, ref)).file).toEqual(severalFiles.file);
      const { rows, bytes } = ready.file;
      expect((await stores.exports.events(ref.exportId)).at(-1)?.details).toEqual({ rows, bytes, partFiles: 16 });
    });

    it('records why it failed', async () => {
      const stores = await open();
      const ref = await createRunning(stores, 1);
      await stores.exports.end(ref, failed, mine, worker);
      const record = await recordOf(stores, ref);
      expect(record).toMatchObject({ status: 'failed', failure: failed.failure, endedAt: worker.at });
      expect(record).not.toHaveProperty('readyAt');
      expect((await stores.exports.events(ref.exportId)).at(-1)).toMatchObject({ details: { code: 'internal' } });
    });

    it.each(endings)('may be said twice: $to', async (end) => {
      const stores = await open();
      const ref = await createRunning(stores, 1);
      for (const at of [T0 + 1, T0 + 2]) {
        expect(await stores.exports.end(ref, end, mine, { by: 'worker', at })).toEqual({ kind: 'ended' });
      }
      expect(await recordOf(stores, ref)).toMatchObject({ endedAt: T0 + 1, version: 3 });
      expect(await eventTypes(stores, ref)).toEqual(['created', 'claimed', end.to]);
    });

    it('is still answered as done after the file has expired', async () => {
      const stores = await open();
      const ref = await createIn(stores, 'expired', 1);
      expect(await stores.exports.end(ref, ready, mine, worker)).toEqual({ kind: 'ended' });
    });

    it('is refused to a claim that was taken over, given back or never was', async () => {
      const stores = await open();
      const taken = await createRunning(stores, 1);
      await stores.attempts.claim(taken, 'c2', LAPSED);
      const givenBack = await createRunning(stores, 2);
      await stores.attempts.release(givenBack, 'claim-1', gaveUp, T0);
      const never = await createRunning(stores, 3);
      for (const [ref, claim] of [
        [taken, 'claim-1'],
        [givenBack, 'claim-1'],
        [never, 'stranger'],
      ] as const) {
        for (const end of endings) {
          const outcome = await stores.exports.end(ref, end, { kind: 'claim', claim }, worker);
          expect(outcome).toMatchObject({ kind: 'refused', record: { status: 'running' } });
        }
        expect(await occupied(stores, ref)).toMatchObject({ pool: true, account: true });
      }
    });

    it('works after its lease lapsed as long as nobody took over', async () => {
      const stores = await open();
      const ref = await createRunning(stores, 1);
      const late = { by: 'worker', at: LAPSED + 1 };
      expect(await stores.exports.end(ref, ready, mine, late)).toEqual({ kind: 'ended' });
    });

    it('does not take another’s failure for its own', async () => {
      const stores = await open();
      const ref = await createRunning(stores, 1);
      await stores.exports.end(ref, failed, { kind: 'attempt', attempt: 1 }, system);
      expect(await stores.exports.end(ref, failed, mine, worker)).toMatchObject({ kind: 'refused' });
    });
  });

  describe('an ending by the system', () => {
    it.each([failed, cancelled])('$to takes a waiting export out of the line', async (end) => {
      const stores = await open();
      const ref = await create(stores, 1);
      await stores.admissions.enqueue(ref, 't', 1, T0);
      expect(await occupied(stores, ref)).toEqual({ pool: false, account: false, line: true });
      expect(await stores.exports.end(ref, end, { kind: 'not_admitted' }, system)).toEqual({ kind: 'ended' });
      expect(await occupied(stores, ref)).toEqual(nothing);
      expect(await stores.exports.due('start', T0 + 100, 10)).toEqual([]);
      expect(await admitNow(stores, ref, 't')).toBe(false);
      expect(await stores.exports.create(newExport(2), { activeLimit: 1 })).toEqual({ kind: 'created' });
    });

    it('frees the slots of one that was admitted and never claimed', async () => {
      const stores = await open();
      const ref = await createAdmitted(stores, 1);
      const guard: EndGuard = { kind: 'no_live_lease', now: T0 };
      expect(await stores.exports.end(ref, cancelled, guard, system)).toEqual({ kind: 'ended' });
      expect(await occupied(stores, ref)).toEqual(nothing);
      expect(await stores.attempts.claim(ref, 'c', T0)).toEqual({ kind: 'ended', status: 'cancelled' });
    });

    it('guard not_admitted: never touches one that was admitted', async () => {
      const stores = await open();
      const admitted = await createAdmitted(stores, 1);
      const running = await createRunning(stores, 2);
      for (const ref of [admitted, running]) {
        expect(await stores.exports.end(ref, failed, { kind: 'not_admitted' }, system)).toMatchObject({
          kind: 'refused',
          record: { admittedAt: T0 },
        });
      }
    });

    it('guard no_live_lease: waits for the lease to lapse or to be given back', async () => {
      const stores = await open();
      const lapsing = await createRunning(stores, 1);
      const end = (ref: typeof lapsing, now: number) =>
        stores.exports.end(ref, cancelled, { kind: 'no_live_lease', now }, system);
      expect(await end(lapsing, LAPSED - 1)).toMatchObject({ kind: 'refused', record: { status: 'running' } });
      await stores.attempts.heartbeat(lapsing.exportId, 'claim-1', progressAt(T0 + 10), T0 + 10);
      expect(await end(lapsing, LAPSED)).toMatchObject({ kind: 'refused' });
      expect(await end(lapsing, LAPSED + 10)).toEqual({ kind: 'ended' });
      const released = await createRunning(stores, 2);
      await stores.attempts.release(released, 'claim-1', gaveUp, T0);
      expect(await end(released, T0)).toEqual({ kind: 'ended' });
      expect(await occupied(stores, released)).toEqual(nothing);
    });

    it('guard attempt: only while it is still that one', async () => {
      const stores = await open();
      const ref = await createRunning(stores, 1);
      const end = (attempt: number) => stores.exports.end(ref, failed, { kind: 'attempt', attempt }, system);
      expect(await end(0)).toMatchObject({ kind: 'refused' });
      await stores.attempts.claim(ref, 'c2', LAPSED);
      expect(await end(1)).toMatchObject({ kind: 'refused', record: { attempt: 2 } });
      expect(await end(2)).toEqual({ kind: 'ended' });
      const unclaimed = await createAdmitted(stores, 2);
      const none: EndGuard = { kind: 'attempt', attempt: 0 };
      expect(await stores.exports.end(unclaimed, failed, none, system)).toEqual({ kind: 'ended' });
    });

    it.each([
      { kind: 'no_live_lease', now: LAPSED },
      { kind: 'attempt', attempt: 1 },
    ] satisfies EndGuard[])('guard $kind: never makes an export ready', async (guard) => {
      const stores = await open();
      const ref = await createRunning(stores, 1);
      expect(await stores.exports.end(ref, ready, guard, system)).toMatchObject({ kind: 'refused' });
    });

    it('finds nothing to end where nothing is', async () => {
      const { exports } = await open();
      const outcome = await exports.end(refOf(newExport(1)), cancelled, { kind: 'not_admitted' }, system);
      expect(outcome).toEqual({ kind: 'refused', record: undefined });
    });
  });

  describe('terminal states', () => {
    it.each(terminal.flatMap((from) => endings.map((end) => ({ from, to: end.to, end }))))(
      '$from never becomes $to',
      async ({ from, end }) => {
        const stores = await open();
        const ref = await createIn(stores, from, 1);
        const before = await recordOf(stores, ref);
        const guards: readonly EndGuard[] = [
          { kind: 'claim', claim: 'other' },
          { kind: 'no_live_lease', now: LAPSED * 2 },
          { kind: 'attempt', attempt: 1 },
          { kind: 'not_admitted' },
          ...(endedAs(from) === end.to ? [] : [mine]),
        ];
        for (const guard of guards) {
          const outcome = await stores.exports.end(ref, end, guard, system);
          expect(outcome).toEqual({ kind: 'refused', record: before });
        }
        expect(await recordOf(stores, ref)).toEqual(before);
      },
    );

    it.each(statuses.filter((status) => status !== 'ready'))('%s does not expire', async (status) => {
      const stores = await open();
      const ref = await createIn(stores, status, 1);
      expect(await stores.exports.expire(ref, ready.expiresAt + 1)).toBe(false);
      expect(await recordOf(stores, ref)).toMatchObject({ status });
    });

    it('ready expires from its instant on, once', async () => {
      const stores = await open();
      const ref = await createIn(stores, 'ready', 1);
      expect(await stores.exports.expire(ref, ready.expiresAt - 1)).toBe(false);
      expect(await stores.exports.expire(ref, ready.expiresAt)).toBe(true);
      expect(await stores.exports.expire(ref, ready.expiresAt)).toBe(false);
      expect(await recordOf(stores, ref)).toMatchObject({ status: 'expired', file: ready.file });
      expect((await eventTypes(stores, ref)).at(-1)).toBe('expired');
    });

    it('one of many concurrent endings wins', async () => {
      const stores = await open();
      const ref = await createRunning(stores, 1);
      const outcomes = await Promise.all([
        ...endings.map((end) => stores.exports.end(ref, end, mine, worker)),
        stores.exports.end(ref, cancelled, { kind: 'attempt', attempt: 1 }, system),
        stores.exports.end(ref, failed, { kind: 'no_live_lease', now: LAPSED }, system),
      ]);
      expect(outcomes.filter(({ kind }) => kind === 'ended')).toHaveLength(1);
      expect(await eventTypes(stores, ref)).toHaveLength(3);
      expect(await occupied(stores, ref)).toEqual(nothing);
    });
  });

  describe('an automatic retry', () => {
    const retry = newExport(7, { retryOf: exportId(1), automaticRetry: true });
    const stuck = { ...failed, automaticRetry: retry };
    const guard: EndGuard = { kind: 'not_admitted' };

    it('is queued by the ending itself, and does not count among the active ones', async () => {
      const stores = await open();
      const ref = await create(stores, 1);
      expect(await stores.exports.end(ref, stuck, guard, system)).toEqual({ kind: 'ended' });
      expect(await recordOf(stores, ref)).toMatchObject({ status: 'failed', retriedBy: retry.id });
      expect(await stores.exports.get(refOf(retry))).toEqual(retry);
      expect(await stores.exports.events(retry.id)).toMatchObject([{ type: 'created', by: 'system' }]);
      expect(await stores.exports.due('start', T0 + 100, 10)).toEqual([refOf(retry)]);
      expect(await stores.exports.create(newExport(8), { activeLimit: 1 })).toEqual({ kind: 'created' });
    });

    it('is queued once, whoever else ends the export at the same time', async () => {
      const stores = await open();
      const ref = await create(stores, 1);
      const others = [7, 8, 9].map((n) => newExport(n, { retryOf: exportId(1), automaticRetry: true }));
      const outcomes = await Promise.all(
        others.map((automaticRetry) => stores.exports.end(ref, { ...failed, automaticRetry }, guard, system)),
      );
      expect(outcomes.filter(({ kind }) => kind === 'ended')).toHaveLength(1);
      const found = await Promise.all(others.map((other) => stores.exports.get(refOf(other))));
      const queued = found.filter((record) => record !== undefined);
      expect(queued.map(({ id }) => id)).toEqual([(await recordOf(stores, ref)).retriedBy]);
    });

    it('is not queued by a refused ending', async () => {
      const stores = await open();
      const ref = await createAdmitted(stores, 1);
      expect(await stores.exports.end(ref, stuck, guard, system)).toMatchObject({ kind: 'refused' });
      expect(await stores.exports.get(refOf(retry))).toBeUndefined();
    });
  });
}

function endedAs(status: Status): Status {
  return status === 'expired' ? 'ready' : status;
}
