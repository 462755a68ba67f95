import { describe, expect, it } from 'vitest';
import { T0 } from '../../support/exports.ts';
import type { OpenStores } from './stores-under-test.ts';

export function watching(open: OpenStores): void {
  describe('watching', () => {
    it('tells when the queue was watched last, and nothing after a pause', async () => {
      const { admissions } = await open();
      expect(await admissions.beginWatch(T0, false)).toBeUndefined();
      expect(await admissions.lastWatch()).toBe(T0);
      expect(await admissions.beginWatch(T0 + 1, false)).toBe(T0);
      await admissions.beginWatch(T0 + 2, true);
      expect(await admissions.lastWatch()).toBeUndefined();
      await admissions.beginWatch(T0 + 3, true);
      expect(await admissions.beginWatch(T0 + 4, false)).toBeUndefined();
      expect(await admissions.beginWatch(T0 + 5, false)).toBe(T0 + 4);
    });

    it('gives one time to one of many watchers', async () => {
      const { admissions } = await open();
      await admissions.beginWatch(T0, false);
      const times = await Promise.all([1, 2, 3, 4, 5].map((n) => admissions.beginWatch(T0 + n, false)));
      expect(new Set(times).size).toBe(5);
      expect(times).toContain(T0);
    });
  });
}
