import { ScanCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Stores, storesOn } from '../../../adapters/dynamodb/stores.ts';
import { Table } from '../../../adapters/dynamodb/table.ts';
import { ACCESS_REQUEST_MS } from '../../../core/domain/access-request.ts';
import { StoreUnavailableError } from '../../../core/domain/errors.ts';
import type { ExportRef } from '../../../core/domain/export-id.ts';
import { LEASE_MS } from '../../../core/domain/lifecycle.ts';
import { openDynamoStores } from '../../support/dynamo-stores.ts';
import { startDynamo, type TestDynamo, testClient } from '../../support/dynoxide.ts';
import { exportId, feedbackId, newExport, progressAt, T0 } from '../../support/exports.ts';
import { type Fault, faults, isWrite, watchCalls } from '../../support/faulty-client.ts';
import { request } from '../store-contract/asking-for-access.ts';
import { memberOf } from '../store-contract/managing-members.ts';
import {
  cancelled,
  create,
  createAdmitted,
  createIn,
  createRunning,
  failed,
  ready,
  roomy,
  system,
} from '../store-contract/stores-under-test.ts';

interface Scenario {
  /** The port's method. */
  readonly method: string;
  readonly what: string;
  readonly prepare: (stores: Stores) => Promise<ExportRef>;
  readonly call: (stores: Stores, ref: ExportRef) => Promise<unknown>;
}

const ada = memberOf('ada', 'admin');
const olga = memberOf('olga', 'owner');
const otto = memberOf('otto', 'owner');
const mine = { kind: 'claim', claim: 'claim-1' } as const;
const waiting = async (stores: Stores) => {
  const ref = await create(stores, 1);
  await stores.admissions.enqueue(ref, 'token-1', 1, T0);
  return ref;
};
const queued = (stores: Stores) => create(stores, 1);
const admitted = (stores: Stores) => createAdmitted(stores, 1);
const running = (stores: Stores) => createRunning(stores, 1);
/** Two owners, one of whom may go; a third has gone before. */
const owned = async (stores: Stores) => {
  for (const owner of [olga, otto, memberOf('oda', 'owner')]) await stores.memberships.put(owner);
  await stores.memberships.remove('acme', 'oda');
  return queued(stores);
};
const finished = (stores: Stores) => createIn(stores, 'ready', 1);
const requesterToTell = { userId: 'ada', email: 'ada@acme.test' };
const mel = { userId: 'mel', email: 'mel@acme.test' };
const sending = async (stores: Stores) => {
  const ref = await createIn(stores, 'ready', 1, { notify: [mel] });
  await stores.exports.beginSending(ref, mel, 'n1', T0 + 2);
  return ref;
};

const feedback = { id: feedbackId(1), kind: 'other', text: 'words', by: 'mel', at: T0 } as const;
const commentedOn = async (stores: Stores) => {
  const ref = await finished(stores);
  await stores.exports.addFeedback(ref, feedback);
  return ref;
};
const asked = async (stores: Stores) => {
  await stores.accessRequests.open(request);
  return queued(stores);
};

/** Every way in which a method writes. */
const scenarios: readonly Scenario[] = [
  {
    method: 'create',
    what: 'with an idempotency key',
    prepare: async () => ({ accountId: 'acme', exportId: exportId(1) }),
    call: ({ exports }) => exports.create(newExport(1), { activeLimit: 1, idempotency: { key: 'k', bodyHash: 'h' } }),
  },
  {
    method: 'create',
    what: 'a retry',
    prepare: (stores) => createIn(stores, 'failed', 1),
    call: ({ exports }, { exportId: retryOf }) => exports.create(newExport(2, { retryOf }), { activeLimit: 1 }),
  },
  {
    method: 'recordRoute',
    what: 'small',
    prepare: admitted,
    call: ({ exports }, ref) => exports.recordRoute(ref, 'small', { rows: 3, exact: true }, T0),
  },
  { method: 'end', what: 'ready', prepare: running, call: ({ exports }, ref) => exports.end(ref, ready, mine, system) },
  {
    method: 'end',
    what: 'failed, between attempts',
    prepare: running,
    call: ({ exports }, ref) => exports.end(ref, failed, { kind: 'no_live_lease', now: T0 + LEASE_MS }, system),
  },
  {
    method: 'end',
    what: 'cancelled in the queue',
    prepare: waiting,
    call: ({ exports }, ref) => exports.end(ref, cancelled, { kind: 'not_admitted' }, system),
  },
  {
    method: 'end',
    what: 'stuck, with its automatic retry',
    prepare: waiting,
    call: ({ exports }, ref) => {
      const automaticRetry = newExport(2, { retryOf: ref.exportId, automaticRetry: true });
      return exports.end(ref, { ...failed, automaticRetry }, { kind: 'not_admitted' }, system);
    },
  },
  { method: 'erase', what: 'ready', prepare: finished, call: ({ exports }, ref) => exports.erase(ref, system) },
  {
    method: 'requestCancel',
    what: 'running',
    prepare: running,
    call: ({ exports }, ref) => exports.requestCancel(ref, system),
  },
  {
    method: 'expire',
    what: 'ready',
    prepare: finished,
    call: ({ exports }, ref) => exports.expire(ref, ready.expiresAt),
  },
  {
    method: 'noteStartable',
    what: 'waiting',
    prepare: waiting,
    call: ({ exports }, ref) => exports.noteStartable(ref, T0 + 90_000, 60_000),
  },
  {
    method: 'advanceExecution',
    what: 'queued',
    prepare: queued,
    call: ({ exports }, ref) => exports.advanceExecution(ref, 1, T0),
  },
  {
    method: 'markCleaned',
    what: 'failed',
    prepare: (stores) => createIn(stores, 'failed', 1),
    call: ({ exports }, ref) => exports.markCleaned(ref, 3),
  },
  {
    method: 'markTakingLonger',
    what: 'queued',
    prepare: queued,
    call: ({ exports }, ref) => exports.markTakingLonger(ref, T0),
  },
  {
    method: 'recordDownload',
    what: 'ready',
    prepare: finished,
    call: ({ exports }, ref) => exports.recordDownload(ref, system),
  },
  {
    method: 'beginSending',
    what: 'a first try',
    prepare: finished,
    call: ({ exports }, ref) => exports.beginSending(ref, requesterToTell, 'n1', T0 + 2),
  },
  {
    method: 'beginSending',
    what: 'a second try',
    prepare: sending,
    call: ({ exports }, ref) => exports.beginSending(ref, mel, 'n2', T0 + 60_002),
  },
  {
    method: 'passOver',
    what: 'suppressed',
    prepare: finished,
    call: ({ exports }, ref) => exports.passOver(ref, mel, 'suppressed', 'n1', T0 + 2),
  },
  {
    method: 'noteSent',
    what: 'begun',
    prepare: sending,
    call: ({ exports }, ref) => exports.noteSent(ref, 'n1', 'm', T0),
  },
  {
    method: 'noteRefused',
    what: 'begun',
    prepare: sending,
    call: ({ exports }, ref) => exports.noteRefused(ref, 'n1', T0),
  },
  {
    method: 'noteMailEvent',
    what: 'bounced',
    prepare: sending,
    call: ({ exports }, ref) => exports.noteMailEvent(ref, 'n1', 'bounced', T0),
  },
  {
    method: 'askForMails',
    what: 'ready',
    prepare: finished,
    call: ({ exports }, ref) => exports.askForMails(ref, [mel], () => 'n1', system),
  },
  {
    method: 'closeAnnouncement',
    what: 'ready',
    prepare: finished,
    call: ({ exports }, ref) => exports.closeAnnouncement(ref, T0 + 2),
  },
  {
    method: 'markUndeliverable',
    what: 'bounced',
    prepare: finished,
    call: ({ mailAddresses }) => mailAddresses.markUndeliverable(mel.email, { reason: 'bounced', at: T0 }),
  },
  {
    method: 'recordRefusal',
    what: 'ready',
    prepare: finished,
    call: ({ exports }, ref) => exports.recordRefusal(ref, { code: 'not_found', via: 'api' }, system),
  },
  {
    method: 'audit',
    what: 'ready',
    prepare: finished,
    call: ({ exports }, ref) => exports.audit(ref, { type: 'shown' }, system),
  },
  {
    method: 'claim',
    what: 'the first attempt',
    prepare: admitted,
    call: ({ attempts }, ref) => attempts.claim(ref, 'claim-1', T0),
  },
  {
    method: 'claim',
    what: 'the next attempt',
    prepare: running,
    call: ({ attempts }, ref) => attempts.claim(ref, 'claim-2', T0 + LEASE_MS),
  },
  {
    method: 'heartbeat',
    what: 'alive',
    prepare: running,
    call: ({ attempts }, ref) => attempts.heartbeat(ref.exportId, 'claim-1', progressAt(T0 + 2), T0 + 2),
  },
  {
    method: 'release',
    what: 'stopped',
    prepare: running,
    call: ({ attempts }, ref) => attempts.release(ref, 'claim-1', { kind: 'stopped' }, T0 + 2),
  },
  {
    method: 'enqueue',
    what: 'the first time',
    prepare: queued,
    call: ({ admissions }, ref) => admissions.enqueue(ref, 'token-2', 2, T0),
  },
  {
    method: 'enqueue',
    what: 'after admission',
    prepare: admitted,
    call: ({ admissions }, ref) => admissions.enqueue(ref, 'token-2', 2, T0),
  },
  {
    method: 'admit',
    what: 'waiting',
    prepare: waiting,
    call: ({ admissions }, ref) => admissions.admit(ref, 'token-1', 0, roomy, T0 + 4),
  },
  {
    method: 'removeFromRunning',
    what: 'ended',
    prepare: (stores) => createIn(stores, 'failed', 1),
    call: ({ admissions }, ref) => admissions.removeFromRunning(ref.accountId, ref.exportId),
  },
  {
    method: 'forgetIdleAccount',
    what: 'idle',
    prepare: (stores) => createIn(stores, 'failed', 1),
    call: ({ admissions }, { accountId }) => admissions.forgetIdleAccount(accountId, T0 + 1),
  },
  {
    method: 'beginWatch',
    what: 'again',
    prepare: async (stores) => {
      await stores.admissions.beginWatch(T0, false);
      return queued(stores);
    },
    call: ({ admissions }) => admissions.beginWatch(T0 + 60_000, false),
  },
  {
    method: 'beginWatch',
    what: 'paused',
    prepare: async (stores) => {
      await stores.admissions.beginWatch(T0, false);
      return queued(stores);
    },
    call: ({ admissions }) => admissions.beginWatch(T0 + 60_000, true),
  },
  {
    method: 'put',
    what: 'a new member',
    prepare: queued,
    call: ({ memberships }) => memberships.put(ada),
  },
  {
    method: 'put',
    what: 'an owner who becomes something else',
    prepare: owned,
    call: ({ memberships }) => memberships.put({ ...olga, role: 'viewer' }),
  },
  {
    method: 'remove',
    what: 'a member',
    prepare: async (stores) => {
      await stores.memberships.put(ada);
      return queued(stores);
    },
    call: ({ memberships }) => memberships.remove('acme', 'ada'),
  },
  { method: 'remove', what: 'an owner', prepare: owned, call: ({ memberships }) => memberships.remove('acme', 'olga') },
  {
    method: 'record',
    what: 'an owner',
    prepare: owned,
    call: ({ memberships }) => memberships.record({ ...olga, role: 'viewer' }),
  },
  {
    method: 'addFeedback',
    what: 'the first time',
    prepare: finished,
    call: ({ exports }, ref) => exports.addFeedback(ref, feedback),
  },
  {
    method: 'erase',
    what: 'with feedback',
    prepare: commentedOn,
    call: ({ exports }, ref) => exports.erase(ref, system),
  },
  {
    method: 'remove',
    what: 'feedback',
    prepare: commentedOn,
    call: (stores) => stores.feedback.remove('acme', feedback.id),
  },
  {
    method: 'open',
    what: 'an access request',
    prepare: queued,
    call: ({ accessRequests }) => accessRequests.open(request),
  },
  {
    method: 'open',
    what: 'an access request, a day after another',
    prepare: asked,
    call: ({ accessRequests }) => accessRequests.open({ ...request, requestedAt: T0 + ACCESS_REQUEST_MS }),
  },
  {
    method: 'beginTelling',
    what: 'one of two',
    prepare: asked,
    call: ({ accessRequests }) => accessRequests.beginTelling(request, 'ada', { claim: 'claim-1', now: T0 }),
  },
  {
    method: 'noteTold',
    what: 'one of two',
    prepare: async (stores) => {
      const ref = await asked(stores);
      await stores.accessRequests.beginTelling(request, 'ada', { claim: 'claim-1', now: T0 });
      return ref;
    },
    call: ({ accessRequests }) =>
      accessRequests.noteTold(request, 'ada', { claim: 'claim-1', state: 'told', now: T0 + 1 }),
  },
  {
    method: 'remove',
    what: 'an access request',
    prepare: asked,
    call: ({ accessRequests }) => accessRequests.remove(request),
  },
  {
    method: 'forgetPerson',
    what: 'who asked',
    prepare: finished,
    call: ({ exports }, ref) => exports.forgetPerson(ref, 'ada', system),
  },
  {
    method: 'removeEmptyActiveSet',
    what: 'after the last export has ended',
    prepare: finished,
    call: ({ exports }) => exports.removeEmptyActiveSet({ accountId: 'acme', userId: 'ada' }),
  },
  {
    method: 'forget',
    what: 'an address',
    prepare: async (stores) => {
      await stores.mailAddresses.markUndeliverable('ada@acme.test', { reason: 'bounced', at: T0 });
      return queued(stores);
    },
    call: ({ mailAddresses }) => mailAddresses.forget('ada@acme.test'),
  },
];

const reads = [
  'get',
  'getWithAttempt',
  'getMany',
  'list',
  'events',
  'due',
  'readQueue',
  'waiting',
  'queuePosition',
  'find',
  'undeliverable',
  'replay',
  'ofCaller',
  'by',
  'everyOf',
];

/** A client, and the calls that it makes. */
function watchedClient() {
  const client = testClient(dynamo.endpoint);
  return { client, calls: watchCalls(client) };
}

let dynamo: TestDynamo;
let shared: ReturnType<typeof watchedClient>;
beforeAll(async () => {
  dynamo = await startDynamo();
  shared = watchedClient();
});
afterAll(() => dynamo.stop());

/** @param watched for scenarios that run at the same time, one of their own */
async function prepared(scenario: Scenario, { client, calls } = shared) {
  calls.reset();
  const stores = await openDynamoStores(dynamo.endpoint, client);
  const ref = await scenario.prepare(stores);
  calls.reset();
  /** Everything in the table but the random marks. */
  const dump = async () => {
    calls.reset();
    const { Items = [] } = await client.send(new ScanCommand({ TableName: stores.tableName, ConsistentRead: true }));
    return Items.map(({ mark: _mark, ...item }) => item).sort((a, b) =>
      `${a.pk} ${a.sk}` < `${b.pk} ${b.sk}` ? -1 : 1,
    );
  };
  return { stores, ref, calls, dump, call: () => scenario.call(stores, ref) };
}

describe.each(scenarios)('$method: $what', (scenario) => {
  it('answers rightly and changes the same, whichever call goes wrong and however', async () => {
    const clean = await prepared(scenario);
    const outcome = await clean.call();
    const commands = [...clean.calls.sent];
    const table = await clean.dump();
    expect(commands.some(isWrite)).toBe(true);

    for (const [index, command] of commands.entries()) {
      // A read fails in one way only, as far as its caller can tell.
      for (const fault of isWrite(command) ? faults : (['lost request'] as const)) {
        const faulty = await prepared(scenario);
        faulty.calls.inject((n) => (n === index ? fault : undefined));
        const label = `${fault} at call ${index}, ${command}`;
        try {
          expect(await faulty.call(), label).toEqual(outcome);
        } catch (error) {
          // A read that fails although the SDK repeated it is the caller's to repeat.
          if (isWrite(command) || !(error instanceof Error) || !error.message.startsWith('injected')) throw error;
          faulty.calls.reset();
          expect(await faulty.call(), `again after ${label}`).toEqual(outcome);
        }
        expect(await faulty.dump(), label).toEqual(table);
      }
    }
  });

  it('survives two lost replies of one write, and a conflict after one', async () => {
    const clean = await prepared(scenario);
    const outcome = await clean.call();
    const table = await clean.dump();
    for (const sequence of [
      ['lost reply', 'lost reply'],
      ['lost reply', 'conflict'],
      ['lost request', 'lost reply'],
    ] as const) {
      const faulty = await prepared(scenario);
      const left: Fault[] = [...sequence];
      faulty.calls.inject((_, command) => (isWrite(command) ? left.shift() : undefined));
      expect(await faulty.call(), sequence.join(', ')).toEqual(outcome);
      expect(await faulty.dump(), sequence.join(', ')).toEqual(table);
    }
  });
});

it.each(['conflict', 'throttled'] as const)(
  'gives up in bounded time on a lasting %s, having changed nothing',
  async (fault) => {
    // All at once: they spend their time waiting.
    await Promise.all(
      scenarios.map(async (scenario) => {
        const label = `${scenario.method}: ${scenario.what}`;
        const faulty = await prepared(scenario, watchedClient());
        const before = await faulty.dump();
        faulty.calls.inject((_, command) => (isWrite(command) ? fault : undefined));
        await expect(faulty.call(), label).rejects.toThrow(StoreUnavailableError);
        expect(faulty.calls.sent.filter(isWrite).length, label).toBeLessThanOrEqual(11);
        expect(await faulty.dump(), label).toEqual(before);
      }),
    );
  },
  20_000,
);

it('covers every method that writes', async () => {
  const stores = await openDynamoStores(dynamo.endpoint);
  const { exports, attempts, admissions, memberships, mailAddresses, feedback, accessRequests } = stores;
  const all = [exports, attempts, admissions, memberships, mailAddresses, feedback, accessRequests];
  const methods = all.flatMap((store) => Object.keys(store));
  const writing = methods.filter((method) => !reads.includes(method));
  expect(new Set(scenarios.map(({ method }) => method))).toEqual(new Set(writing));
});

it('lets a fatal error through at once', async () => {
  const stores = await openDynamoStores(dynamo.endpoint);
  const elsewhere = storesOn(new Table(stores.client, 'no-such-table'));
  await expect(elsewhere.exports.create(newExport(1), { activeLimit: 1 })).rejects.toThrow(/no-such-table|not found/i);
});

it('reads the pool before the accounts: what is in the pool alone then holds no slot', async () => {
  const client = testClient(dynamo.endpoint);
  const stores = await openDynamoStores(dynamo.endpoint, client);
  const calls = watchCalls(client);
  calls.inject((_, command) => (command === 'GetItem' ? 'lost request' : undefined));
  await expect(stores.admissions.readQueue()).rejects.toThrow('injected');
  expect(calls.sent).toEqual(['GetItem']);
});
