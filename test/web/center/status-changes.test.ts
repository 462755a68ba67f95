import { expect, test } from 'vitest';
import { statusChanges } from '../../../web/src/center/status-changes.ts';
import { exportId, exportView } from '../support/export-views.ts';

test('tells of those that were there, and are elsewhere now', () => {
  const queued = exportView({ id: exportId(1), status: 'queued' });
  const resting = exportView({ id: exportId(2) });
  const after = [exportView({ id: exportId(3), status: 'queued' }), { ...queued, status: 'running' as const }, resting];
  expect(statusChanges([queued, resting], after)).toEqual(['Orders: Running']);
  expect(statusChanges([], after)).toEqual([]);
});
