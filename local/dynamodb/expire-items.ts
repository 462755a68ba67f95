import * as z from 'zod';
import type { TablePlan } from '../template/plan/tables.ts';
import { DynamoDbError, type Upstream } from './upstream.ts';

const MS_PER_SECOND = 1000;

/** DynamoDB leaves items alone whose time is more than five years ago: most likely it was never meant as a time. */
const OLDEST_EXPIRY_SECONDS = 5 * 365 * 24 * 60 * 60;

const key = z.record(z.string(), z.unknown());
const page = z.object({ Items: z.array(key), LastEvaluatedKey: key.optional() });

/**
 * Deletes the items of a table whose TTL attribute has passed, as DynamoDB does within days.
 * @returns how many
 */
export async function expireItems(upstream: Upstream, table: TablePlan, nowMs: number): Promise<number> {
  const { ttlAttribute } = table;
  if (ttlAttribute === undefined) return 0;
  const nowSeconds = Math.floor(nowMs / MS_PER_SECOND);
  const names = Object.fromEntries(table.keys.map(({ attribute }, index) => [`#key${index}`, attribute]));
  const hasExpired = {
    ExpressionAttributeValues: {
      ':now': { N: String(nowSeconds) },
      ':oldest': { N: String(nowSeconds - OLDEST_EXPIRY_SECONDS) },
    },
  };
  const condition = '#ttl < :now AND #ttl > :oldest';
  let deleted = 0;
  let startKey: unknown;
  do {
    const { Items: items, LastEvaluatedKey: lastKey } = page.parse(
      await upstream.call('Scan', {
        TableName: table.name,
        ...hasExpired,
        FilterExpression: condition,
        ProjectionExpression: Object.keys(names).join(', '),
        ExpressionAttributeNames: { ...names, '#ttl': ttlAttribute },
        ...(startKey !== undefined && { ExclusiveStartKey: startKey }),
      }),
    );
    for (const item of items) {
      const deletion = {
        TableName: table.name,
        Key: item,
        ...hasExpired,
        // It may have been given a later time since the scan.
        ConditionExpression: condition,
        ExpressionAttributeNames: { '#ttl': ttlAttribute },
      };
      if (await succeeds(upstream.call('DeleteItem', deletion))) deleted += 1;
    }
    startKey = lastKey;
  } while (startKey !== undefined);
  return deleted;
}

async function succeeds(call: Promise<unknown>): Promise<boolean> {
  try {
    await call;
    return true;
  } catch (error) {
    if (error instanceof DynamoDbError && error.code === 'ConditionalCheckFailedException') return false;
    throw error;
  }
}
