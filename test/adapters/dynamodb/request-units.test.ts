// @module-tag capacity-units

import { readFileSync } from 'node:fs';
import { GetCommand, PutCommand, QueryCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { v7 } from 'uuid';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { storedMemberships } from '../../../adapters/memberships.ts';
import { exportRequest, listExportsQuery } from '../../../core/contract/export-schemas.ts';
import type { ExportId } from '../../../core/domain/export-id.ts';
import { isTerminal } from '../../../core/domain/lifecycle.ts';
import { advanceRange, type RangeResult, recordRange, renewRange, takeRange } from '../../../core/domain/part-range.ts';
import { firstRanges } from '../../../core/domain/range-watch.ts';
import type { RangePlan } from '../../../core/ports/range-store.ts';
import { admit } from '../../../core/usecases/admit.ts';
import { cancelExport } from '../../../core/usecases/cancel-export.ts';
import { createExport } from '../../../core/usecases/create-export.ts';
import { downloadExport } from '../../../core/usecases/download-export.ts';
import { getExport } from '../../../core/usecases/get-export.ts';
import { listExports } from '../../../core/usecases/list-exports.ts';
import { catalog } from '../../../reports/index.ts';
import { copyExport, putInLine } from '../../support/copied-exports.ts';
import { createTable, startDynamo, type TestDynamo } from '../../support/dynoxide.ts';
import { progressAt, refOf, T0 } from '../../support/exports.ts';
import { ada, caller, createMemoryDeployment, putFile } from '../../support/memory-deployment.ts';
import { newPlan, newResult } from '../../support/range-plans.ts';
import { meteredClient, openMeteredStores } from './metered-stores.ts';
import { budgetTable, type Metered, overspent, type UnitBudget, unitBudgets } from './unit-budgets.ts';

let dynamo: TestDynamo;
beforeAll(async () => {
  dynamo = await startDynamo();
});
afterAll(() => dynamo.stop());

/** As long as Step Functions' tokens are. */
const TOKEN = 't'.repeat(700);

/** As long as the token is by which a worker owns a range. */
const OWNER = 'o'.repeat(22);

/** 300 slices by a key of a number: each has 16 MiB. */
function largePlan(exportId: ExportId): RangePlan {
  const slices = Array.from({ length: 300 }, (_, index) => ({
    ...(index > 0 && { from: String(1_000_000 + index * 66_667) }),
    ...(index < 299 && { to: String(1_066_667 + index * 66_667) }),
  }));
  return {
    ...newPlan(1, 0, { key: `exports/acme/${exportId}/1-claim-1/orders-2026-01-01-1a2b3c4d.csv` }),
    ...{ exportId, slices, uploadId: 'u'.repeat(128) },
  };
}

/** As much as a form can ask for, within reason. */
const request = exportRequest.parse({
  report: 'orders',
  format: 'csv',
  filters: { placedFrom: '2025-01-01', placedTo: '2025-12-31', status: ['paid', 'shipped'] },
  note: 'For the quarterly review',
  notify: ['ben@acme.test', 'mel@acme.test'],
});

/** Everything that requests run on, the table metered; what calls cost is added up under their names. */
async function openDeployment(caps = { pool: 1, account: 1 }) {
  const { stores, spent } = await openMeteredStores(dynamo.endpoint);
  for (const member of [ada, caller('ben', 'admin'), caller('mel', 'admin')]) await stores.memberships.record(member);
  const deployment = createMemoryDeployment({ stores, caps, activeLimit: 20 });
  const deps = { ...deployment.deps, catalog };
  const found: string[] = [];
  let keys = 0;

  /** Fails when a request or step takes more than it may. */
  async function metered<T>(name: Metered, work: () => Promise<T>): Promise<T> {
    spent();
    const result = await work();
    found.push(...overspent(name, spent()));
    return result;
  }

  /** A request: whoever calls is looked up first. */
  const asked = <T>(name: Metered, work: () => Promise<T>) =>
    metered(name, async () => {
      const claims = {};
      await storedMemberships(stores.memberships).ofCaller({ accountId: 'acme', userId: 'ada', claims });
      return work();
    });
  const create = () => createExport(deps, ada, request, `7f1c1a52-9f7c-4a55-8f33-${String(++keys).padStart(12, '0')}`);
  const list = (query: object = {}) => listExports(deps, ada, listExportsQuery.parse(query));
  const poll = (id: string) => getExport(deps, ada, id, { mayLag: true });
  return { stores, deployment, deps, metered, asked, create, list, poll, found };
}

describe('what requests and steps take of the table', () => {
  it('an export’s life, from its request to its download', async () => {
    const { stores, deployment, deps, metered, asked, create, poll, found } = await openDeployment();
    const record = await asked('POST /v1/exports', create);
    const ref = refOf(record);
    const other = await create();
    const third = await create();
    const [admitted, waits] = [
      deployment.executions.runQueued(ref, 1),
      deployment.executions.runQueued(refOf(other), 1),
    ];
    expect([admitted.taskToken, waits.taskToken]).toHaveLength(2);

    await metered('enqueue and admit', () => deployment.enqueue(ref));
    await metered('enqueue, no slot free', () => deployment.enqueue(refOf(other)));
    await asked('GET /v1/exports/{id}, 304, waiting', () => poll(other.id));
    await metered('claim', () => stores.attempts.claim(ref, 'claim-1', T0));
    const progress = { ...progressAt(T0 + 2000, 5_000_000), lastRowAt: T0 + 1999 };
    await metered('heartbeat', () => stores.attempts.heartbeat(ref.exportId, 'claim-1', progress, T0 + 2000));
    await asked('GET /v1/exports/{id}', () => getExport(deps, ada, record.id));
    await asked('GET /v1/exports/{id}, 304', () => poll(record.id));

    const file = await putFile(deployment.files, ref, 1, 'claim-1');
    const ready = { to: 'ready', file, expiresAt: T0 + 7 * 86_400_000 } as const;
    const claim = { kind: 'claim', claim: 'claim-1' } as const;
    await metered('end as ready', () => stores.exports.end(ref, ready, claim, { by: 'worker', at: T0 + 3000 }));
    await metered('admit', () => admit(deps));
    await asked('GET /v1/exports/{id}/download', () => downloadExport(deps, ada, record.id));

    await deployment.enqueue(refOf(third));
    const cancelled = await asked('POST /v1/exports/{id}/cancel, waiting', () => cancelExport(deps, ada, third.id));
    expect(isTerminal(cancelled.record.status)).toBe(true);
    expect(found).toEqual([]);
  });

  it('one of several files', async () => {
    const { deployment, asked, found } = await openDeployment();
    const { exportId } = await deployment.createReadyInPartFiles([1, 2, 3], ada);
    const { part } = (
      await asked('GET /v1/exports/{id}/download, one of several files', () =>
        downloadExport(deployment.deps, ada, exportId, 2),
      )
    ).download;
    expect(part).toBe(2);
    expect(found).toEqual([]);
  });

  it('a file of 5 GB that four tasks make together', async () => {
    const { stores, deployment, metered, create, found } = await openDeployment();
    const ref = refOf(await create());
    deployment.executions.runQueued(ref, 1);
    await deployment.enqueue(ref);
    await stores.attempts.claim(ref, 'claim-1', T0);
    const { ranges, exports } = stores;
    const plan = largePlan(ref.exportId);
    const planned = firstRanges(plan.slices.length, 4);
    const { from, to } = planned[1] ?? { from: 0, to: 0 };
    await metered('plan ranges', () => ranges.begin(plan, planned));
    await metered('hand over', async () => {
      await ranges.handOver(ref.exportId, 'run-0', { token: TOKEN }, T0);
      await ranges.handOver(ref.exportId, 'run-0', { workers: [1, 2, 3, 4] }, T0);
    });
    await metered('look at ranges', () => ranges.read(ref.exportId));
    await metered('take a range', () => ranges.change(plan, 2, (range) => takeRange(range, OWNER, T0)));
    await metered('next slice of a range', () =>
      ranges.change(plan, 2, (range) => advanceRange(range, OWNER, from + 1)),
    );
    await metered('heartbeat of a range', async () => {
      const soFar = { rows: 400_000, bytes: 100_000_000 };
      await ranges.change(plan, 2, (range) => renewRange(range, OWNER, soFar, T0 + 2_000));
      await exports.getWithAttempt(ref);
    });
    const record = (number: number, end: number, fields: Partial<RangeResult>) =>
      ranges.changeFenced(plan, [number], ([range]) => {
        const recorded = range && recordRange(range, OWNER, end, newResult(1_250_000, fields));
        return recorded && [recorded];
      });
    const parts = Array.from({ length: 40 }, (_, index) => ({
      ...{ number: 700 + index, etag: `"${'e'.repeat(32)}"`, crc32: 'AAAAAA==', bytes: 8_388_608 },
    }));
    expect(await metered('record a range', () => record(2, to, { parts }))).toBeDefined();
    const file = {
      key: `exports/acme/${ref.exportId}/1-claim/part-00018-token.csv`,
      sha256: 'f'.repeat(64),
      parts: 40,
    };
    await ranges.change(plan, 3, (range) => takeRange(range, OWNER, T0));
    expect(
      await metered('record a part file', () => record(3, planned[2]?.to ?? 0, { parts: [], file })),
    ).toBeDefined();
    await metered('forget ranges', () => ranges.remove(ref));
    expect(found).toEqual([]);

    const writes = (name: Metered) => unitBudgets[name].writes;
    const ofRanges = planned.length * (writes('take a range') + writes('record a range'));
    const ofSlices = (plan.slices.length - planned.length) * writes('next slice of a range');
    const all = writes('plan ranges') + writes('hand over') + 1 + ofRanges + ofSlices + writes('forget ranges');
    expect(all).toBeLessThan(600);
    expect(readFileSync('docs/cost.md', 'utf8')).toContain('for a file of 5 GB below 600 write units');
  });

  it('pages of an account with more exports than are counted', async () => {
    const { stores, asked, create, list, found } = await openDeployment();
    const record = await create();
    await copyExport(stores.client, stores.tableName, {
      record: { ...record, status: 'failed', endedAt: T0 },
      attempt: undefined,
      copies: 1_200,
    });
    const first = await asked('GET /v1/exports, first page', () => list());
    expect(first).toMatchObject({ total: 1_000, totalIsLowerBound: true, hasMore: true });
    await create();
    const again = await asked('GET /v1/exports, first page again', () => list());
    expect(again).toMatchObject({ total: 1_000, totalIsLowerBound: true });
    const last = await asked('GET /v1/exports, page 40', () => list({ page: '40' }));
    expect(last.data).toHaveLength(25);
    const sorted = await asked('GET /v1/exports, filtered or sorted', () => list({ sort: 'report' }));
    expect(sorted.data).toHaveLength(25);
    const filtered = await asked('GET /v1/exports, filtered or sorted', () => list({ status: 'failed' }));
    expect(filtered).toMatchObject({ total: 1_000, totalIsLowerBound: true });
    expect(found).toEqual([]);
  });

  it.each([250, 10_000])(
    'a line of %i, longer than places are told',
    async (length) => {
      const { stores, deployment, deps, metered, asked, create, list, poll, found } = await openDeployment();
      const running = await create();
      await deployment.enqueue(refOf(running));
      const newest = await create();
      const { client, tableName } = stores;
      const copies = await copyExport(client, tableName, { record: newest, attempt: undefined, copies: 200 });
      // Younger than the copies: of these nothing but their place is ever read.
      const others = Array.from({ length: length - 201 }, (): ExportId => `exp_${v7({ msecs: newest.createdAt - 1 })}`);
      const line = [...copies, ...others].map((exportId) => ({ accountId: 'acme', exportId }));
      await putInLine(client, tableName, line);
      await stores.admissions.enqueue(refOf(newest), TOKEN, 1, T0);
      const oldest = { accountId: 'acme', exportId: copies.at(-1) ?? newest.id };
      await stores.admissions.enqueue(oldest, TOKEN, 1, T0);
      expect(await stores.admissions.countWaiting('acme')).toBe(length);

      const atPlace = async (id = newest.id) =>
        (await asked('GET /v1/exports/{id}, 304, waiting', () => poll(id))).view.queuePosition;
      expect(await atPlace(oldest.exportId)).toBe(1);
      expect(await atPlace(copies.at(-100))).toBe(100);
      expect(await atPlace(copies.at(-101))).toBeUndefined();
      expect(await atPlace(newest.id)).toBeUndefined();
      await list();
      const page = await asked('GET /v1/exports, in a long line', () => list());
      expect(page.data.map(({ status }) => status)).toEqual(Array.from({ length: 25 }, () => 'queued'));
      const actor = { by: 'worker', at: T0 };
      await stores.exports.end(refOf(running), { to: 'cancelled' }, { kind: 'no_live_lease', now: T0 }, actor);
      expect(await metered('admit', () => admit(deps))).toEqual([oldest.exportId]);
      expect(found).toEqual([]);
    },
    300_000,
  );

  it('would be noticed above the budget, and when a budget is none', () => {
    const { reads, writes } = unitBudgets['POST /v1/exports'];
    expect(overspent('POST /v1/exports', { reads, writes })).toEqual([]);
    expect(overspent('POST /v1/exports', { reads: reads + 0.5, writes: writes + 1 })).toHaveLength(2);
    expect(overspent('POST /v1/exports', { reads, writes: 5 })).toEqual([expect.stringContaining('lower')]);
    expect(overspent('heartbeat', { reads: 0, writes: 2 })).toHaveLength(1);
  });

  it('is what docs/cost.md shows, with the promised ones', () => {
    expect(readFileSync(new URL('../../../docs/cost.md', import.meta.url), 'utf8')).toContain(budgetTable());
    const promised: Readonly<Record<string, Partial<UnitBudget>>> = unitBudgets;
    expect(promised['POST /v1/exports']?.writes).toBeLessThanOrEqual(18);
    expect(promised.heartbeat?.writes).toBeLessThanOrEqual(1);
    expect(promised['GET /v1/exports/{id}, 304']?.reads).toBeLessThanOrEqual(2);
    expect(promised['GET /v1/exports/{id}, 304, waiting']?.reads).toBeLessThanOrEqual(2);
  });
});

describe('the counting', () => {
  /** As DynamoDB documents it. @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/read-write-operations.html */
  it('is DynamoDB’s: by 4 KB read and 1 KB written, half for reads that may lag, and by what each index holds', async () => {
    const { client, spent } = meteredClient(dynamo.endpoint);
    const TableName = 'counted';
    await createTable(client, TableName);
    const key = { pk: 'ACCOUNT#acme', sk: 'EXPORT#1' };
    const listed = { listedAccount: 'acme', listedRequester: 'acme#ada', listedKey: '1', status: 'queued' };
    const cost = async (command: GetCommand | PutCommand | QueryCommand | UpdateCommand) => {
      spent();
      await client.send(command as PutCommand);
      const { reads, writes } = spent();
      return [reads, writes];
    };
    const put = (bytes: number, more: object) =>
      cost(new PutCommand({ TableName, Item: { ...key, text: 'x'.repeat(bytes), ...more } }));
    const set = (attribute: string, value: unknown) =>
      cost(
        new UpdateCommand({
          TableName,
          Key: key,
          UpdateExpression: 'SET #name = :value',
          ExpressionAttributeNames: { '#name': attribute },
          ExpressionAttributeValues: { ':value': value },
        }),
      );
    // 1.6 KB are two units; either list holds a row of a fifth of that: a unit each.
    expect(await put(1_500, listed)).toEqual([0, 4]);
    expect(await set('note', 'in no list')).toEqual([0, 2]);
    expect(await set('status', 'running')).toEqual([0, 4]);
    // In another place of one list: a row is deleted there and another put.
    expect(await set('listedRequester', 'acme#ben')).toEqual([0, 4]);
    const get = (ConsistentRead: boolean) => cost(new GetCommand({ TableName, Key: key, ConsistentRead }));
    expect([await get(true), await get(false)]).toEqual([
      [1, 0],
      [0.5, 0],
    ]);
    expect(await put(5_000, listed)).toEqual([0, expect.any(Number)]);
    expect(await get(true)).toEqual([2, 0]);
    const query = (more: object) =>
      cost(
        new QueryCommand({
          TableName,
          IndexName: 'listed-by-account',
          KeyConditionExpression: 'listedAccount = :account',
          ExpressionAttributeValues: { ':account': 'acme' },
          ...more,
        }),
      );
    for (let n = 2; n <= 101; n += 1)
      await client.send(
        new PutCommand({
          TableName,
          Item: { ...key, ...listed, sk: `${n}`, listedKey: `${n}`, text: 'x'.repeat(3_000) },
        }),
      );
    // A hundred rows of some 100 bytes, whatever the exports have, also when they are but counted.
    const [[read], [counted]] = [await query({}), await query({ Select: 'COUNT' })];
    expect(read).toBeLessThanOrEqual(2);
    expect(counted).toBe(read);
  });
});
