import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import { expect, onTestFinished, test } from 'vitest';
import { keys } from '../../adapters/dynamodb/keys.ts';
import { LEASE_MS } from '../../core/domain/lifecycle.ts';
import { RANGE_LEASE_MS } from '../../core/domain/part-range.ts';
import { LocalClock } from '../../local/clock.ts';
import { startLocalDynamoDb } from '../../local/dynamodb/local-dynamodb.ts';
import { renewLiveLeases } from '../../local/leases.ts';
import { timeTravel } from '../../local/time-travel.ts';
import { exportId } from '../support/exports.ts';
import { serveAws } from './aws-cloud.ts';
import { recordsTable } from './dynamodb/records-table.ts';
import { temporaryDirectory } from './temp-dir.ts';

const tableName = recordsTable.name;

test('time moves on for the dead, while the living keep their leases', async () => {
  const clock = new LocalClock();
  const stateDirectory = await temporaryDirectory();
  const database = await startLocalDynamoDb({ tables: [recordsTable], stateDirectory, clock, onFailure: () => {} });
  onTestFinished(() => database.stop());
  const { asOperator } = await serveAws([database.service], [], clock);
  const client = new DynamoDBClient(asOperator);
  onTestFinished(() => client.destroy());
  const table = DynamoDBDocumentClient.from(client);
  const [alive, silent, starting] = [exportId(1), exportId(2), exportId(3)];
  const put = (Item: object) => table.send(new PutCommand({ TableName: tableName, Item: { ...Item } }));
  await put({ ...keys.pool, running: new Set([alive, silent, starting]) });
  await put({ ...keys.attempt(alive), leaseUntil: clock.now() + LEASE_MS });
  await put({ ...keys.attempt(silent), leaseUntil: clock.now() + LEASE_MS - 10_000 });
  const [held, given, abandoned] = [1, 2, 3].map((number) => keys.range(alive, 1, number));
  await put({ ...held, leaseUntil: clock.now() + RANGE_LEASE_MS });
  await put({ ...given, leaseUntil: 0 });
  await put({ ...abandoned, leaseUntil: clock.now() + RANGE_LEASE_MS - 10_000 });

  const expired: number[] = [];
  const advance = timeTravel({
    clock,
    renewLeases: (seconds) => renewLiveLeases({ client, tableName, clock }, seconds),
    expire: [async () => expired.push(clock.offsetMs)],
  });
  await advance(360);

  expect(expired).toEqual([360_000]);
  const isLive = async (key: object | undefined) => {
    const { Item } = await table.send(new GetCommand({ TableName: tableName, Key: { ...key } }));
    return Item && Item.leaseUntil > clock.now();
  };
  const areLive = await Promise.all([alive, silent, starting].map((id) => isLive(keys.attempt(id))));
  expect(areLive).toEqual([true, false, undefined]);
  // Whoever makes a range lives or dies as an attempt does.
  expect(await Promise.all([held, given, abandoned].map(isLive))).toEqual([true, false, false]);
});
