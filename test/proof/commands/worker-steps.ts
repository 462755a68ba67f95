import type { FailureCode } from '../../../core/domain/failure.ts';
import { failureOf } from '../../../core/domain/failure.ts';
import { LEASE_MS, MAX_ATTEMPTS } from '../../../core/domain/lifecycle.ts';
import type { ReleaseReason } from '../../../core/ports/attempt-store.ts';
import { DAY } from '../../support/exports.ts';
import { choose, type Step, verify } from './step.ts';

/** A worker comes for an export: as often as it likes, but never before its execution was let go on. */
const claim: Step = async ({ env, model, each }) => {
  if (!each) return undefined;
  const isOn = env.executions.all.some(({ ref, resumed }) => ref.exportId === each.ref.exportId && resumed);
  if (each.admittedAt !== undefined && !isOn) return undefined;
  const token = env.ids.claim();
  const expected = (() => {
    if (model.isOver(each)) return 'ended';
    if (model.isLive(each)) return 'busy';
    if (each.admittedAt === undefined) return 'not_admitted';
    return each.attempt - each.uncounted >= MAX_ATTEMPTS ? 'exhausted' : 'claimed';
  })();
  const { kind } = await env.attempts.claim(each.ref, token, env.clock.now());
  verify(kind, expected);
  if (kind === 'claimed') {
    Object.assign(each, { status: 'running', attempt: each.attempt + 1, holder: token, lastFailure: undefined });
    each.leaseUntil = model.now + LEASE_MS;
    await env.startWorker(each.ref, token, each.attempt);
  }
  return kind;
};

const heartbeat: Step = async ({ env, model, pick }) => {
  const worker = choose(env.workers.filter(env.works), pick);
  if (!worker) return undefined;
  const each = model.get(worker.ref.exportId);
  const holds = each.holder === worker.claim;
  const progress = { rowsWritten: 1, bytesWritten: 1, updatedAt: env.clock.now() };
  const answer = await env.attempts.heartbeat(worker.ref.exportId, worker.claim, progress, env.clock.now());
  verify(
    answer.kind === 'alive' ? `alive ${answer.cancelRequested}` : answer.kind,
    holds ? `alive ${each.cancelRequested}` : 'lost',
  );
  if (holds) {
    each.leaseUntil = model.now + LEASE_MS;
    worker.lastAliveAt = model.now;
  }
  return answer.kind;
};

/** Nothing keeps a worker that has lost its claim unawares from uploading; only from publishing. */
const upload: Step = async ({ env, pick }) => {
  const worker = choose(
    env.workers.filter((each) => env.works(each) && each.file === undefined),
    pick,
  );
  if (!worker) return undefined;
  await env.upload(worker);
  return 'uploaded';
};

/** A worker publishes what it has uploaded; it may have been slow, and may say so twice. */
const publish: Step = async ({ env, model, pick }) => {
  const worker = choose(
    env.workers.filter(({ file }) => file !== undefined),
    pick,
  );
  if (!worker?.file) return undefined;
  const each = model.get(worker.ref.exportId);
  const expected = (() => {
    if (each.endedWithClaim === worker.claim && (each.status === 'ready' || each.status === 'expired')) return 'ended';
    if (each.holder !== worker.claim) return 'refused';
    model.end(each, 'ready', { expiresAt: model.now + 7 * DAY, endedWithClaim: worker.claim });
    return 'ended';
  })();
  const ending = { to: 'ready', file: worker.file, expiresAt: env.clock.now() + 7 * DAY } as const;
  const { kind } = await env.store.end(worker.ref, ending, { kind: 'claim', claim: worker.claim }, byWorker(env.clock));
  if (kind === 'refused') await env.discard(worker);
  if (kind === 'refused') env.workers.splice(env.workers.indexOf(worker), 1);
  return verify(kind, expected);
};

/** A worker for which everything goes well. */
const work: Step = async (context) => {
  const latest = { ...context, pick: -1 };
  if ((await claim(context)) !== 'claimed') return undefined;
  await upload(latest);
  return publish(latest);
};

/** A worker records why there will be no file, or that it has seen the request to cancel. */
const giveUp: Step = async ({ env, model, pick, arg }) => {
  const worker = choose(env.workers, pick);
  if (!worker) return undefined;
  const each = model.get(worker.ref.exportId);
  const to = each.cancelRequested ? 'cancelled' : 'failed';
  const code: FailureCode = choose(['too_large', 'query_timeout'] as const, arg) ?? 'internal';
  const expected = (() => {
    if (each.endedWithClaim === worker.claim && each.status === to) return 'ended';
    if (each.holder !== worker.claim) return 'refused';
    model.end(each, to, { endedWithClaim: worker.claim, ...(to === 'failed' && { failure: code }) });
    return 'ended';
  })();
  const ending = to === 'failed' ? ({ to, failure: failureOf(code) } as const) : ({ to } as const);
  const { kind } = await env.store.end(worker.ref, ending, { kind: 'claim', claim: worker.claim }, byWorker(env.clock));
  if (each.status !== 'ready' && each.status !== 'expired') await env.discard(worker);
  verify(kind, expected);
  return kind === 'ended' ? to : kind;
};

/** A worker gives its claim back: it failed in a way that another may not, or its machine is taken away. */
const release: Step = async ({ env, model, pick, arg }) => {
  const worker = choose(env.workers, pick);
  if (!worker) return undefined;
  const each = model.get(worker.ref.exportId);
  const holds = each.holder === worker.claim;
  if (holds) {
    Object.assign(each, { holder: undefined, leaseUntil: 0 });
    if (arg % 2 === 0) each.uncounted += 1;
    else each.lastFailure = 'source_unavailable';
  }
  const reason: ReleaseReason = arg % 2 === 0 ? { kind: 'stopped' } : { kind: 'failure', code: 'source_unavailable' };
  await env.attempts.release(worker.ref, worker.claim, reason, model.now);
  return holds ? 'released' : 'nothing';
};

function byWorker(clock: { now(): number }) {
  return { by: 'worker', at: clock.now() };
}

export const workerSteps = { claim, heartbeat, upload, publish, work, giveUp, release } satisfies Record<string, Step>;
