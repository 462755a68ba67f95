import { describe, expect, test } from 'vitest';
import { withInserted, withUpdated } from '../../../web/src/api/export-list.ts';
import { exportId, exportList, exportView } from '../support/export-views.ts';

const fresh = exportView({ id: exportId(9), status: 'queued', scope: { filter: 'event', value: '1001' } });
const old = [exportView({ id: exportId(2) }), exportView({ id: exportId(1) })];

describe('a new export', () => {
  test.each([
    {},
    { page: 1, sort: '-createdAt' },
    { status: 'queued' },
    { report: 'orders' },
    { scope: '1001' },
    { mine: 'true' },
  ] as const)('is on top of the first page %o', (query) => {
    const list = withInserted(exportList(old), query, fresh);
    expect(list.data.map(({ id }) => id)).toEqual([exportId(9), exportId(2), exportId(1)]);
    expect(list.total).toBe(3);
    expect(list.hasMore).toBe(false);
  });

  test.each([
    { page: 2 },
    { sort: 'createdAt' },
    { sort: 'report' },
    { status: 'ready' },
    { report: 'guest-list' },
    { scope: '1002' },
    { cursor: exportId(5) },
  ] as const)('is not in %o', (query) => {
    const list = exportList(old);
    expect(withInserted(list, query, fresh)).toBe(list);
  });

  test('a full page gives its last one to the next', () => {
    const list = withInserted(exportList(old, { limit: 2 }), {}, fresh);
    expect(list.data.map(({ id }) => id)).toEqual([exportId(9), exportId(2)]);
    expect(list).toMatchObject({ total: 3, hasMore: true, nextCursor: exportId(2) });
  });

  test('a total that is a lower bound stays one', () => {
    const list = exportList(old, { limit: 2, total: 1000, totalIsLowerBound: true, hasMore: true });
    expect(withInserted(list, {}, fresh)).toMatchObject({ total: 1000, totalIsLowerBound: true });
  });

  test('that is there already is not there twice', () => {
    const list = withInserted(exportList([fresh, ...old]), {}, { ...fresh, status: 'running' });
    expect(list.data.map(({ status }) => status)).toEqual(['running', 'ready', 'ready']);
    expect(list.total).toBe(3);
  });
});

test('a changed export is replaced where it is, and no list without it changes', () => {
  const list = exportList(old);
  const changed = withUpdated(list, exportView({ id: exportId(1), status: 'expired' }));
  expect(changed.data.map(({ status }) => status)).toEqual(['ready', 'expired']);
  expect(changed.data[0]).toBe(list.data[0]);
  expect(withUpdated(list, fresh)).toBe(list);
});
