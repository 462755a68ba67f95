import * as z from 'zod';
import {
  ACCESS_REQUEST_MS,
  type AccessRequest,
  type AccessRequestRef,
  beginTelling,
  noteTold,
  stands,
} from '../../core/domain/access-request.ts';
import type { AccessRequestStore } from '../../core/ports/access-request-store.ts';
import { absent, revisionIs } from './conditions.ts';
import { repeatable, type Settled, settle, tryWrite } from './failures.ts';
import { accessRequestsOf, keys } from './keys.ts';
import { type Item, inPartition, type Table } from './table.ts';

const requestSchema = z.object({
  accountId: z.string(),
  userId: z.string(),
  reportId: z.string(),
  reason: z.exactOptional(z.string()),
  requestedAt: z.number(),
  people: z.array(
    z.object({
      userId: z.string(),
      state: z.enum(['pending', 'telling', 'told', 'passed_over']),
      at: z.number(),
      claim: z.exactOptional(z.string()),
    }),
  ),
});

/** Access requests in DynamoDB, beside what else belongs to the person. Each change counts the item's revision up. */
export function createAccessRequestStore(table: Table): AccessRequestStore {
  return {
    open: (request) =>
      settle('openAccessRequest', async (): Promise<Settled<AccessRequest>> => {
        const item = await table.get(keys.accessRequest(request));
        const standing = item && requestSchema.parse(item);
        if (standing && stands(standing, request.requestedAt)) return { value: standing };
        return (await write(table, item, request)) === 'applied' ? { value: request } : undefined;
      }),

    beginTelling: async (ref, userId, by) =>
      (await change(table, 'beginTelling', ref, (request) => beginTelling(request, userId, by))) !== undefined,

    noteTold: async (ref, userId, outcome) => {
      await change(table, 'noteTold', ref, (request) => noteTold(request, userId, outcome));
    },

    async by(accountId, userId) {
      const { pk, prefix } = accessRequestsOf(accountId, userId);
      const range = { expression: 'begins_with(sk, :sk)', sk: prefix };
      return (await table.queryAll({ condition: inPartition(pk, range) })).map((item) => requestSchema.parse(item));
    },

    remove: (ref) => repeatable('removeAccessRequest', () => table.transact([table.remove(keys.accessRequest(ref))])),
  };
}

/** Reads, lets a rule decide, and writes if nothing has changed in between. The rules know their own writes again. */
function change(
  table: Table,
  operation: string,
  ref: AccessRequestRef,
  decide: (request: AccessRequest) => AccessRequest | undefined,
): Promise<AccessRequest | undefined> {
  return settle(operation, async (): Promise<Settled<AccessRequest | undefined>> => {
    const item = await table.get(keys.accessRequest(ref));
    const before = item && requestSchema.parse(item);
    const after = before && decide(before);
    if (after === undefined || after === before) return { value: after };
    return (await write(table, item, after)) === 'applied' ? { value: after } : undefined;
  });
}

function write(table: Table, before: Item | undefined, request: AccessRequest) {
  const revision = Number(before?.revision ?? 0);
  const item = {
    ...keys.accessRequest(request),
    ...request,
    revision: revision + 1,
    ttl: Math.ceil((request.requestedAt + ACCESS_REQUEST_MS) / 1000),
  };
  return tryWrite(() => table.transact([table.put(item, before ? revisionIs(revision) : absent)]));
}
