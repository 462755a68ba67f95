import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { fileURLToPath } from 'node:url';
import { CreateTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { documentClient } from '../../adapters/dynamodb/client.ts';
import { type TableIndex, tableIndexes, tableKeys } from '../../core/contract/table.ts';

const binary = fileURLToPath(new URL('../../node_modules/@dynoxide/linux-x64/dynoxide', import.meta.url));

export interface TestDynamo {
  readonly endpoint: string;
  stop(): Promise<void>;
}

/** Starts a DynamoDB of its own, in memory, on a free port of the loopback interface. */
export async function startDynamo(): Promise<TestDynamo> {
  const port = await freePort();
  const child = spawn(binary, ['serve', '--host', '127.0.0.1', '--port', String(port)], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const ready = new Promise<void>((resolve, reject) => {
    const onOutput = (chunk: Buffer) => {
      if (chunk.toString().includes('listening')) resolve();
    };
    child.stdout.on('data', onOutput);
    child.stderr.on('data', onOutput);
    child.once('exit', (code) => reject(new Error(`dynoxide ended with ${code}`)));
    child.once('error', reject);
  });
  await ready;
  return {
    endpoint: `http://127.0.0.1:${port}`,
    async stop() {
      if (child.exitCode !== null) return;
      const exited = once(child, 'exit');
      child.kill('SIGTERM');
      await exited;
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
        Projection: { ProjectionType: index.projection },
      })),
    }),
  );
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  server.close();
  await once(server, 'close');
  return address.port;
}
