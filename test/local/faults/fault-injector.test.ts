import {
  DynamoDBClient,
  InternalServerError,
  ProvisionedThroughputExceededException,
  TransactionCanceledException,
  TransactionConflictException,
} from '@aws-sdk/client-dynamodb';
import { GetObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import {
  DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
  QueryCommand,
  TransactWriteCommand,
} from '@aws-sdk/lib-dynamodb';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { LocalClock } from '../../../local/clock.ts';
import { startLocalDynamoDb } from '../../../local/dynamodb/local-dynamodb.ts';
import { FaultInjector, type ObservedCall } from '../../../local/faults/fault-injector.ts';
import type { FaultSettings } from '../../../local/faults/fault-rule.ts';
import { serveAws } from '../aws-cloud.ts';
import { recordsTable } from '../dynamodb/records-table.ts';
import { BUCKET, startLocalS3 } from '../s3/local-s3.ts';
import { temporaryDirectory } from '../temp-dir.ts';

const TableName = recordsTable.name;

function injector(kill = vi.fn()): FaultInjector {
  return new FaultInjector({ keyAttributes: new Map([[TableName, ['pk', 'sk']]]), kill, postgresUrl: '' });
}

async function startTable(faults: FaultInjector, maxAttempts = 1) {
  const clock = new LocalClock();
  const database = await startLocalDynamoDb({
    tables: [recordsTable],
    stateDirectory: await temporaryDirectory(),
    clock,
    onFailure: (error) => expect.unreachable(error.message),
  });
  onTestFinished(() => database.stop());
  const everything = [{ Effect: 'Allow', Action: ['dynamodb:*'], Resource: '*' }];
  const { asRole, asOperator } = await serveAws([database.service], everything, clock, faults.intercept);
  const clientOf = (settings: typeof asRole) => {
    const client = new DynamoDBClient({ ...settings, maxAttempts });
    onTestFinished(() => client.destroy());
    return DynamoDBDocumentClient.from(client);
  };
  const task = (sessionToken: string) => clientOf({ ...asRole, credentials: { ...asRole.credentials, sessionToken } });
  return { role: clientOf(asRole), operator: clientOf(asOperator), task };
}

const put = (sk: string, values: object = {}) => new PutCommand({ TableName, Item: { pk: 'a', sk, ...values } });
const get = (sk: string) => new GetCommand({ TableName, Key: { pk: 'a', sk }, ConsistentRead: true });
const both = new TransactWriteCommand({
  TransactItems: ['1', '2'].map((sk) => ({ Put: { TableName, Item: { pk: 'a', sk } } })),
});
const only = (rule: FaultSettings['rules'][number]): FaultSettings => ({ rules: [{ service: 'dynamodb', ...rule }] });

describe('DynamoDB', () => {
  test.each([
    ['error', InternalServerError],
    ['throttle', ProvisionedThroughputExceededException],
    ['transaction-conflict', TransactionConflictException],
  ] as const)('%s: nothing is written, and the SDK knows the error', async (kind, type) => {
    const faults = injector();
    const { role, operator } = await startTable(faults);
    await faults.set(only({ kind }));
    await expect(role.send(put('1'))).rejects.toBeInstanceOf(type);
    expect((await operator.send(get('1'))).Item).toBeUndefined();
  });

  test('a transaction that conflicts says at which item', async () => {
    const faults = injector();
    const { role, operator } = await startTable(faults);
    await faults.set(only({ kind: 'transaction-conflict' }));
    const error: unknown = await role.send(both).catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(TransactionCanceledException);
    const codes = (error as TransactionCanceledException).CancellationReasons?.map(({ Code }) => Code);
    expect(codes?.toSorted()).toEqual(['None', 'TransactionConflict']);
    expect((await operator.send(get('1'))).Item).toBeUndefined();
  });

  test('timeout after apply: it is written, but the reply never arrives', async () => {
    const faults = injector();
    const { role, operator } = await startTable(faults);
    await faults.set(only({ kind: 'timeout-after-apply', operation: 'PutItem' }));
    await expect(role.send(put('1'))).rejects.toMatchObject({ code: 'ECONNRESET' });
    expect((await operator.send(get('1'))).Item).toBeDefined();
  });

  test('connection cut: nothing is written', async () => {
    const faults = injector();
    const { role, operator } = await startTable(faults);
    await faults.set(only({ kind: 'connection-cut', operation: 'PutItem' }));
    await expect(role.send(put('1'))).rejects.toMatchObject({ code: 'ECONNRESET' });
    expect((await operator.send(get('1'))).Item).toBeUndefined();
  });

  test.each([
    ['kill', false],
    ['kill-after-apply', true],
  ] as const)('%s: the caller is killed; written: %s', async (kind, isWritten) => {
    const kill = vi.fn();
    const faults = injector(kill);
    const { role, operator } = await startTable(faults);
    await faults.set(only({ kind, operation: 'PutItem' }));
    await expect(role.send(put('1'))).rejects.toThrow();
    expect(kill).toHaveBeenCalledExactlyOnceWith({ roleArn: expect.stringContaining(':role/') });
    expect((await operator.send(get('1'))).Item !== undefined).toBe(isWritten);
  });

  test('tasks of one role are told apart by what they do, and killed one by one', async () => {
    const kill = vi.fn();
    const faults = injector(kill);
    const { task } = await startTable(faults);
    await faults.set(only({ kind: 'kill', principal: 'Worker/lead' }));
    await task('part/2').send(put('1'));
    await expect(task('lead/1').send(put('2'))).rejects.toThrow();
    expect(kill.mock.calls).toEqual([[{ roleArn: expect.stringContaining(':role/worker'), session: 'lead/1' }]]);
    expect(faults.report().injected).toEqual({ 'worker/lead dynamodb:PutItem kill': 1 });
  });

  test('delay: it is written later, while other calls go on', async () => {
    const faults = injector();
    const { role, operator } = await startTable(faults);
    await faults.set(only({ kind: 'delay', operation: 'PutItem', limit: 1, delayMs: 2_000 }));
    const first = role.send(put('1'));
    await vi.waitFor(() => expect(faults.report().rules).toMatchObject([{ calls: 1 }]));
    await role.send(put('2'));
    expect((await operator.send(get('1'))).Item).toBeUndefined();
    await first;
    expect((await operator.send(get('1'))).Item).toBeDefined();
  });

  test('the SDK’s second try gets through, unless all tries are meant', async () => {
    const faults = injector();
    const { role } = await startTable(faults, 2);
    await faults.set(only({ kind: 'error' }));
    expect((await role.send(put('1'))).$metadata.attempts).toBe(2);
    await faults.set(only({ kind: 'error', tries: 'all' }));
    await expect(role.send(put('1'))).rejects.toBeInstanceOf(InternalServerError);
  });

  test('a stale query of an index misses what was just written; the table itself is consistent', async () => {
    const faults = injector();
    const { role } = await startTable(faults);
    const queryOf = (IndexName?: string) => {
      const [attribute, value] = IndexName === undefined ? ['pk', 'a'] : ['kind', 'x'];
      return new QueryCommand({
        TableName,
        ...(IndexName !== undefined && { IndexName }),
        KeyConditionExpression: `${attribute} = :value`,
        ExpressionAttributeValues: { ':value': value },
      });
    };
    await role.send(put('before', { kind: 'x', dueAt: 1 }));
    // Seed 4 draws a lag of more than a second for the first query.
    await faults.set({ seed: 4, rules: [{ kind: 'stale-index-read' }] });
    await role.send(put('now', { kind: 'x', dueAt: 2 }));
    const stale = await role.send(queryOf('due'));
    expect(stale.Items).toEqual([{ pk: 'a', sk: 'before', kind: 'x', dueAt: 1 }]);
    expect(stale.Count).toBe(1);
    expect((await role.send(queryOf())).Items).toHaveLength(2);
  });

  test('the local operator meets no faults, and nobody does once they are cleared', async () => {
    const faults = injector();
    const { role, operator } = await startTable(faults);
    await faults.set(only({ kind: 'error' }));
    await operator.send(put('1'));
    await expect(role.send(put('1'))).rejects.toThrow();
    await faults.set({ rules: [] });
    await role.send(put('1'));
    expect(faults.report()).toEqual({ rules: [], injected: {} });
  });
});

describe('S3', () => {
  test.each([
    ['error', { name: 'InternalError' }, false],
    ['throttle', { name: 'SlowDown' }, false],
    ['timeout-after-apply', { code: 'ECONNRESET' }, true],
    ['connection-cut', { code: 'ECONNRESET' }, false],
  ] as const)('%s', async (kind, error, isStored) => {
    const faults = injector();
    await using s3 = await startLocalS3({ intercept: faults.intercept });
    await faults.set({ rules: [{ kind, service: 's3', operation: 'PutObject' }] });
    const object = { Bucket: BUCKET, Key: 'file.csv' };
    await expect(s3.client.send(new PutObjectCommand({ ...object, Body: 'a' }))).rejects.toMatchObject(error);
    const stored = s3.client.send(new GetObjectCommand(object)).then(
      () => true,
      () => false,
    );
    expect(await stored).toBe(isStored);
  });
});

test('what was injected is reported, and observers see every call', async () => {
  const faults = injector();
  await using s3 = await startLocalS3({ intercept: faults.intercept });
  const seen: ObservedCall[] = [];
  const stop = faults.observe((call) => seen.push(call));
  await faults.set({ rules: [{ kind: 'error', operation: 'PutObject', skip: 1 }] });
  const send = (Key: string) =>
    s3.client.send(new PutObjectCommand({ Bucket: BUCKET, Key, Body: 'a' })).catch(() => {});
  for (const key of ['a', 'b', 'c']) await send(key);
  stop();
  await send('d');
  expect(seen.map(({ principal, service, operation, fault }) => [principal, service, operation, fault])).toEqual([
    ['worker', 's3', 'PutObject', undefined],
    ['worker', 's3', 'PutObject', 'error'],
    ['worker', 's3', 'PutObject', 'error'],
  ]);
  expect(faults.report().injected).toEqual({ 'worker s3:PutObject error': 3 });
});
