import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CreateTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { documentClient } from '../../adapters/dynamodb/client.ts';
import { type TableIndex, tableIndexes, tableKeys } from '../../core/contract/table.ts';
import { startDynoxide } from '../../local/dynamodb/dynoxide.ts';

export interface TestDynamo {
  readonly endpoint: string;
  stop(): Promise<void>;
}

/** Starts a DynamoDB of its own, on a free port of the loopback interface. */
export async function startDynamo(): Promise<TestDynamo> {
  const directory = await mkdtemp(join(tmpdir(), 'waybill-dynamodb-'));
  const dynoxide = await startDynoxide({
    file: join(directory, 'table.db'),
    onDeath: (error) => {
      throw error;
    },
  });
  return {
    endpoint: dynoxide.endpoint.origin,
    async stop() {
      await dynoxide.stop();
      await rm(directory, { recursive: true });
    },
  };
}

/** A client for it, without the SDK's own repetitions: tests see every failure. */
export function testClient(endpoint: string): DynamoDBDocumentClient {
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
  return documentClient(new DynamoDBClient({ endpoint, region: 'us-east-1', credentials, maxAttempts: 1 }));
}

/** Creates the table with its indexes, as the contract names them. */
export async function createTable(client: DynamoDBDocumentClient, tableName: string): Promise<void> {
  const indexes: readonly TableIndex[] = Object.values(tableIndexes);
  const { partitionKey, sortKey } = tableKeys;
  const types = new Map<string, 'S' | 'N'>([
    [partitionKey, 'S'],
    [sortKey, 'S'],
    ...indexes.flatMap((index) => [index.partitionKey, index.sortKey].map(({ name, type }) => [name, type] as const)),
  ]);
  const schemaOf = (hash: string, range: string) => [
    { AttributeName: hash, KeyType: 'HASH' as const },
    { AttributeName: range, KeyType: 'RANGE' as const },
  ];
  await client.send(
    new CreateTableCommand({
      TableName: tableName,
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: [...types].map(([name, type]) => ({ AttributeName: name, AttributeType: type })),
      KeySchema: schemaOf(partitionKey, sortKey),
      GlobalSecondaryIndexes: indexes.map((index) => ({
        IndexName: index.name,
        KeySchema: schemaOf(index.partitionKey.name, index.sortKey.name),
        Projection: projectionOf(index),
      })),
    }),
  );
}

function projectionOf({ projection }: TableIndex) {
  return projection.type === 'INCLUDE'
    ? { ProjectionType: projection.type, NonKeyAttributes: [...projection.attributes] }
    : { ProjectionType: projection.type };
}
