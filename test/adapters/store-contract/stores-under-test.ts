import type { Stores } from '../../../adapters/dynamodb/stores.ts';
import type { ObserveChange } from '../../../core/domain/change.ts';
import type { ExportRef } from '../../../core/domain/export-id.ts';
import type { Attempt, ExportRecord } from '../../../core/domain/export-record.ts';
import { failureOf } from '../../../core/domain/failure.ts';
import type { Status } from '../../../core/domain/lifecycle.ts';
import type { RangeStore } from '../../../core/ports/range-store.ts';
import { DAY, file, HOUR, newExport, refOf, T0 } from '../../support/exports.ts';

/** The stores, empty, with the one thing no port can do. */
export interface StoresUnderTest extends Stores {
  readonly ranges: RangeStore;
  /** Puts an id into the running sets, or the pool's alone, although nothing was admitted. */
  addRunning(accountId: string | undefined, exportId: string): Promise<void> | void;
}

export type OpenStores = (observe?: ObserveChange) => Promise<StoresUnderTest>;

export const roomy = { pool: 1000, account: 1000 };
export const system = { by: 'system', at: T0 + HOUR };
export const cancelled = { to: 'cancelled' } as const;
export const failed = { to: 'failed', failure: failureOf('internal') } as const;
export const ready = { to: 'ready', file, expiresAt: T0 + 7 * DAY } as const;

export async function create(stores: Stores, n: number, fields: Partial<ExportRecord> = {}): Promise<ExportRef> {
  const record = newExport(n, fields);
  const outcome = await stores.exports.create(record, { activeLimit: 1000 });
  if (outcome.kind !== 'created') throw new Error(`not created: ${outcome.kind}`);
  return refOf(record);
}

export async function createWaiting(stores: Stores, n: number, accountId = 'acme'): Promise<ExportRef> {
  const ref = await create(stores, n, { accountId });
  await stores.admissions.enqueue(ref, `token-${n}`, 1, T0 + n);
  return ref;
}

/** Nobody is to be told of its ending, so that what comes after that is due at once. */

/** Admits with the token and start of this very moment. */
export async function admitNow(stores: Stores, ref: ExportRef, token: string, now = T0): Promise<boolean> {
  const { pool, accounts } = await stores.admissions.readQueue();
  const tag = accounts.find((account) => account.accountId === ref.accountId)?.tag ?? 0;
  return stores.admissions.admit(ref, token, Math.max(tag, pool.virtualTime), roomy, now);
}

export async function createAdmitted(
  stores: Stores,
  n: number,
  fields: Partial<ExportRecord> = {},
): Promise<ExportRef> {
  const ref = await create(stores, n, fields);
  await stores.admissions.enqueue(ref, `token-${n}`, 1, T0);
  if (!(await admitNow(stores, ref, `token-${n}`))) throw new Error('not admitted');
  return ref;
}

/** Created, admitted and claimed with `claim-1` at T0. */
export async function createRunning(stores: Stores, n: number, fields: Partial<ExportRecord> = {}): Promise<ExportRef> {
  const ref = await createAdmitted(stores, n, fields);
  const outcome = await stores.attempts.claim(ref, 'claim-1', T0);
  if (outcome.kind !== 'claimed') throw new Error(`not claimed: ${outcome.kind}`);
  return ref;
}

/** An export that has come to `status`. */
export async function createIn(
  stores: Stores,
  status: Status,
  n: number,
  fields: Partial<ExportRecord> = {},
): Promise<ExportRef> {
  if (status === 'queued') return create(stores, n, fields);
  const ref = await createRunning(stores, n, fields);
  if (status === 'running') return ref;
  const ending = { ready, expired: ready, failed, cancelled }[status];
  await stores.exports.end(ref, ending, { kind: 'claim', claim: 'claim-1' }, { by: 'worker', at: T0 + 1 });
  if (status === 'expired') await stores.exports.expire(ref, ready.expiresAt);
  return ref;
}

/** Nobody is left to be told of an ending: it is the turn of what is due next. */
export async function close(stores: Stores, ref: ExportRef): Promise<ExportRef> {
  const outcome = await stores.exports.closeAnnouncement(ref, system.at);
  if (outcome !== 'announced') throw new Error(`not announced: ${outcome}`);
  return ref;
}

export async function recordOf(stores: Stores, ref: ExportRef): Promise<ExportRecord> {
  const record = await stores.exports.get(ref);
  if (!record) throw new Error('no such export');
  return record;
}

export async function attemptOf(stores: Stores, ref: ExportRef): Promise<Attempt> {
  const found = await stores.exports.getWithAttempt(ref);
  if (!found?.attempt) throw new Error('no attempt');
  return found.attempt;
}

export async function eventTypes(stores: Stores, ref: ExportRef): Promise<readonly string[]> {
  return (await stores.exports.events(ref.exportId)).map((event) => event.type);
}

/** Everything an export occupies: pool, account, line, and the requester's active set (by what it still lets in). */
export async function occupied(stores: Stores, ref: ExportRef) {
  const { pool, accounts } = await stores.admissions.readQueue();
  const account = accounts.find(({ accountId }) => accountId === ref.accountId);
  const line = await stores.admissions.waiting(ref.accountId, 1000);
  return {
    pool: pool.running.has(ref.exportId),
    account: account?.running.has(ref.exportId) ?? false,
    line: line.some(({ exportId }) => exportId === ref.exportId),
  };
}

export const nothing = { pool: false, account: false, line: false };

/** Ways to give a claim back. */
export const stopped = { kind: 'stopped' } as const;
export const gaveUp = { kind: 'failure', code: 'source_unavailable' } as const;
