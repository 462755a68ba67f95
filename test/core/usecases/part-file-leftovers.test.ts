// @module-tag part-files-fenced

import { describe, expect, test } from 'vitest';
import type { ExportFile } from '../../../core/domain/export-record.ts';
import { attemptPrefix, partFileKey, WAYBILL_FILE_NAME } from '../../../core/domain/file-keys.ts';
import { LEASE_MS } from '../../../core/domain/lifecycle.ts';
import { newRange, recordRange, takeRange } from '../../../core/domain/part-range.ts';
import { announceExport } from '../../../core/usecases/announce-export.ts';
import { eraseWithFiles } from '../../../core/usecases/delete-export.ts';
import { DAY, HOUR } from '../../support/exports.ts';
import { createMemoryDeployment, val } from '../../support/memory-deployment.ts';
import { newPlan, newResult } from '../../support/range-plans.ts';

const stored = { contentType: 'text/csv', retentionDays: 7 };

/** An export of two part files that has just become ready, with what workers have lost beside them. */
async function withPartFiles() {
  const deployment = createMemoryDeployment();
  const { stores, files, clock } = deployment;
  const { claim, ...ref } = await deployment.createRunning(val);
  await stores.exports.recordRoute(ref, 'partitioned', { rows: 6_000_000, exact: false }, clock.now());
  const place = attemptPrefix(ref, 1, claim);
  const plan = newPlan(1, 2, { exportId: ref.exportId, claim, partFiles: true });
  const ranges = [newRange(1, 0, 1), newRange(2, 1, 2)];
  await stores.ranges.begin(plan, ranges);
  const keys: string[] = [];
  for (const { number, from, to } of ranges) {
    const key = partFileKey(place, { slice: from, owner: `owner${number}`, extension: 'csv' });
    await files.putText(key, 'Id\r\n1\r\n', stored);
    keys.push(key);
    await stores.ranges.change(plan, number, (range) => takeRange(range, 'a', clock.now()));
    const result = newResult(1, { parts: [], file: { key, sha256: 'f'.repeat(64), parts: 1 } });
    await stores.ranges.changeFenced(plan, [number], ([range]) => {
      const after = range && recordRange(range, 'a', to, result);
      return after && [after];
    });
  }
  const waybillKey = place + WAYBILL_FILE_NAME;
  await files.putText(waybillKey, '{}', stored);
  const lost = partFileKey(place, { slice: 1, owner: 'lost', extension: 'csv' });
  await files.putText(lost, 'Id\r\n1\r\n', stored);
  await files.beginUpload(partFileKey(place, { slice: 0, owner: 'killed', extension: 'csv' }), stored);
  const earlier = partFileKey(attemptPrefix(ref, 1, 'dead'), { slice: 0, owner: 'dead', extension: 'csv' });
  await files.putText(earlier, 'Id\r\n1\r\n', stored);

  const file: ExportFile = {
    name: 'orders.csv',
    key: waybillKey,
    waybillKey,
    bytes: 14,
    rows: 2,
    sha256: 'e'.repeat(64),
    partFiles: 2,
  };
  const ready = { to: 'ready', file, expiresAt: clock.now() + 7 * DAY, mayHaveLeftovers: true } as const;
  await stores.exports.end(ref, ready, { kind: 'claim', claim }, { by: 'worker', at: clock.now() });
  await announceExport(deployment.deps, ref);
  const left = () => [...files.objects.keys()].toSorted();
  return { deployment, ref, keys, waybillKey, lost, left };
}

describe('what workers of part files have left', () => {
  test('goes a lease after the end; what the manifest names stays', async () => {
    const { deployment, keys, waybillKey, left } = await withPartFiles();
    deployment.advance(LEASE_MS - 1);
    expect(await deployment.sweep()).toMatchObject({ cleaned: 0 });
    expect(left()).toHaveLength(5);
    deployment.advance(1);
    expect(await deployment.sweep()).toMatchObject({ cleaned: 1, failures: [] });
    expect(left()).toEqual([...keys, waybillKey].toSorted());
    expect(deployment.files.uploads.size).toBe(0);
    expect(await deployment.sweep()).toMatchObject({ cleaned: 0 });
  });

  test('and all part files go by a second pass, when the first died before it had said so', async () => {
    const { deployment, ref, keys, waybillKey, left } = await withPartFiles();
    const { markCleaned } = deployment.store;
    deployment.store.markCleaned = async () => {
      throw new Error('throttled');
    };
    deployment.advance(LEASE_MS);
    expect((await deployment.sweep()).failures).toEqual([new Error('throttled')]);
    // The ranges have gone, which say which files there are.
    expect(await deployment.stores.ranges.read(ref.exportId)).toBeUndefined();
    deployment.store.markCleaned = markCleaned;
    expect(await deployment.sweep()).toMatchObject({ cleaned: 1, failures: [] });
    expect(left()).toEqual([...keys, waybillKey].toSorted());
  });

  test('stays until the export expires where nothing tells it from part files', async () => {
    const { deployment, ref, keys, waybillKey, lost, left } = await withPartFiles();
    await deployment.stores.ranges.remove(ref);
    deployment.advance(LEASE_MS);
    expect(await deployment.sweep()).toMatchObject({ cleaned: 1, failures: [] });
    expect(left()).toEqual([...keys, waybillKey, lost].toSorted());
    deployment.advance(7 * DAY + HOUR);
    expect(await deployment.sweep()).toMatchObject({ expired: 1 });
    expect(left()).toEqual([]);
  });
});

describe('part files', () => {
  test('go when the export expires, every one', async () => {
    const { deployment, left } = await withPartFiles();
    deployment.advance(LEASE_MS);
    await deployment.sweep();
    deployment.advance(7 * DAY + HOUR - LEASE_MS);
    expect(await deployment.sweep()).toMatchObject({ expired: 1 });
    expect(left()).toEqual([]);
  });

  test('go when the export is deleted, every one, and what was lost with them', async () => {
    const { deployment, ref, left } = await withPartFiles();
    const { store, files, clock } = deployment;
    await eraseWithFiles({ store, files }, ref, { by: 'val', at: clock.now() });
    expect(left()).toEqual([]);
    deployment.advance(LEASE_MS);
    await deployment.sweep();
    expect(files.uploads.size).toBe(0);
  });
});
