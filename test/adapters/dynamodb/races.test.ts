// @module-tag stores-alike
// @module-tag last-owner

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Stores } from '../../../adapters/dynamodb/stores.ts';
import { storesOn } from '../../../adapters/dynamodb/stores.ts';
import { Table } from '../../../adapters/dynamodb/table.ts';
import type { ExportRef } from '../../../core/domain/export-id.ts';
import { LEASE_MS } from '../../../core/domain/lifecycle.ts';
import { openDynamoStores } from '../../support/dynamo-stores.ts';
import { startDynamo, type TestDynamo, testClient } from '../../support/dynoxide.ts';
import { exportId, newExport, progressAt, T0 } from '../../support/exports.ts';
import { watchCalls } from '../../support/faulty-client.ts';
import { memberOf } from '../store-contract/managing-members.ts';
import {
  admitNow,
  attemptOf,
  cancelled,
  close,
  create,
  createAdmitted,
  createIn,
  createRunning,
  failed,
  nothing,
  occupied,
  ready,
  recordOf,
  stopped,
  system,
} from '../store-contract/stores-under-test.ts';

let dynamo: TestDynamo;
beforeAll(async () => {
  dynamo = await startDynamo();
});
afterAll(() => dynamo.stop());

const LAPSED = T0 + LEASE_MS;
const mine = { kind: 'claim', claim: 'claim-1' } as const;
const worker = { by: 'worker', at: T0 };

/** Stores whose next write is overtaken by what `others` do: they have a client of their own. */
async function race(prepare: (stores: Stores) => Promise<ExportRef>) {
  const client = testClient(dynamo.endpoint);
  const stores = await openDynamoStores(dynamo.endpoint, client);
  const others = storesOn(new Table(testClient(dynamo.endpoint), stores.tableName));
  const ref = await prepare(others);
  const calls = watchCalls(client);
  return { stores, others, ref, overtake: calls.beforeWrite };
}

const running = (stores: Stores) => createRunning(stores, 1);
const waiting = async (stores: Stores) => {
  const ref = await create(stores, 1);
  await stores.admissions.enqueue(ref, 'token-1', 1, T0);
  return ref;
};

it('a heartbeat saves an export from being ended as abandoned', async () => {
  const { stores, others, ref, overtake } = await race(running);
  overtake(() => others.attempts.heartbeat(ref.exportId, 'claim-1', progressAt(LAPSED), LAPSED));
  const outcome = await stores.exports.end(ref, failed, { kind: 'no_live_lease', now: LAPSED }, system);
  expect(outcome).toMatchObject({ kind: 'refused', record: { status: 'running' } });
});

it('a heartbeat saves an attempt from being taken over', async () => {
  const { stores, others, ref, overtake } = await race(running);
  overtake(() => others.attempts.heartbeat(ref.exportId, 'claim-1', progressAt(LAPSED), LAPSED));
  expect(await stores.attempts.claim(ref, 'claim-2', LAPSED)).toEqual({ kind: 'busy', leaseUntil: LAPSED + LEASE_MS });
  expect(await attemptOf(stores, ref)).toMatchObject({ number: 1, claim: 'claim-1' });
});

it('a worker that is taken over at the last instant does not publish', async () => {
  const { stores, others, ref, overtake } = await race(running);
  overtake(() => others.attempts.claim(ref, 'claim-2', LAPSED));
  expect(await stores.exports.end(ref, ready, mine, worker)).toMatchObject({
    kind: 'refused',
    record: { status: 'running', attempt: 2 },
  });
});

it('a worker that gave its claim back at the last instant does not publish', async () => {
  const { stores, others, ref, overtake } = await race(running);
  overtake(() => others.attempts.release(ref, 'claim-1', stopped, T0));
  expect(await stores.exports.end(ref, ready, mine, worker)).toMatchObject({ kind: 'refused' });
});

it('a release does not touch the attempt of whoever took over', async () => {
  const { stores, others, ref, overtake } = await race(running);
  overtake(() => others.attempts.claim(ref, 'claim-2', LAPSED));
  await stores.attempts.release(ref, 'claim-1', stopped, LAPSED);
  expect(await attemptOf(stores, ref)).toMatchObject({ claim: 'claim-2', leaseUntil: LAPSED + LEASE_MS });
  expect(await recordOf(stores, ref)).toMatchObject({ uncountedAttempts: 0 });
});

it('a request to cancel reaches the worker that took over in between', async () => {
  const { stores, others, ref, overtake } = await race(running);
  overtake(() => others.attempts.claim(ref, 'claim-2', LAPSED));
  expect(await stores.exports.requestCancel(ref, system)).toBe(true);
  expect(await attemptOf(stores, ref)).toMatchObject({ claim: 'claim-2', cancelRequested: true });
});

it('an admission saves an export from failing as stuck', async () => {
  const { stores, others, ref, overtake } = await race(waiting);
  overtake(() => admitNow(others, ref, 'token-1'));
  const outcome = await stores.exports.end(ref, failed, { kind: 'not_admitted' }, system);
  expect(outcome).toMatchObject({ kind: 'refused', record: { status: 'queued', admittedAt: T0 } });
  expect(await occupied(stores, ref)).toEqual({ pool: true, account: true, line: false });
});

it('an export that is admitted while it is cancelled keeps no slot', async () => {
  const { stores, others, ref, overtake } = await race(waiting);
  overtake(() => admitNow(others, ref, 'token-1'));
  const guard = { kind: 'no_live_lease', now: T0 } as const;
  expect(await stores.exports.end(ref, cancelled, guard, system)).toEqual({ kind: 'ended' });
  expect(await occupied(stores, ref)).toEqual(nothing);
});

it('an execution that comes to the queue while its export is cancelled is remembered, to be let go', async () => {
  const { stores, others, ref, overtake } = await race((prepared) => create(prepared, 1));
  overtake(() => others.admissions.enqueue(ref, 'token-1', 1000, T0));
  expect(await stores.exports.end(ref, cancelled, { kind: 'not_admitted' }, system)).toEqual({ kind: 'ended' });
  expect(await recordOf(stores, ref)).toMatchObject({ status: 'cancelled', taskToken: 'token-1' });
  await close(stores, ref);
  expect(await stores.exports.due('cleanup', system.at, 10)).toEqual([ref]);
  expect(await occupied(stores, ref)).toEqual(nothing);
});

it('an export that is cancelled while it is admitted takes no slot', async () => {
  const { stores, others, ref, overtake } = await race(waiting);
  overtake(() => others.exports.end(ref, cancelled, { kind: 'not_admitted' }, system));
  expect(await stores.admissions.admit(ref, 'token-1', 0, { pool: 9, account: 9 }, T0)).toBe(false);
  expect(await occupied(stores, ref)).toEqual(nothing);
});

it('a token that is replaced while it is admitted is not the one to resume', async () => {
  const { stores, others, ref, overtake } = await race(waiting);
  overtake(() => others.admissions.enqueue(ref, 'token-2', 2, T0));
  expect(await stores.admissions.admit(ref, 'token-1', 0, { pool: 9, account: 9 }, T0)).toBe(false);
});

it('an export that ends while it is claimed is not claimed', async () => {
  const { stores, others, ref, overtake } = await race(running);
  overtake(() => others.exports.end(ref, cancelled, { kind: 'attempt', attempt: 1 }, system));
  expect(await stores.attempts.claim(ref, 'claim-2', LAPSED)).toEqual({ kind: 'ended', status: 'cancelled' });
});

it('an export that ends while it is enqueued does not stand in line', async () => {
  const { stores, others, ref, overtake } = await race(waiting);
  overtake(() => others.exports.end(ref, cancelled, { kind: 'not_admitted' }, system));
  expect(await stores.admissions.enqueue(ref, 'token-2', 2, T0)).toEqual({ kind: 'ended', status: 'cancelled' });
  expect(await occupied(stores, ref)).toEqual(nothing);
});

it('an export that is admitted while it is enqueued anew goes on with the new token', async () => {
  const { stores, others, ref, overtake } = await race(waiting);
  overtake(() => admitNow(others, ref, 'token-1'));
  expect(await stores.admissions.enqueue(ref, 'token-2', 2, T0)).toEqual({ kind: 'admitted' });
  expect(await recordOf(stores, ref)).toMatchObject({ taskToken: 'token-2' });
  expect(await occupied(stores, ref)).toEqual({ pool: true, account: true, line: false });
});

it.each([
  { what: 'in line', prepare: waiting },
  { what: 'admitted', prepare: (each: Stores) => createAdmitted(each, 1) },
])('a token of an export $what that is overtaken by a later one is not stored', async ({ prepare }) => {
  const { stores, others, ref, overtake } = await race(prepare);
  overtake(() => others.admissions.enqueue(ref, 'token-3', 3, T0));
  expect(await stores.admissions.enqueue(ref, 'token-2', 2, T0)).toEqual({ kind: 'superseded' });
  expect(await recordOf(stores, ref)).toMatchObject({ taskToken: 'token-3', tokenTry: 3 });
});

it('an export that is erased while it is retried is not retried', async () => {
  const { stores, others, ref, overtake } = await race((each) => createIn(each, 'failed', 1));
  overtake(() => others.exports.erase(ref, system));
  const outcome = await stores.exports.create(newExport(2, { retryOf: exportId(1) }), { activeLimit: 9 });
  expect(outcome).toMatchObject({ kind: 'retry_refused', original: { erasedAt: system.at } });
  expect(await recordOf(stores, ref)).not.toHaveProperty('retriedBy');
});

it('an export that is erased while it is marked as cleaned stays due', async () => {
  const { stores, others, ref, overtake } = await race((each) => createIn(each, 'failed', 1));
  const { version } = await recordOf(stores, ref);
  overtake(() => others.exports.erase(ref, system));
  await stores.exports.markCleaned(ref, version);
  expect(await stores.exports.due('cleanup', system.at, 9)).toEqual([ref]);
});

it('an account that queues while it is forgotten is not forgotten', async () => {
  const { stores, others, ref, overtake } = await race(async (each) => {
    await createIn(each, 'failed', 1);
    return create(each, 2);
  });
  overtake(() => others.admissions.enqueue(ref, 'token-2', 2, T0 + 60_000));
  await stores.admissions.forgetIdleAccounts(T0 + 1);
  expect(await stores.admissions.readQueue()).toMatchObject({ accounts: [{ accountId: 'acme' }] });
});

describe('two owners', () => {
  const [olga, otto] = [memberOf('olga', 'owner'), memberOf('otto', 'owner')];
  const owned = async (stores: Stores) => {
    for (const owner of [olga, otto]) await stores.memberships.put(owner);
    return create(stores, 1);
  };

  it.each([
    ['demotes', (stores: Stores) => stores.memberships.put({ ...otto, role: 'viewer' })],
    ['removes', (stores: Stores) => stores.memberships.remove('acme', 'otto')],
  ])('leave one: the slower is refused when the faster %s them', async (_, ousting) => {
    const { stores, others, overtake } = await race(owned);
    overtake(() => ousting(others));
    expect(await stores.memberships.remove('acme', 'olga')).toEqual({ kind: 'last_owner' });
    expect((await others.memberships.list('acme')).map(({ userId, role }) => [userId, role])).toContainEqual([
      'olga',
      'owner',
    ]);
  });

  it('leave one even where the member to go became an owner at the last instant', async () => {
    const { stores, others, overtake } = await race(async (before) => {
      await before.memberships.put(olga);
      await before.memberships.put({ ...otto, role: 'member' });
      return create(before, 1);
    });
    overtake(async () => {
      await others.memberships.put(otto);
      await others.memberships.remove('acme', 'olga');
    });
    expect(await stores.memberships.remove('acme', 'otto')).toEqual({ kind: 'last_owner' });
    expect(await others.memberships.list('acme')).toEqual([otto]);
  });
});
