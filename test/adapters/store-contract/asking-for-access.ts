// @module-tag access-requests

import { describe, expect, it } from 'vitest';
import { ACCESS_REQUEST_MS, type AccessRequest } from '../../../core/domain/access-request.ts';
import { T0 } from '../../support/exports.ts';
import type { OpenStores } from './stores-under-test.ts';

export const request: AccessRequest = {
  accountId: 'acme',
  userId: 'val',
  reportId: 'orders',
  reason: 'for the board',
  requestedAt: T0,
  people: [
    { userId: 'olga', state: 'pending', at: T0 },
    { userId: 'ada', state: 'pending', at: T0 },
  ],
};

const by = (claim: string, now = T0) => ({ claim, now });
const told = (claim: string, now = T0) => ({ claim, state: 'told' as const, now });

export function askingForAccess(open: OpenStores): void {
  describe('access requests', () => {
    it('stand for a day, each for one person and report', async () => {
      const { accessRequests } = await open();
      expect(await accessRequests.open(request)).toEqual(request);
      const again = { ...request, reason: 'please', requestedAt: T0 + ACCESS_REQUEST_MS - 1 };
      expect(await accessRequests.open(again)).toEqual(request);
      for (const other of [
        { ...request, userId: 'mel' },
        { ...request, reportId: 'activity-log' },
        { ...request, accountId: 'globex' },
      ]) {
        expect(await accessRequests.open(other)).toEqual(other);
      }
      const nextDay = { ...request, requestedAt: T0 + ACCESS_REQUEST_MS };
      expect(await accessRequests.open(nextDay)).toEqual(nextDay);
    });

    it('are written once by many at once', async () => {
      const { accessRequests } = await open();
      const requests = Array.from({ length: 5 }, (_, n) => ({ ...request, reason: `reason ${n}` }));
      const opened = await Promise.all(requests.map((each) => accessRequests.open(each)));
      expect(new Set(opened.map(({ reason }) => reason)).size).toBe(1);
    });

    it('let one of many tell each of the people', async () => {
      const { accessRequests } = await open();
      await accessRequests.open(request);
      const tries = Array.from({ length: 5 }, (_, n) => accessRequests.beginTelling(request, 'olga', by(`claim-${n}`)));
      expect((await Promise.all(tries)).filter(Boolean)).toHaveLength(1);
      expect(await accessRequests.beginTelling(request, 'ada', by('claim-9'))).toBe(true);
      expect(await accessRequests.beginTelling(request, 'stranger', by('claim-9'))).toBe(false);
    });

    it('let the next try after a minute without an outcome, and believe the newest try alone', async () => {
      const { accessRequests } = await open();
      await accessRequests.open(request);
      await accessRequests.beginTelling(request, 'olga', by('claim-1'));
      expect(await accessRequests.beginTelling(request, 'olga', by('claim-2', T0 + 59_999))).toBe(false);
      expect(await accessRequests.beginTelling(request, 'olga', by('claim-2', T0 + 60_000))).toBe(true);
      await accessRequests.noteTold(request, 'olga', told('claim-1', T0 + 60_001));
      expect((await accessRequests.open(request)).people[0]).toMatchObject({ state: 'telling', claim: 'claim-2' });
      await accessRequests.noteTold(request, 'olga', told('claim-2', T0 + 60_002));
      const { people } = await accessRequests.open(request);
      expect(people).toEqual([{ userId: 'olga', state: 'told', at: T0 + 60_002 }, request.people[1]]);
      expect(await accessRequests.beginTelling(request, 'olga', by('claim-3', T0 + 200_000))).toBe(false);
    });

    it('of yesterday are not touched by those of today', async () => {
      const { accessRequests } = await open();
      await accessRequests.open(request);
      await accessRequests.beginTelling(request, 'olga', by('claim-1'));
      const today = { ...request, requestedAt: T0 + ACCESS_REQUEST_MS };
      await accessRequests.open(today);
      await accessRequests.noteTold(request, 'olga', told('claim-1'));
      expect(await accessRequests.open(today)).toEqual(today);
    });

    it('are found by person, and removed', async () => {
      const { accessRequests } = await open();
      const other = { ...request, reportId: 'activity-log' };
      for (const each of [request, other, { ...request, userId: 'mel' }]) await accessRequests.open(each);
      expect(await accessRequests.by('acme', 'val')).toEqual([other, request]);
      await accessRequests.remove(request);
      await accessRequests.remove(request);
      expect(await accessRequests.by('acme', 'val')).toEqual([other]);
      expect(await accessRequests.beginTelling(request, 'olga', by('claim-1'))).toBe(false);
    });
  });
}
