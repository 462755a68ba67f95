import { randomUUID } from 'node:crypto';
import { type DynamoDBDocumentClient, PutCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { createStores } from '../../adapters/dynamodb/stores.ts';
import type { Membership } from '../../core/domain/permissions.ts';
import { createTable, testClient } from './dynoxide.ts';

/** The stores on a new, empty table. */
export async function openDynamoStores(endpoint: string, client: DynamoDBDocumentClient = testClient(endpoint)) {
  const tableName = `waybill-${randomUUID()}`;
  await createTable(testClient(endpoint), tableName);
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
    ...createStores({ client, tableName }),
    client,
    tableName,
    async addMember(membership: Membership): Promise<void> {
      const key = { pk: `ACCOUNT#${membership.accountId}`, sk: `MEMBER#${membership.userId}` };
      await client.send(new PutCommand({ TableName: tableName, Item: { ...key, ...membership } }));
    },
    async addRunning(accountId: string, exportId: string): Promise<void> {
      await addToRunning('POOL', 'RUNNING', exportId);
      await addToRunning('QUEUE', `ACCOUNT#${accountId}`, exportId);
    },
  };
}
