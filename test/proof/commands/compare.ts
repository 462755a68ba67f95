import { deepStrictEqual } from 'node:assert';
import type { Environment } from './environment.ts';
import type { Model, ModelExport } from './model.ts';

/** Compares every record, and the queue, with the model. */
export async function compare(env: Environment, model: Model): Promise<void> {
  for (const each of model.exports) {
    const state = await env.store.getWithAttempt(each.ref);
    if (state === undefined) throw new Error(`${each.ref.exportId} is gone`);
    const { record, attempt } = state;
    deepStrictEqual(
      {
        status: record.status,
        execution: record.executionNumber,
        token: record.taskToken,
        admittedAt: record.admittedAt,
        attempt: record.attempt,
        uncounted: record.uncountedAttempts,
        leaseUntil: record.status === 'running' ? (attempt?.leaseUntil ?? 0) : undefined,
        cancelRequested: record.cancelRequestedAt !== undefined,
        failure: record.failure?.code,
        endedAt: record.endedAt,
        endedWithClaim: record.endedWithClaim,
        expiresAt: record.expiresAt,
        erasedAt: record.erasedAt,
        cleaned: record.cleaned ?? false,
        retryOf: record.retryOf,
        rerunOf: record.rerunOf,
        retriedBy: record.retriedBy,
        automatic: record.automaticRetry ?? false,
        blockedMs: record.blockedMs,
        takingLonger: record.takingLongerAt !== undefined,
        announced: record.announced === record.status,
        mail: record.notifications?.map(({ state, tries }) => `${state} ${tries}`).join(),
        copies: env.mailer.sent.filter(({ tags }) => tags.exportId === record.id).length,
      },
      {
        status: each.status,
        execution: each.execution,
        token: each.token,
        admittedAt: each.admittedAt,
        attempt: each.attempt,
        uncounted: each.uncounted,
        leaseUntil: each.status === 'running' ? each.leaseUntil : undefined,
        cancelRequested: each.cancelRequested,
        failure: each.failure,
        endedAt: each.endedAt,
        endedWithClaim: each.endedWithClaim,
        expiresAt: each.expiresAt,
        erasedAt: each.erasedAt,
        cleaned: each.cleaned,
        retryOf: each.retryOf,
        rerunOf: each.rerunOf,
        retriedBy: each.retriedBy,
        automatic: each.automatic,
        blockedMs: each.blockedMs,
        takingLonger: each.takingLonger,
        announced: each.announced,
        mail: each.mail && each.erasedAt === undefined ? `${each.mail.state} ${each.mail.tries}` : undefined,
        copies: each.mail?.copies ?? 0,
      },
      `${each.ref.exportId} is not as the model says`,
    );
  }
  const { pool, accounts } = await env.admissions.readQueue();
  const ids = model.running.map(({ ref }) => ref.exportId);
  deepStrictEqual([...pool.running].sort(), ids.sort(), 'other slots are taken than the model says');
  deepStrictEqual(pool.virtualTime, model.virtualTime, 'virtual time');
  deepStrictEqual(
    accounts.map(({ accountId, tag }) => [accountId, tag]),
    [...model.accounts].map(([id, { tag }]) => [id, tag]).sort(),
    'other accounts or turns than the model says',
  );
}

/** Gives the model the automatic retries that a pass has queued. */
export async function takeUpRetries(env: Environment, model: Model): Promise<void> {
  for (const each of [...model.exports]) await takeUpRetry(env, model, each);
}

/** An export that failed as stuck has one new export, unless it is one itself. */
async function takeUpRetry(env: Environment, model: Model, each: ModelExport): Promise<void> {
  if (each.failure !== 'stuck_in_queue' || each.automatic || each.retriedBy !== undefined) return;
  const retriedBy = (await env.store.get(each.ref))?.retriedBy;
  if (retriedBy === undefined) throw new Error(`${each.ref.exportId} was stuck and has not been retried`);
  each.retriedBy = retriedBy;
  const ref = { accountId: each.ref.accountId, exportId: retriedBy };
  env.refs.push(ref);
  const retry = model.add(ref, each.userId, { retryOf: each.ref.exportId, automatic: true });
  deepStrictEqual(retry.createdAt, env.clock.now());
}
