import { randomUUID } from 'node:crypto';
import { type DynamoDBDocumentClient, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { createRangeStore } from '../../adapters/dynamodb/range-store.ts';
import { storesOn } from '../../adapters/dynamodb/stores.ts';
import { Table } from '../../adapters/dynamodb/table.ts';
import type { ObserveChange } from '../../core/domain/change.ts';
import { createTable, testClient } from './dynoxide.ts';

/** The stores on a new, empty table. */
export async function openDynamoStores(
  endpoint: string,
  client: DynamoDBDocumentClient = testClient(endpoint),
  observe?: ObserveChange,
) {
  const tableName = `waybill-${randomUUID()}`;
  await createTable(client, tableName);
  const addToRunning = (pk: string, sk: string, exportId: string) =>
    client.send(
      new UpdateCommand({
        TableName: tableName,
        Key: { pk, sk },
        UpdateExpression: 'ADD running :ids',
        ExpressionAttributeValues: { ':ids': new Set([exportId]) },
      }),
    );
  return {
    ...storesOn(new Table(client, tableName), observe),
    ranges: createRangeStore(new Table(client, tableName)),
    client,
    tableName,
    async addRunning(accountId: string | undefined, exportId: string): Promise<void> {
      await addToRunning('POOL', 'RUNNING', exportId);
      if (accountId !== undefined) await addToRunning('QUEUE', `ACCOUNT#${accountId}`, exportId);
    },
  };
}
