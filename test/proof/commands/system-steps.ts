import { announceExport } from '../../../core/usecases/announce-export.ts';
import { enqueueExport } from '../../../core/usecases/enqueue-export.ts';
import { reconcileExecution } from '../../../core/usecases/reconcile-execution.ts';
import { recordOutcome } from '../../../core/usecases/record-outcome.ts';
import { sweep } from '../../../core/usecases/sweep.ts';
import { DAY, HOUR } from '../../support/exports.ts';
import { takeUpRetries } from './compare.ts';
import { ExpectedFault } from './model.ts';
import { announce as modelAnnounce } from './model-announce.ts';
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
  // The step has failed and will be repeated: nobody waits on this token any more.
  if (happened === 'fault') execution.token = undefined;
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

/** The step after that, which may come late and twice. */
const announce: Step = async ({ env, model, each }) => {
  if (!each || !model.isOver(each)) return undefined;
  const expected = predicted(() => modelAnnounce(model, each));
  return verify(await actual(() => announceExport(env.deps, each.ref)), expected);
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
  const { signals, mails, mailReplies } = model.faults;
  const isIdle = orphans(model).length === 0 && !signals && !mails && !mailReplies;
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
  const name = choose(['starts', 'signals', 'mails', 'mailReplies'] as const, arg >> 2) ?? 'starts';
  env.faults[name] = arg % 4 === 0;
  model.faults[name] = env.faults[name];
  return `${name} ${env.faults[name] ? 'fail' : 'work'}`;
};

export const systemSteps = {
  enqueue,
  outcome,
  announce,
  abort,
  reconcile,
  pass,
  twoPasses,
  advance,
  minutes,
  flag,
  fault,
} satisfies Record<string, Step>;
