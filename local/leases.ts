import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, GetCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import { keys } from '../adapters/dynamodb/keys.ts';
import type { ExportId } from '../core/domain/export-id.ts';
import { HEARTBEAT_MS, LEASE_MS } from '../core/domain/lifecycle.ts';
import type { LocalClock } from './clock.ts';

/** A worker that has missed this many heartbeats has died; its lease runs out as it would have by waiting. */
const MISSED_HEARTBEATS = 6;

const poolItem = z.object({ running: z.set(z.string()).default(new Set()) }).default({ running: new Set() });

/**
 * Lengthens the leases of workers that are alive, so that time may move by `seconds` without anyone taking their
 * exports over.
 */
export async function renewLiveLeases(
  { client, tableName, clock }: { client: DynamoDBClient; tableName: string; clock: LocalClock },
  seconds: number,
): Promise<void> {
  const table = DynamoDBDocumentClient.from(client);
  const pool = await table.send(new GetCommand({ TableName: tableName, Key: keys.pool, ConsistentRead: true }));
  const renewedSince = clock.now() + LEASE_MS - MISSED_HEARTBEATS * HEARTBEAT_MS;
  for (const exportId of poolItem.parse(pool.Item).running) {
    const renewal = new UpdateCommand({
      TableName: tableName,
      Key: keys.attempt(exportId as ExportId),
      UpdateExpression: 'SET leaseUntil = leaseUntil + :advance',
      ConditionExpression: 'leaseUntil > :renewedSince',
      ExpressionAttributeValues: { ':advance': seconds * 1000, ':renewedSince': renewedSince },
    });
    await table.send(renewal).catch((error: unknown) => {
      // No worker has claimed it yet, or it has died.
      if (!(error instanceof ConditionalCheckFailedException)) throw error;
    });
  }
}
