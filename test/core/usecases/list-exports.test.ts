import { describe, expect, test } from 'vitest';
import { listExportsQuery } from '../../../core/contract/export-schemas.ts';
import type { ExportStore } from '../../../core/ports/export-store.ts';
import type { Caller } from '../../../core/usecases/caller.ts';
import { listExports } from '../../../core/usecases/list-exports.ts';
import { ada, caller, createMemoryDeployment, type MemoryDeployment, val } from '../../support/memory-deployment.ts';

const list = (deployment: MemoryDeployment, by: Caller, query: Record<string, string> = {}) =>
  listExports(deployment.deps, by, listExportsQuery.parse(query));

async function listedIds(deployment: MemoryDeployment, by: Caller, query: Record<string, string> = {}) {
  return (await list(deployment, by, query)).data.map(({ id }) => id);
}

/** Oldest first. */
async function createMany(deployment: MemoryDeployment, count: number, by = val): Promise<string[]> {
  const ids: string[] = [];
  for (let n = 0; n < count; n += 1) ids.push((await deployment.create(by)).exportId);
  return ids;
}

describe('a page', () => {
  test('holds the newest first, 25 unless told otherwise', async () => {
    const deployment = createMemoryDeployment({ activeLimit: 100 });
    const ids = (await createMany(deployment, 30)).reverse();
    const first = await list(deployment, val);
    expect(first.data.map(({ id }) => id)).toEqual(ids.slice(0, 25));
    expect(first).toMatchObject({ page: 1, limit: 25, total: 30, totalIsLowerBound: false, hasMore: true });
    const second = await list(deployment, val, { page: '2' });
    expect(second.data.map(({ id }) => id)).toEqual(ids.slice(25));
    expect(second).toMatchObject({ page: 2, hasMore: false });
    expect(second).not.toHaveProperty('nextCursor');
    expect(await listedIds(deployment, val, { page: '3' })).toEqual([]);
  });

  test('is followed by its cursor, without gap or repetition, also when new ones are added', async () => {
    const deployment = createMemoryDeployment({ activeLimit: 100 });
    const ids = (await createMany(deployment, 7)).reverse();
    const seen: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await list(deployment, val, { limit: '3', ...(cursor !== undefined && { cursor }) });
      seen.push(...page.data.map(({ id }) => id));
      await createMany(deployment, 1);
      cursor = page.nextCursor;
    } while (cursor !== undefined);
    expect(seen).toEqual(ids);
  });

  test('is sorted by status or report when asked, the newest first among equals', async () => {
    const deployment = createMemoryDeployment();
    const running = (await deployment.createRunning(ada)).exportId;
    const queued = (await deployment.create(ada)).exportId;
    const ready = (await deployment.createReady(ada)).exportId;
    const orders = (await deployment.create(ada, { report: 'orders' })).exportId;
    expect(await listedIds(deployment, ada, { sort: 'createdAt' })).toEqual([running, queued, ready, orders]);
    expect(await listedIds(deployment, ada, { sort: '-createdAt' })).toEqual([orders, ready, queued, running]);
    expect(await listedIds(deployment, ada, { sort: 'status' })).toEqual([orders, queued, ready, running]);
    expect(await listedIds(deployment, ada, { sort: '-status' })).toEqual([running, ready, orders, queued]);
    expect(await listedIds(deployment, ada, { sort: 'report' })).toEqual([ready, queued, running, orders]);
    expect(await listedIds(deployment, ada, { sort: '-report' })).toEqual([orders, ready, queued, running]);
    expect(await list(deployment, ada, { sort: 'status', limit: '2' })).not.toHaveProperty('nextCursor');
  });
});

describe('what is listed', () => {
  test('is one’s own, or everyone’s of the account for those who may read them', async () => {
    const deployment = createMemoryDeployment();
    const mine = (await deployment.create(ada)).exportId;
    const others = (await deployment.create(val)).exportId;
    await deployment.create(caller('gus', 'owner', 'globex'));
    expect(await listedIds(deployment, ada)).toEqual([others, mine]);
    expect(await listedIds(deployment, ada, { mine: 'false' })).toEqual([others, mine]);
    expect(await listedIds(deployment, ada, { mine: 'true' })).toEqual([mine]);
    expect(await listedIds(deployment, val)).toEqual([others]);
    expect(await listedIds(deployment, val, { mine: 'false' })).toEqual([others]);
  });

  test('is filtered by status as readers see it, by report and by scope', async () => {
    const deployment = createMemoryDeployment();
    const gala = (await deployment.createReady(ada, { filters: { event: 'gala' } })).exportId;
    deployment.advance(8 * 24 * 3_600_000);
    const fair = (await deployment.createReady(ada, { filters: { event: 'fair' } })).exportId;
    const orders = (await deployment.create(ada, { report: 'orders' })).exportId;
    expect(await listedIds(deployment, ada, { status: 'ready' })).toEqual([fair]);
    expect(await listedIds(deployment, ada, { status: 'expired' })).toEqual([gala]);
    expect(await listedIds(deployment, ada, { status: 'cancelled' })).toEqual([]);
    expect(await listedIds(deployment, ada, { report: 'orders' })).toEqual([orders]);
    expect(await listedIds(deployment, ada, { scope: 'gala' })).toEqual([gala]);
    expect(await listedIds(deployment, ada, { scope: 'gala', status: 'ready' })).toEqual([]);
    expect((await list(deployment, ada, { status: 'ready' })).total).toBe(1);
  });

  test('shows places in line', async () => {
    const deployment = createMemoryDeployment({ caps: { pool: 1, account: 1 } });
    for (let n = 0; n < 3; n += 1) await deployment.createQueued();
    const { data } = await list(deployment, val);
    expect(data.map(({ queuePosition, phase }) => queuePosition ?? phase)).toEqual([2, 1, 'starting']);
  });
});

describe('beyond a thousand', () => {
  test('pages and totals cover the newest thousand, and the cursor goes on', async () => {
    const deployment = createMemoryDeployment({ activeLimit: 2_000 });
    const ids = (await createMany(deployment, 1_030)).reverse();
    let longest = 0;
    const { list: listStored } = deployment.store;
    const store: ExportStore = {
      ...deployment.store,
      list: (query, now) => {
        longest = Math.max(longest, query.limit);
        return listStored(query, now);
      },
    };
    const at = (query: Record<string, string>) =>
      listExports({ ...deployment.deps, store }, val, listExportsQuery.parse({ limit: '100', ...query }));
    const last = await at({ page: '10' });
    expect(last).toMatchObject({ total: 1_000, totalIsLowerBound: true, hasMore: true, nextCursor: ids[999] });
    const beyond = await at({ cursor: ids[999] ?? '' });
    expect(beyond.data.map(({ id }) => id)).toEqual(ids.slice(1_000));
    expect(beyond).toMatchObject({ total: 30, totalIsLowerBound: false, hasMore: false });
    expect((await at({ sort: 'createdAt' })).data[0]?.id).toBe(ids[999]);
    expect(longest).toBe(1_000);
  });
});
