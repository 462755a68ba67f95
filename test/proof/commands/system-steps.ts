import type { FailureCode } from '../../../core/domain/failure.ts';
import { failureOf } from '../../../core/domain/failure.ts';
import { LEASE_MS, MAX_ATTEMPTS } from '../../../core/domain/lifecycle.ts';
import { enqueueExport } from '../../../core/usecases/enqueue-export.ts';
import { reconcileExecution } from '../../../core/usecases/reconcile-execution.ts';
import { recordOutcome } from '../../../core/usecases/record-outcome.ts';
import { sweep } from '../../../core/usecases/sweep.ts';
import { DAY, HOUR } from '../../support/exports.ts';
import { takeUpRetries } from './compare.ts';
import { ExpectedFault } from './model.ts';
import { modelSweep, orphans } from './model-sweep.ts';
import { actual, choose, predicted, type Step, type StepContext, verify } from './step.ts';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;

/** An execution comes to its Queued state, or is sent there again with a new token. */
const enqueue: Step = async ({ env, model, pick }) => {
  const queued = env.executions.all.filter((each) => each.status === 'RUNNING' && !each.resumed && !each.dismissed);
  const execution = choose(queued, pick);
  if (!execution) return undefined;
  const run = env.executions.runQueued(execution.ref, execution.number);
  const each = model.get(execution.ref.exportId);
  const expected = predicted(() => {
    if (model.isOver(each)) {
      if (model.faults.signals) throw new ExpectedFault();
      return 'done';
    }
    each.token = run.taskToken;
    if (each.admittedAt !== undefined) {
      if (model.faults.signals) throw new ExpectedFault();
      return 'done';
    }
    const { accountId } = each.ref;
    model.accounts.set(accountId, { tag: model.accounts.get(accountId)?.tag ?? 0, seenAt: model.now });
    model.admit();
    return 'done';
  });
  const happened = await actual(async () => {
    await enqueueExport(env.deps, execution.ref, run);
    return 'done';
  });
  return verify(happened, expected);
};

/** The step after the worker, whatever became of it; sometimes it was caught with an error. */
const outcome: Step = async ({ env, model, pick, arg }) => {
  const running = env.executions.all.filter((each) => each.status === 'RUNNING' && (each.resumed || each.dismissed));
  const execution = choose(running, pick);
  if (!execution) return undefined;
  const each = model.get(execution.ref.exportId);
  const error = choose([undefined, { Error: 'too_large' }, { Error: 'States.TaskFailed' }], arg);
  const expected = predicted(() => {
    if (model.isOver(each)) model.admit();
    else model.endAsLost(each, error?.Error === 'too_large' ? 'too_large' : (each.lastFailure ?? 'worker_lost'));
    return each.status;
  });
  const happened = await actual(async () => (await recordOutcome(env.deps, execution.ref, error)).status);
  if (happened !== 'fault') env.executions.finish(execution.ref, execution.number, 'SUCCEEDED');
  return verify(happened, expected);
};

/** An execution ends without a word. */
const abort: Step = async ({ env, pick }) => {
  const execution = choose(
    env.executions.all.filter(({ status }) => status === 'RUNNING'),
    pick,
  );
  if (!execution) return undefined;
  env.executions.finish(execution.ref, execution.number, 'ABORTED');
  return 'aborted';
};

/** The event of such an end arrives: late, twice, or after the execution was replaced. */
const reconcile: Step = async ({ env, model, pick }) => {
  const execution = choose(
    env.executions.all.filter(({ status }) => status === 'ABORTED'),
    pick,
  );
  if (!execution) return undefined;
  const each = model.get(execution.ref.exportId);
  const expected = predicted(() => {
    if (each.execution !== execution.number) return 'done';
    if (model.isOver(each)) model.admit();
    else model.endAsLost(each, 'worker_lost');
    return 'done';
  });
  const happened = await actual(async () => {
    await reconcileExecution(env.deps, execution.ref, execution.number);
    return 'done';
  });
  return verify(happened, expected);
};

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
  const reason = arg % 2 === 0 ? { kind: 'stopped' } : { kind: 'failure', code: 'source_unavailable' };
  await env.attempts.release(worker.ref, worker.claim, reason as Parameters<typeof env.attempts.release>[2], model.now);
  return holds ? 'released' : 'nothing';
};

const pass: Step = async ({ env, model }) => {
  modelSweep(model);
  const { failures, stuck } = await sweep(env.deps);
  await takeUpRetries(env, model);
  verify(failures.every((error) => error instanceof Error && error.message !== '') ? 'swept' : 'broken', 'swept');
  if (stuck > 0) return 'stuck';
  return failures.length > 0 ? 'partly' : 'swept';
};

/** Two passes at once. The stuck clock may then lose time, so nothing may be waiting for a start. */
const twoPasses: Step = async ({ env, model }) => {
  const isIdle = orphans(model).length === 0 && !model.faults.signals;
  if (!isIdle) return undefined;
  modelSweep(model);
  await Promise.all([sweep(env.deps), sweep(env.deps)]);
  return 'swept';
};

const advance: Step = async (context) => {
  const amounts = [SECOND, 10 * SECOND, 30 * SECOND, MINUTE, 3 * MINUTE, 6 * MINUTE, 16 * MINUTE, HOUR];
  const amount = context.arg % 20 === 0 ? 8 * DAY : choose(amounts, context.arg);
  passTime(context, amount ?? SECOND);
  return 'advanced';
};

/** Minutes go by as they should, a pass in each. */
const minutes: Step = async (context) => {
  let stuck = false;
  for (let passed = 0; passed <= context.arg % 20; passed += 1) {
    passTime(context, MINUTE);
    stuck = (await pass(context)) === 'stuck' || stuck;
  }
  return stuck ? 'stuck' : 'passed';
};

function passTime({ env, model }: StepContext, milliseconds: number): void {
  env.advance(milliseconds);
  model.now = env.clock.now();
}

const flag: Step = async ({ env, model, arg }) => {
  const name = choose(['acceptExports', 'runWorkers', 'allowDownloads'] as const, arg >> 2) ?? 'runWorkers';
  env.flags[name] = arg % 4 > 0;
  model.flags[name] = env.flags[name];
  return `${name} ${env.flags[name] ? 'on' : 'off'}`;
};

const fault: Step = async ({ env, model, arg }) => {
  const name = choose(['starts', 'signals'] as const, arg >> 2) ?? 'starts';
  env.faults[name] = arg % 4 === 0;
  model.faults[name] = env.faults[name];
  return `${name} ${env.faults[name] ? 'fail' : 'work'}`;
};

function byWorker(clock: { now(): number }) {
  return { by: 'worker', at: clock.now() };
}

export const systemSteps = {
  enqueue,
  outcome,
  abort,
  reconcile,
  claim,
  heartbeat,
  upload,
  publish,
  work,
  giveUp,
  release,
  pass,
  twoPasses,
  advance,
  minutes,
  flag,
  fault,
} satisfies Record<string, Step>;
