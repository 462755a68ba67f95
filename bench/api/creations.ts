import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { v7 } from 'uuid';
import { createStores } from '../../adapters/dynamodb/stores.ts';
import type { CreationJob, Sender } from './jobs.ts';

/** Far ahead, so that nothing takes these exports for ones that are to be started. */
const NEVER_DUE_MS = 10 * 365 * 86_400_000;

const ACTIVE_LIMIT = 10;

/** The three calls of a creation: the caller's membership, the idempotency key, and the transaction. */
export async function creations(job: CreationJob): Promise<Sender> {
  const client = new DynamoDBClient({
    endpoint: job.endpoint,
    region: job.region,
    credentials: job.credentials,
    requestHandler: { httpAgent: { keepAlive: true, maxSockets: job.clients } },
  });
  const { exports, memberships } = createStores({ client, tableName: job.tableName });
  const accountId = 'beside';
  const createdAt = job.record.createdAt + NEVER_DUE_MS;
  return {
    // Connects, as the API's functions have by then.
    prepare: async () => {
      await Promise.all(Array.from({ length: job.clients }, () => memberships.find(accountId, 'nobody')));
    },
    async one(number, request) {
      const requestedBy = { ...job.record.requestedBy, userId: `${job.name}-${number}` };
      const idempotency = { key: `${job.name}-${number}-${request}`, bodyHash: 'ab'.repeat(32) };
      await memberships.find(accountId, requestedBy.userId);
      await exports.replay({ accountId, userId: requestedBy.userId }, idempotency, createdAt);
      const record = {
        ...job.record,
        id: `exp_${v7()}` as const,
        accountId,
        requestedBy,
        createdAt,
        updatedAt: createdAt,
      };
      return (await exports.create(record, { activeLimit: ACTIVE_LIMIT, idempotency })).kind;
    },
  };
}
