// @module-tag deleted-exports

import { describe, expect, it } from 'vitest';
import { isTerminal, statuses } from '../../../core/domain/lifecycle.ts';
import type { EndGuard } from '../../../core/ports/export-store.ts';
import { newExport, refOf, T0 } from '../../support/exports.ts';
import {
  cancelled,
  createIn,
  createRunning,
  eventTypes,
  type OpenStores,
  ready,
  recordOf,
  system,
} from './stores-under-test.ts';

const worker = { by: 'worker', at: T0 + 50 };
const mine: EndGuard = { kind: 'claim', claim: 'claim-1' };
const terminal = statuses.filter(isTerminal);

export function erasing(open: OpenStores): void {
  describe('erasing', () => {
    it.each(terminal)('removes what a %s export was asked and what it made', async (status) => {
      const stores = await open();
      const ref = await createIn(stores, status, 1);
      const before = await recordOf(stores, ref);
      expect(await stores.exports.erase(ref, { by: 'ada', at: T0 + 9 })).toEqual(before);
      const { file: _file, note: _note, cleaned: _cleaned, ...kept } = before;
      const after = {
        ...kept,
        version: before.version + 1,
        updatedAt: T0 + 9,
        erasedAt: T0 + 9,
        snapshot: { ...before.snapshot, filters: {}, columns: [] },
      };
      expect(await recordOf(stores, ref)).toEqual(after);
      expect(await stores.exports.erase(ref, { by: 'ada', at: T0 + 10 })).toEqual(after);
      expect((await eventTypes(stores, ref)).filter((type) => type === 'erased')).toHaveLength(1);
    });

    it('has its objects cleaned up, should whoever asked not live to do it', async () => {
      const stores = await open();
      const ref = await createIn(stores, 'ready', 1);
      await stores.exports.erase(ref, { by: 'ada', at: T0 + 9 });
      expect(await stores.exports.due('expiry', ready.expiresAt, 10)).toEqual([]);
      expect(await stores.exports.due('cleanup', T0 + 8, 10)).toEqual([]);
      expect(await stores.exports.due('cleanup', T0 + 9, 10)).toEqual([ref]);
      const { version } = await recordOf(stores, ref);
      await stores.exports.markCleaned(ref, version - 1);
      expect(await stores.exports.due('cleanup', T0 + 9, 10)).toEqual([ref]);
      await stores.exports.markCleaned(ref, version);
      expect(await stores.exports.due('cleanup', T0 + 9, 10)).toEqual([]);
    });

    it('removes note and scope', async () => {
      const stores = await open();
      const { snapshot } = newExport(1);
      const scoped = { ...snapshot, scope: { filter: 'event', value: 'e1' } };
      const ref = await createRunning(stores, 1, { note: 'secret', snapshot: scoped });
      await stores.exports.end(ref, cancelled, mine, worker);
      await stores.exports.erase(ref, system);
      const record = await recordOf(stores, ref);
      expect(record).not.toHaveProperty('note');
      expect(record.snapshot).not.toHaveProperty('scope');
      const { items } = await stores.exports.list({ accountId: 'acme', scope: 'e1', limit: 9 }, T0);
      expect(items).toEqual([]);
    });

    it.each(['queued', 'running'] as const)('is refused while it is %s, or unknown', async (status) => {
      const stores = await open();
      const ref = await createIn(stores, status, 1);
      expect(await stores.exports.erase(ref, system)).toBeUndefined();
      expect(await recordOf(stores, ref)).not.toHaveProperty('erasedAt');
      expect(await stores.exports.erase(refOf(newExport(9)), system)).toBeUndefined();
    });
  });
}
