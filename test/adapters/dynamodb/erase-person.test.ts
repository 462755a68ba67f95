// @module-tag stores-alike
// @module-tag erased-persons

import { ScanCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { erasePerson } from '../../../core/usecases/erase-person.ts';
import { openDynamoStores } from '../../support/dynamo-stores.ts';
import { startDynamo, type TestDynamo } from '../../support/dynoxide.ts';
import { exportId, feedbackId, HOUR, newExport, refOf, T0 } from '../../support/exports.ts';
import { MemoryFiles } from '../../support/memory-files.ts';
import { request } from '../store-contract/asking-for-access.ts';
import { create, failed } from '../store-contract/stores-under-test.ts';

let dynamo: TestDynamo;
beforeAll(async () => {
  dynamo = await startDynamo();
});
afterAll(() => dynamo.stop());

const mel = { userId: 'usr_mel', email: 'mel@acme.test', name: 'Mel Meyer' };
const olga = { userId: 'usr_olga', email: 'olga@acme.test', name: 'Olga Owens' };
const personal = /mel@acme|Mel Meyer|mel’s words/i;
const clock = { now: () => T0 + HOUR };

/** A table with every kind of item that a person leaves, and all that it holds. */
async function populated() {
  const { client, tableName, ...stores } = await openDynamoStores(dynamo.endpoint);
  const dump = async () => {
    const { Items = [], LastEvaluatedKey } = await client.send(
      new ScanCommand({ TableName: tableName, ConsistentRead: true }),
    );
    expect(LastEvaluatedKey).toBeUndefined();
    return Items.map((item) => JSON.stringify(item));
  };
  await stores.memberships.put({ accountId: 'acme', role: 'owner', ...olga });
  await stores.memberships.put({ accountId: 'acme', role: 'member', ...mel });
  const own = newExport(1, { requestedBy: mel, note: 'mel’s words', notify: [olga] });
  await stores.exports.create(own, { activeLimit: 9, idempotency: { key: 'k', bodyHash: 'h' } });
  const ended = await create(stores, 2, { requestedBy: olga, notify: [{ userId: mel.userId, email: mel.email }] });
  const guard = { kind: 'not_admitted' } as const;
  await stores.exports.end(ended, failed, guard, { by: 'system', at: T0 });
  const mailId = 'mail-1';
  await stores.exports.beginSending(ended, mel, mailId, T0 + 1);
  await stores.exports.noteSent(ended, mailId, 'message-1', T0 + 2);
  const words = { kind: 'other', text: 'mel’s words', by: mel.userId, at: T0 } as const;
  await stores.exports.addFeedback(ended, { id: feedbackId(1), ...words });
  await stores.accessRequests.open({ ...request, userId: mel.userId, reason: 'mel’s words' });
  await stores.mailAddresses.markUndeliverable(mel.email, { reason: 'bounced', at: T0 });
  const members = stores.memberships;
  const deps = { ...stores, store: stores.exports, members, files: new MemoryFiles(), clock };
  return { stores, deps, dump, own: refOf(own), ended };
}

test('afterwards no item of the table holds the person’s name, address or words', async () => {
  const { deps, dump, stores, own } = await populated();
  const before = await dump();
  // Membership, two exports, feedback, an access request, and an address that bounced.
  expect(before.filter((item) => personal.test(item))).toHaveLength(6);

  const erasure = await erasePerson(deps, { accountId: 'acme', userId: mel.userId }, { dryRun: false });
  expect(erasure).toMatchObject({ membership: 'removed', erased: [exportId(1)], left: [] });
  const after = await dump();
  expect(after.filter((item) => personal.test(item))).toEqual([]);
  expect(after.filter((item) => item.includes(olga.email)).length).toBeGreaterThan(1);
  // Who did what is still there, by the user id; and so is the key of a request, for a day.
  const events = await stores.exports.events(own.exportId);
  expect(events.map(({ type, by }) => [type, by])).toEqual([
    ['created', mel.userId],
    ['cancelled', 'system'],
    ['erased', 'system'],
    ['person_erased', 'system'],
  ]);
  expect(after.some((item) => item.includes('IDEMPOTENCY#'))).toBe(true);
  expect(after.some((item) => item.includes('"ACTIVE"') && item.includes(mel.userId))).toBe(false);
});

test('finds more exports than one page of the table holds', async () => {
  const { deps, dump, stores } = await populated();
  const large = 'x'.repeat(300_000);
  for (let n = 10; n < 16; n += 1) await create(stores, n, { requestedBy: mel, note: large });
  const { erased } = await erasePerson(deps, { accountId: 'acme', userId: mel.userId }, { dryRun: false });
  expect(erased).toHaveLength(7);
  expect((await dump()).filter((item) => personal.test(item))).toEqual([]);
});
