// @module-tag measured-once

import { describe, expect, it } from 'vitest';
import type { Change, ExportState } from '../../../core/domain/change.ts';
import { LEASE_MS } from '../../../core/domain/lifecycle.ts';
import { measurementsOf } from '../../../core/usecases/measurements.ts';
import { HOUR, newExport, T0 } from '../../support/exports.ts';
import {
  create,
  createAdmitted,
  createIn,
  createRunning,
  failed,
  type OpenStores,
  ready,
} from './stores-under-test.ts';

const LAPSED = T0 + LEASE_MS;
const mine = { kind: 'claim', claim: 'claim-1' } as const;
const worker = { by: 'worker', at: T0 + HOUR };

export function observing(open: OpenStores): void {
  /** Stores, and what their changes have measured so far. */
  const openMeasured = async () => {
    const changes: { before: ExportState | undefined; change: Change }[] = [];
    const stores = await open((before, change) => changes.push({ before, change }));
    const measured = () =>
      changes.flatMap(({ before, change }) => measurementsOf(before, change)).map(({ name }) => name);
    return { stores, changes, measured };
  };

  describe('an observer', () => {
    it('is told once of each line of the timeline, with what was before it', async () => {
      const { stores, changes } = await openMeasured();
      const ref = await createRunning(stores, 1);
      await stores.exports.end(ref, ready, mine, worker);
      expect(changes.map(({ change }) => change.event)).toEqual(await stores.exports.events(ref.exportId));
      expect(changes.map(({ before }) => before?.record.version)).toEqual([undefined, 1, 2]);
    });

    it('is not told of requests that are repeated or refused', async () => {
      const { stores, changes } = await openMeasured();
      const idempotency = { key: 'k', bodyHash: 'h' };
      await stores.exports.create(newExport(1), { activeLimit: 1, idempotency });
      await stores.exports.create(newExport(1), { activeLimit: 1, idempotency });
      await stores.exports.create(newExport(2), { activeLimit: 1, idempotency });
      await stores.exports.create(newExport(3), { activeLimit: 1 });
      expect(changes).toHaveLength(1);

      const ref = await createRunning(stores, 4, { requestedBy: { userId: 'mel', email: 'm@acme.test', name: 'Mel' } });
      const before = changes.length;
      await stores.attempts.claim(ref, 'claim-1', T0);
      await stores.attempts.claim(ref, 'claim-2', T0);
      await stores.exports.end(ref, ready, mine, worker);
      await stores.exports.end(ref, ready, mine, worker);
      await stores.exports.end(ref, failed, mine, worker);
      expect(changes).toHaveLength(before + 1);
    });

    it('tells an attempt that was taken over from one that was given back', async () => {
      const { stores, measured } = await openMeasured();
      const ref = await createAdmitted(stores, 1);
      await stores.attempts.claim(ref, 'claim-1', T0);
      await stores.attempts.release(ref, 'claim-1', { kind: 'stopped' }, T0);
      await stores.attempts.claim(ref, 'claim-2', T0);
      expect(measured()).toEqual(['ExportsCreated', 'QueueWaitSeconds', 'Retries']);
      await stores.attempts.claim(ref, 'claim-3', LAPSED);
      expect(measured().slice(3)).toEqual(['Retries', 'LeasesLapsed']);
    });

    it('counts a retry once, whoever asks for it', async () => {
      const { stores, measured } = await openMeasured();
      const ref = await createIn(stores, 'failed', 1);
      const before = measured().length;
      await stores.exports.create(newExport(2, { retryOf: ref.exportId }), { activeLimit: 9 });
      expect(measured().slice(before)).toEqual(['ExportsCreated']);

      const stuck = await create(stores, 3);
      const automaticRetry = newExport(4, { retryOf: stuck.exportId, automaticRetry: true });
      await stores.exports.end(stuck, { ...failed, automaticRetry }, { kind: 'not_admitted' }, worker);
      expect(measured().slice(before + 1)).toEqual(['ExportsCreated', 'ExportsFailed', 'ExportsCreated']);
    });

    it('counts a mail that came back once, however often that is told', async () => {
      const { stores, measured } = await openMeasured();
      const ref = await createIn(stores, 'ready', 1);
      const begun = await stores.exports.beginSending(ref, { userId: 'ada', email: 'ada@acme.test' }, 'mail-1', T0 + 2);
      expect(begun.kind).toBe('begun');
      await stores.exports.noteSent(ref, 'mail-1', 'message-1', T0 + 3);
      const before = measured().length;
      for (const event of ['bounced', 'bounced', 'bounced_once', 'delivered'] as const) {
        await stores.exports.noteMailEvent(ref, 'mail-1', event, T0 + 4);
      }
      expect(measured().slice(before)).toEqual(['NotificationsBounced']);
    });
  });
}
