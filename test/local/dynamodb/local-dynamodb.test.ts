// @module-tag local-access-denied

import { readdir, readFile } from 'node:fs/promises';
import { DescribeTableCommand, DescribeTimeToLiveCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import {
  BatchGetCommand,
  BatchWriteCommand,
  DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
  QueryCommand,
  ScanCommand,
  TransactGetCommand,
  TransactWriteCommand,
  UpdateCommand,
} from '@aws-sdk/lib-dynamodb';
import { describe, expect, onTestFinished, test } from 'vitest';
import { LocalClock } from '../../../local/clock.ts';
import { type LocalDynamoDbOptions, startLocalDynamoDb } from '../../../local/dynamodb/local-dynamodb.ts';
import { type ClientSettings, serveAws } from '../aws-cloud.ts';
import { temporaryDirectory } from '../temp-dir.ts';
import { recordsTable } from './records-table.ts';

const TableName = recordsTable.name;
const allow = (Action: string[], Resource = recordsTable.arn) => ({ Effect: 'Allow', Action, Resource });
const everything = [allow(['dynamodb:*'], '*')];

async function startDatabase(options: Partial<LocalDynamoDbOptions> = {}) {
  const database = await startLocalDynamoDb({
    tables: [recordsTable],
    stateDirectory: options.stateDirectory ?? (await temporaryDirectory()),
    clock: new LocalClock(),
    onFailure: (error) => expect.unreachable(error.message),
    ...options,
  });
  onTestFinished(() => database.stop());
  return database;
}

function documentClient(settings: ClientSettings) {
  const client = new DynamoDBClient(settings);
  onTestFinished(() => client.destroy());
  return DynamoDBDocumentClient.from(client);
}

/** A database behind the role's policy, with a client of the role. */
async function startCloud(statements: readonly object[] = everything, options: Partial<LocalDynamoDbOptions> = {}) {
  const clock = options.clock ?? new LocalClock();
  const database = await startDatabase({ ...options, clock });
  const cloud = await serveAws([database.service], statements, clock);
  return { ...cloud, database, client: documentClient(cloud.asRole) };
}

describe('tables', () => {
  test('are created as planned, with their TTL attribute', async () => {
    const { client } = await startCloud();
    const { Table: table } = await client.send(new DescribeTableCommand({ TableName }));
    expect(table?.KeySchema).toEqual([
      { AttributeName: 'pk', KeyType: 'HASH' },
      { AttributeName: 'sk', KeyType: 'RANGE' },
    ]);
    expect(table?.GlobalSecondaryIndexes?.map(({ IndexName, Projection }) => [IndexName, Projection])).toEqual([
      ['due', { ProjectionType: 'KEYS_ONLY' }],
      ['listed', { ProjectionType: 'INCLUDE', NonKeyAttributes: ['title', 'status'] }],
    ]);
    const ttl = await client.send(new DescribeTimeToLiveCommand({ TableName }));
    expect(ttl.TimeToLiveDescription).toEqual({ AttributeName: 'expiresAtSeconds', TimeToLiveStatus: 'ENABLED' });
  });

  test('and their items are found again by the next start', async () => {
    const stateDirectory = await temporaryDirectory();
    const first = await startCloud(everything, { stateDirectory });
    await first.client.send(new PutCommand({ TableName, Item: { pk: 'a', sk: '1', title: 'kept' } }));
    await first.database.stop();
    const second = await startCloud(everything, { stateDirectory });
    const { Item: item } = await second.client.send(new GetCommand({ TableName, Key: { pk: 'a', sk: '1' } }));
    expect(item).toMatchObject({ title: 'kept' });
  });

  test('a change of the TTL attribute is made', async () => {
    const stateDirectory = await temporaryDirectory();
    await (await startDatabase({ stateDirectory })).stop();
    const { client } = await startCloud(everything, {
      stateDirectory,
      tables: [{ ...recordsTable, ttlAttribute: 'endsAtSeconds' }],
    });
    const ttl = await client.send(new DescribeTimeToLiveCommand({ TableName }));
    expect(ttl.TimeToLiveDescription?.AttributeName).toBe('endsAtSeconds');
  });

  test.each([
    ['another projection', { type: 'ALL' as const, attributes: [] }],
    ['another list of attributes', { type: 'INCLUDE' as const, attributes: ['title'] }],
  ])('an index with %s is refused, with what to do about it', async (_, projection) => {
    const stateDirectory = await temporaryDirectory();
    await (await startDatabase({ stateDirectory })).stop();
    const [due, listed] = recordsTable.globalIndexes;
    if (!due || !listed) throw new Error('the table has two indexes');
    const changed = { ...recordsTable, globalIndexes: [due, { ...listed, projection }] };
    await expect(startDatabase({ stateDirectory, tables: [changed] })).rejects.toThrow(
      `Table records in ${stateDirectory} was created from an older template: its index listed differ. Delete ${stateDirectory}`,
    );
  });

  test('the order of projected attributes makes no difference', async () => {
    const stateDirectory = await temporaryDirectory();
    await (await startDatabase({ stateDirectory })).stop();
    const globalIndexes = recordsTable.globalIndexes.map((index) => ({
      ...index,
      projection: { ...index.projection, attributes: index.projection.attributes.toReversed() },
    }));
    await startDatabase({ stateDirectory, tables: [{ ...recordsTable, globalIndexes }] });
  });
});

describe('requests pass through unchanged', () => {
  test('consumed capacity, conditions and cancellation reasons', async () => {
    const { client } = await startCloud();
    const put = new PutCommand({
      TableName,
      Item: { pk: 'a', sk: '1' },
      ConditionExpression: 'attribute_not_exists(pk)',
      ReturnConsumedCapacity: 'TOTAL',
    });
    expect((await client.send(put)).ConsumedCapacity).toMatchObject({ CapacityUnits: 1 });
    await expect(client.send(put)).rejects.toMatchObject({ name: 'ConditionalCheckFailedException' });
    const twice = { TableName, Item: { pk: 'a', sk: '1' }, ConditionExpression: 'attribute_not_exists(pk)' };
    await expect(client.send(new TransactWriteCommand({ TransactItems: [{ Put: twice }] }))).rejects.toMatchObject({
      name: 'TransactionCanceledException',
      CancellationReasons: [{ Code: 'ConditionalCheckFailed' }],
    });
  });

  test('an item of 390 KB', async () => {
    const { client } = await startCloud();
    const title = 'é'.repeat(195_000);
    await client.send(new PutCommand({ TableName, Item: { pk: 'a', sk: '1', title } }));
    const { Item: item } = await client.send(new GetCommand({ TableName, Key: { pk: 'a', sk: '1' } }));
    expect(item?.title).toBe(title);
  });
});

describe('the policy decides', () => {
  const Key = { pk: 'a', sk: '1' };
  const Item = { ...Key, kind: 'export', dueAt: 1 };
  const condition = { TableName, Key, ConditionExpression: 'attribute_not_exists(pk)' };
  const byKind = {
    TableName,
    KeyConditionExpression: 'kind = :kind',
    ExpressionAttributeValues: { ':kind': 'export' },
  };
  const update = { TableName, Key, UpdateExpression: 'SET title = :t', ExpressionAttributeValues: { ':t': 'x' } };
  const index = `${recordsTable.arn}/index/due`;

  // Each with its grant is allowed, and with that grant removed is denied.
  test.each([
    ['PutItem', new PutCommand({ TableName, Item }), [allow(['dynamodb:PutItem'])]],
    ['GetItem', new GetCommand({ TableName, Key }), [allow(['dynamodb:GetItem'])]],
    ['UpdateItem', new UpdateCommand(update), [allow(['dynamodb:UpdateItem'])]],
    ['Scan', new ScanCommand({ TableName }), [allow(['dynamodb:Scan'])]],
    ['Query on an index', new QueryCommand({ ...byKind, IndexName: 'due' }), [allow(['dynamodb:Query'], index)]],
    [
      'BatchGetItem',
      new BatchGetCommand({ RequestItems: { [TableName]: { Keys: [Key] } } }),
      [allow(['dynamodb:BatchGetItem'])],
    ],
    [
      'BatchWriteItem',
      new BatchWriteCommand({ RequestItems: { [TableName]: [{ PutRequest: { Item } }] } }),
      [allow(['dynamodb:BatchWriteItem'])],
    ],
    [
      'TransactGetItems',
      new TransactGetCommand({ TransactItems: [{ Get: { TableName, Key } }] }),
      [allow(['dynamodb:GetItem'])],
    ],
    [
      'a transaction with a put',
      new TransactWriteCommand({ TransactItems: [{ Put: { TableName, Item } }] }),
      [allow(['dynamodb:PutItem'])],
    ],
    [
      'a transaction with an update',
      new TransactWriteCommand({ TransactItems: [{ Update: update }] }),
      [allow(['dynamodb:UpdateItem'])],
    ],
    [
      'a transaction with a deletion',
      new TransactWriteCommand({ TransactItems: [{ Delete: { TableName, Key } }] }),
      [allow(['dynamodb:DeleteItem'])],
    ],
    [
      'a transaction with a check',
      new TransactWriteCommand({ TransactItems: [{ ConditionCheck: condition }] }),
      [allow(['dynamodb:ConditionCheckItem'])],
    ],
  ])('%s', async (_, command, needed) => {
    const granted = await startCloud(needed);
    const send = (client: DynamoDBDocumentClient) => client.send(command as PutCommand);
    await send(granted.client);
    expect(granted.authorizer.usage()[0]?.grants.every(({ uses }) => uses === 1)).toBe(true);

    const everyOther = everything.map((statement) => ({
      ...statement,
      Action: undefined,
      NotAction: needed[0]?.Action,
    }));
    const removed = await startCloud(everyOther);
    await expect(send(removed.client)).rejects.toMatchObject({ name: 'AccessDeniedException' });
    expect(removed.authorizer.usage()[0]?.denials).toMatchObject([{ resource: needed[0]?.Resource, count: 1 }]);
  });

  test('a grant on the table does not reach its indexes', async () => {
    const { client } = await startCloud([allow(['dynamodb:Query'])]);
    const query = client.send(new QueryCommand({ ...byKind, IndexName: 'due' }));
    await expect(query).rejects.toThrow(`not authorized to perform dynamodb:Query on ${index}`);
  });

  test('a transaction is refused as a whole when one of its items is not granted', async () => {
    const cloud = await startCloud([allow(['dynamodb:PutItem'])]);
    const items = [{ Put: { TableName, Item: { pk: 'b', sk: '1' } } }, { ConditionCheck: condition }];
    const transaction = new TransactWriteCommand({ TransactItems: items });
    await expect(cloud.client.send(transaction)).rejects.toMatchObject({ name: 'AccessDeniedException' });
    const { Count: count } = await documentClient(cloud.asOperator).send(new ScanCommand({ TableName }));
    expect(count).toBe(0);
  });

  test('a table with a key of its own needs the permission to decrypt', async () => {
    const kmsKeyArn = 'arn:aws:kms:us-east-1:000000000000:key/k';
    const tables = [{ ...recordsTable, kmsKeyArn }];
    const without = await startCloud([allow(['dynamodb:PutItem'])], { tables });
    const put = new PutCommand({ TableName, Item });
    await expect(without.client.send(put)).rejects.toThrow('kms:Decrypt');
    const statements = [allow(['dynamodb:PutItem']), allow(['kms:Decrypt'], kmsKeyArn)];
    await (await startCloud(statements, { tables })).client.send(put);
  });
});

describe('expiry', () => {
  const nowSeconds = 1_800_000_000;

  test('deletes the items whose time has passed, and no others', async () => {
    const { client, database } = await startCloud();
    const times = { past: nowSeconds - 1, now: nowSeconds, future: nowSeconds + 60, ancient: 1_000_000_000, text: '1' };
    for (const [sk, expiresAtSeconds] of Object.entries({ ...times, none: undefined })) {
      const Item = { pk: 'a', sk, ...(expiresAtSeconds !== undefined && { expiresAtSeconds }) };
      await client.send(new PutCommand({ TableName, Item }));
    }
    expect(await database.expire(nowSeconds * 1000)).toBe(1);
    const { Items: left = [] } = await client.send(new ScanCommand({ TableName }));
    expect(left.map(({ sk }) => sk).toSorted()).toEqual(['ancient', 'future', 'none', 'now', 'text']);
  });

  test('happens by itself when the clock moves on', async () => {
    const clock = new LocalClock();
    const { asOperator, database } = await startCloud(everything, { clock });
    const client = new DynamoDBClient({ ...asOperator, endpoint: database.endpoint.href });
    onTestFinished(() => client.destroy());
    const documents = DynamoDBDocumentClient.from(client);
    const expiresAtSeconds = Math.floor(clock.now() / 1000) + 3600;
    await documents.send(new PutCommand({ TableName, Item: { pk: 'a', sk: '1', expiresAtSeconds } }));
    clock.advance(7200);
    await expect.poll(async () => (await documents.send(new ScanCommand({ TableName }))).Count).toBe(0);
  });
});

describe('the database process', () => {
  test('its death is reported once', async () => {
    const deaths: Error[] = [];
    const { database, client } = await startCloud(everything, { onFailure: (error) => deaths.push(error) });
    process.kill(await pidListeningOn(database.endpoint.port), 'SIGKILL');
    await expect
      .poll(() => deaths.map(({ message }) => message))
      .toEqual(['DynamoDB (dynoxide) ended unexpectedly: exit code 137']);
    await expect(client.send(new ScanCommand({ TableName }))).rejects.toMatchObject({ name: 'InternalServerError' });
  });

  test('stopping ends it without a report', async () => {
    const { database } = await startCloud();
    const pid = await pidListeningOn(database.endpoint.port);
    await database.stop();
    expect(() => process.kill(pid, 0)).toThrow('ESRCH');
  });

  test('a server elsewhere is used when its address is given', async () => {
    const elsewhere = await startDatabase({ tables: [] });
    const { client, database } = await startCloud(everything, { endpoint: elsewhere.endpoint.href });
    expect(database.endpoint.port).toBe(elsewhere.endpoint.port);
    await client.send(new PutCommand({ TableName, Item: { pk: 'a', sk: '1' } }));
  });
});

/** Of the processes of this machine, the one whose command line names the port. */
async function pidListeningOn(port: string): Promise<number> {
  for (const entry of await readdir('/proc')) {
    const words = (await readFile(`/proc/${entry}/cmdline`, 'utf8').catch(() => '')).split('\0');
    if (words[0]?.endsWith('/dynoxide') && words.includes(port)) return Number(entry);
  }
  throw new Error(`no dynoxide listens on ${port}`);
}
