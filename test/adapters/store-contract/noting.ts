// @module-tag downloads-audited

import { describe, expect, it } from 'vitest';
import { newExport, refOf, T0 } from '../../support/exports.ts';
import {
  create,
  createAdmitted,
  createIn,
  createRunning,
  eventTypes,
  type OpenStores,
  recordOf,
  system,
} from './stores-under-test.ts';

const unknown = refOf(newExport(99));

export function noting(open: OpenStores): void {
  describe('route', () => {
    it('is noted, and noted anew when measured anew', async () => {
      const stores = await open();
      const ref = await createAdmitted(stores, 1);
      await stores.exports.recordRoute(ref, 'small', { rows: 10, exact: true }, T0 + 1);
      await stores.exports.recordRoute(ref, 'small', { rows: 10, exact: true }, T0 + 2);
      expect(await recordOf(stores, ref)).toMatchObject({
        route: 'small',
        rowsTotal: { rows: 10, exact: true },
        updatedAt: T0 + 1,
        version: 2,
      });
      await stores.exports.recordRoute(ref, 'large', { rows: 2_000_000, exact: false }, T0 + 3);
      expect(await recordOf(stores, ref)).toMatchObject({
        route: 'large',
        rowsTotal: { rows: 2_000_000, exact: false },
      });
      expect(await eventTypes(stores, ref)).toEqual(['created', 'measured', 'measured']);
    });

    it('is not noted for what has ended or never was', async () => {
      const stores = await open();
      const ref = await createIn(stores, 'cancelled', 1);
      const before = await recordOf(stores, ref);
      await stores.exports.recordRoute(ref, 'small', { rows: 1, exact: true }, T0);
      await stores.exports.recordRoute(unknown, 'small', { rows: 1, exact: true }, T0);
      expect(await recordOf(stores, ref)).toEqual(before);
    });
  });

  describe('downloads and audit', () => {
    it('counts every download, also concurrent ones, each with its line', async () => {
      const stores = await open();
      const ref = await createIn(stores, 'ready', 1);
      await Promise.all(
        Array.from({ length: 8 }, (_, n) =>
          stores.exports.recordDownload(ref, { by: `user${n}`, at: T0 + 100, details: { via: 'link' } }),
        ),
      );
      expect(await recordOf(stores, ref)).toMatchObject({
        downloadCount: 8,
        lastDownloadedAt: T0 + 100,
        status: 'ready',
      });
      const downloads = (await stores.exports.events(ref.exportId)).filter(({ type }) => type === 'downloaded');
      expect(new Set(downloads.map(({ by }) => by)).size).toBe(8);
      expect(downloads[0]?.details).toEqual({ via: 'link' });
    });

    it('writes each refusal once a minute: for the same person and reason, also concurrently', async () => {
      const stores = await open();
      const ref = await createIn(stores, 'ready', 1);
      const before = await recordOf(stores, ref);
      const refuse = (by: string, code: 'not_found' | 'not_ready', at: number) =>
        stores.exports.recordRefusal(ref, { code, via: 'api' }, { by, at });
      await Promise.all(Array.from({ length: 6 }, (_, n) => refuse(`user${n % 2}`, 'not_ready', T0 + n)));
      await refuse('user0', 'not_found', T0 + 10);
      await refuse('user0', 'not_ready', T0 + 59_999);
      const refused = async () =>
        (await stores.exports.events(ref.exportId)).filter(({ type }) => type === 'download_refused');
      expect((await refused()).map(({ by, details }) => `${by} ${details.code} ${details.via}`).sort()).toEqual([
        'user0 not_found api',
        'user0 not_ready api',
        'user1 not_ready api',
      ]);
      await refuse('user0', 'not_ready', T0 + 60_010);
      expect(await refused()).toHaveLength(4);
      const { refusals, version, ...after } = await recordOf(stores, ref);
      // Older ones are forgotten, and nothing else has changed.
      expect(refusals).toEqual([{ by: 'user0', code: 'not_ready', at: T0 + 60_010 }]);
      expect({ ...after, version: version - 4 }).toEqual(before);
    });

    it('tells the timeline in order, beyond ten', async () => {
      const stores = await open();
      const ref = await create(stores, 1);
      for (let n = 2; n <= 12; n += 1) {
        await stores.exports.recordRefusal(ref, { code: 'not_ready', via: 'api' }, { by: `user${n}`, at: T0 });
      }
      const events = await stores.exports.events(ref.exportId);
      expect(events.map(({ version }) => version)).toEqual(Array.from({ length: 12 }, (_, n) => n + 1));
    });

    it('makes nothing out of an unknown export', async () => {
      const { exports } = await open();
      await exports.recordDownload(unknown, system);
      await exports.recordRefusal(unknown, { code: 'not_ready', via: 'api' }, system);
      expect(await exports.get(unknown)).toBeUndefined();
      expect(await exports.events(unknown.exportId)).toEqual([]);
    });
  });

  describe('the clock of a waiting export', () => {
    it('holds when it could start last, and for how long in all', async () => {
      const stores = await open();
      const ref = await create(stores, 1);
      await stores.exports.noteStartable(ref, T0 + 60_000, 0);
      await stores.exports.noteStartable(ref, T0 + 120_000, 60_000);
      expect(await recordOf(stores, ref)).toMatchObject({
        startableSeenAt: T0 + 120_000,
        blockedMs: 60_000,
        version: 1,
      });
      // A sweep that was overtaken takes nothing back.
      await stores.exports.noteStartable(ref, T0 + 119_999, 5);
      expect(await recordOf(stores, ref)).toMatchObject({ startableSeenAt: T0 + 120_000, blockedMs: 60_000 });
    });

    it('stands still once admitted, ended or unknown', async () => {
      const stores = await open();
      const refs = [
        await createAdmitted(stores, 1),
        await createRunning(stores, 2),
        await createIn(stores, 'failed', 3),
      ];
      for (const ref of refs) {
        const before = await recordOf(stores, ref);
        await stores.exports.noteStartable(ref, T0 + 5, 5);
        expect(await recordOf(stores, ref)).toEqual(before);
      }
      await stores.exports.noteStartable(unknown, T0 + 5, 5);
      expect(await stores.exports.get(unknown)).toBeUndefined();
    });

    it('notes once that it takes longer, and only while it waits', async () => {
      const stores = await open();
      const ref = await create(stores, 1);
      await stores.exports.markTakingLonger(ref, T0 + 5);
      await stores.exports.markTakingLonger(ref, T0 + 6);
      expect(await recordOf(stores, ref)).toMatchObject({ status: 'queued', takingLongerAt: T0 + 5, version: 2 });
      expect(await eventTypes(stores, ref)).toEqual(['created', 'taking_longer']);
      for (const other of [await createRunning(stores, 2), await createIn(stores, 'ready', 3)]) {
        await stores.exports.markTakingLonger(other, T0);
        expect(await recordOf(stores, other)).not.toHaveProperty('takingLongerAt');
      }
      await stores.exports.markTakingLonger(unknown, T0);
    });
  });

  describe('executions', () => {
    it('moves a queued export on to the next one, once', async () => {
      const stores = await open();
      const ref = await create(stores, 1);
      const tries = Array.from({ length: 4 }, () => stores.exports.advanceExecution(ref, 1, T0));
      expect((await Promise.all(tries)).filter(Boolean)).toHaveLength(1);
      expect(await recordOf(stores, ref)).toMatchObject({ executionNumber: 2, status: 'queued' });
      expect(await stores.exports.advanceExecution(ref, 2, T0)).toBe(true);
      expect(await eventTypes(stores, ref)).toEqual(['created', 'execution_replaced', 'execution_replaced']);
    });

    it.each(['running', 'failed'] as const)('leaves a %s export with its own', async (status) => {
      const stores = await open();
      const ref = await createIn(stores, status, 1);
      expect(await stores.exports.advanceExecution(ref, 1, T0)).toBe(false);
      expect(await stores.exports.advanceExecution(unknown, 1, T0)).toBe(false);
      expect(await recordOf(stores, ref)).toMatchObject({ executionNumber: 1 });
    });
  });
}
