import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, GetCommand, paginateQuery, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import { type Key, keys, rangeItemsOf } from '../adapters/dynamodb/keys.ts';
import type { ExportId } from '../core/domain/export-id.ts';
import { HEARTBEAT_MS, LEASE_MS } from '../core/domain/lifecycle.ts';
import { RANGE_LEASE_MS } from '../core/domain/part-range.ts';
import type { LocalClock } from './clock.ts';

/** A worker that has missed this many heartbeats has died; its lease runs out as it would have by waiting. */
const MISSED_HEARTBEATS = 6;

const poolItem = z.object({ running: z.set(z.string()).default(new Set()) }).default({ running: new Set() });

interface Leases {
  readonly client: DynamoDBClient;
  readonly tableName: string;
  readonly clock: LocalClock;
}

/**
 * Lengthens the leases of workers that are alive, of attempts and of ranges, so that time may move by `seconds` without
 * anyone taking over what they are at.
 */
export async function renewLiveLeases({ client, tableName, clock }: Leases, seconds: number): Promise<void> {
  const table = DynamoDBDocumentClient.from(client);
  const now = clock.now();
  const renew = (key: Key, leaseMs: number) => {
    const renewal = new UpdateCommand({
      TableName: tableName,
      Key: key,
      UpdateExpression: 'SET leaseUntil = leaseUntil + :advance',
      ConditionExpression: 'leaseUntil > :renewedSince',
      ExpressionAttributeValues: {
        ':advance': seconds * 1000,
        ':renewedSince': now + leaseMs - MISSED_HEARTBEATS * HEARTBEAT_MS,
      },
    });
    return table.send(renewal).catch((error: unknown) => {
      // No worker has claimed it yet, or it has died.
      if (!(error instanceof ConditionalCheckFailedException)) throw error;
    });
  };
  const pool = await table.send(new GetCommand({ TableName: tableName, Key: keys.pool, ConsistentRead: true }));
  for (const exportId of poolItem.parse(pool.Item).running) {
    await renew(keys.attempt(exportId as ExportId), LEASE_MS);
    for (const key of await rangesBeingMade(table, tableName, exportId as ExportId)) await renew(key, RANGE_LEASE_MS);
  }
}

/** The keys of an export's ranges, and of ranges of earlier attempts, that somebody has a lease on. */
async function rangesBeingMade(table: DynamoDBDocumentClient, tableName: string, exportId: ExportId): Promise<Key[]> {
  const { pk, prefix } = rangeItemsOf(exportId);
  const query = {
    TableName: tableName,
    KeyConditionExpression: 'pk = :pk AND begins_with(sk, :sk)',
    FilterExpression: 'leaseUntil > :never',
    ExpressionAttributeValues: { ':pk': pk, ':sk': prefix, ':never': 0 },
    ConsistentRead: true,
  };
  const found: Key[] = [];
  for await (const { Items = [] } of paginateQuery({ client: table }, query)) {
    found.push(...Items.map((item) => ({ pk: String(item.pk), sk: String(item.sk) })));
  }
  return found;
}
