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

    it('adds a line and leaves the export as it was', async () => {
      const stores = await open();
      const ref = await createIn(stores, 'ready', 1);
      const before = await recordOf(stores, ref);
      const event = { type: 'download_denied', details: { reason: 'permission_revoked', tries: 2, final: true } };
      await stores.exports.audit(ref, event, { by: 'mel', at: T0 + 7 });
      expect(await recordOf(stores, ref)).toEqual({ ...before, version: before.version + 1 });
      expect((await stores.exports.events(ref.exportId)).at(-1)).toEqual({
        version: before.version + 1,
        by: 'mel',
        at: T0 + 7,
        ...event,
      });
    });

    it('tells the timeline in order, beyond ten', async () => {
      const stores = await open();
      const ref = await create(stores, 1);
      for (let n = 2; n <= 12; n += 1) await stores.exports.audit(ref, { type: `e${n}` }, system);
      const events = await stores.exports.events(ref.exportId);
      expect(events.map(({ version }) => version)).toEqual(Array.from({ length: 12 }, (_, n) => n + 1));
    });

    it('makes nothing out of an unknown export', async () => {
      const { exports } = await open();
      await exports.recordDownload(unknown, system);
      await exports.audit(unknown, { type: 'x' }, system);
      expect(await exports.get(unknown)).toBeUndefined();
      expect(await exports.events(unknown.exportId)).toEqual([]);
    });
  });

  describe('the clock of a waiting export', () => {
    const created = newExport(1).createdAt;
    const MINUTE = 60_000;

    it('counts a moment once, however sweeps overlap', async () => {
      const stores = await open();
      const ref = await create(stores, 1);
      const add = (ms: number, at: number) => stores.exports.addBlocked(ref, ms, created + at);
      expect(await add(MINUTE, MINUTE)).toBe(MINUTE);
      expect(await add(MINUTE, MINUTE)).toBe(MINUTE);
      expect(await add(MINUTE, MINUTE + 10)).toBe(MINUTE + 10);
      // A sweep with an older clock takes nothing back.
      expect(await add(MINUTE, MINUTE - 500)).toBe(MINUTE + 10);
      expect(await add(MINUTE, MINUTE + 20)).toBe(MINUTE + 20);
      // Time nobody vouches for is not counted.
      expect(await add(MINUTE, 10 * MINUTE)).toBe(2 * MINUTE + 20);
      expect(await recordOf(stores, ref)).toMatchObject({ blockedMs: 2 * MINUTE + 20, version: 1 });
    });

    it('counts once for two sweeps at once', async () => {
      const stores = await open();
      const ref = await create(stores, 1);
      await Promise.all(Array.from({ length: 8 }, () => stores.exports.addBlocked(ref, MINUTE, created + MINUTE)));
      expect(await recordOf(stores, ref)).toMatchObject({ blockedMs: MINUTE });
    });

    it('counts nothing before the export existed', async () => {
      const stores = await open();
      const ref = await create(stores, 1);
      expect(await stores.exports.addBlocked(ref, MINUTE, created + 5)).toBe(5);
    });

    it('stands still once admitted, ended or unknown', async () => {
      const stores = await open();
      for (const ref of [
        await createAdmitted(stores, 1),
        await createRunning(stores, 2),
        await createIn(stores, 'failed', 3),
        unknown,
      ]) {
        expect(await stores.exports.addBlocked(ref, MINUTE, T0 + 5 * MINUTE)).toBeUndefined();
      }
    });
  });

  describe('taking longer', () => {
    it.each(['queued', 'running'] as const)('is noted once for a %s export', async (status) => {
      const stores = await open();
      const ref = await createIn(stores, status, 1);
      expect(await stores.exports.markTakingLonger(ref, T0 + 5)).toBe(true);
      expect(await stores.exports.markTakingLonger(ref, T0 + 6)).toBe(false);
      expect(await recordOf(stores, ref)).toMatchObject({ status, takingLongerAt: T0 + 5 });
      expect((await eventTypes(stores, ref)).filter((type) => type === 'taking_longer')).toHaveLength(1);
    });

    it('is not noted for what has ended or never was', async () => {
      const stores = await open();
      expect(await stores.exports.markTakingLonger(await createIn(stores, 'ready', 1), T0)).toBe(false);
      expect(await stores.exports.markTakingLonger(unknown, T0)).toBe(false);
    });
  });

  describe('memberships', () => {
    it('finds a person in an account, and only there', async () => {
      const stores = await open();
      const ada = { accountId: 'acme', userId: 'ada', email: 'ada@acme.test', name: 'Ada', role: 'admin' } as const;
      await stores.addMember(ada);
      expect(await stores.memberships.find('acme', 'ada')).toEqual(ada);
      expect(await stores.memberships.find('globex', 'ada')).toBeUndefined();
      expect(await stores.memberships.find('acme', 'gus')).toBeUndefined();
      await stores.addMember({ ...ada, role: 'viewer' });
      expect(await stores.memberships.find('acme', 'ada')).toMatchObject({ role: 'viewer' });
    });
  });
}
