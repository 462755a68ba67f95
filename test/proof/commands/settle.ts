import { isTerminal } from '../../../core/domain/lifecycle.ts';
import { enqueueExport } from '../../../core/usecases/enqueue-export.ts';
import { recordOutcome } from '../../../core/usecases/record-outcome.ts';
import { sweep } from '../../../core/usecases/sweep.ts';
import { DAY, HOUR } from '../../support/exports.ts';
import type { Environment } from './environment.ts';

const MINUTE = 60_000;

/** Many more minutes than the longest way: a lease, a start, a stuck clock, and every turn of a small pool. */
const MINUTES = 120;

/**
 * Everything works from now on, and workers do their work: I12, every export ends, and so does every execution; and when the files have expired,
 * nothing is left of any.
 * @param check looks at what must hold at any time
 * @throws Error naming what did not end, or what was left behind
 */
export async function settle(env: Environment, check: () => Promise<void>): Promise<void> {
  Object.assign(env.faults, { starts: false, signals: false, mails: false, mailReplies: false });
  Object.assign(env.flags, { acceptExports: true, runWorkers: true, allowDownloads: true });
  for (let minute = 0; minute < MINUTES; minute += 1) {
    if (minute > 0 && (await unfinished(env)).length === 0) break;
    env.advance(MINUTE);
    await sweep(env.deps);
    await takeUpRetries(env);
    await check();
    for (const execution of [...env.executions.all]) {
      if (execution.status !== 'RUNNING') continue;
      const { ref, number } = execution;
      if (!execution.resumed && !execution.dismissed && execution.token === undefined) {
        await enqueueExport(env.deps, ref, env.executions.runQueued(ref, number));
      } else if (execution.dismissed || (execution.resumed && (await work(env, ref)))) {
        env.executions.finish(ref, number, 'SUCCEEDED');
      }
    }
  }
  await check();
  const left = await unfinished(env);
  if (left.length > 0) throw new Error(`I12: without an end: ${left.join(', ')}`);
  const { pool } = await env.admissions.readQueue();
  if (pool.running.size > 0) throw new Error(`I6: slots are taken for good: ${[...pool.running].join(', ')}`);

  // The longest pause between two tries of a mail; then a minute for what has expired in that pass, to be told in the next.
  for (const pause of [HOUR, MINUTE]) {
    env.advance(pause);
    await sweep(env.deps);
    await check();
  }
  const untold = await Promise.all(env.refs.map((ref) => env.find(ref)));
  const silent = untold.filter((record) => record.announced !== record.status && record.erasedAt === undefined);
  if (silent.length > 0) throw new Error(`I12: nobody was told of ${silent.map(({ id }) => id).join(', ')}`);

  env.advance(7 * DAY + 2 * HOUR);
  // The leftovers of attempts first, then what has expired.
  for (let count = 0; count < 2; count += 1) await sweep(env.deps);
  await check();
  const stored = [...env.files.objects.keys(), ...[...env.files.uploads.values()].map(({ key }) => key)];
  if (stored.length > 0) throw new Error(`left in storage: ${stored.join(', ')}`);
}

/** Automatic retries that the pass has queued. */
async function takeUpRetries(env: Environment): Promise<void> {
  for (const ref of [...env.refs]) {
    const { retriedBy, accountId } = await env.find(ref);
    if (retriedBy === undefined || env.refs.some(({ exportId }) => exportId === retriedBy)) continue;
    env.refs.push({ accountId, exportId: retriedBy });
  }
}

async function unfinished(env: Environment): Promise<readonly string[]> {
  const records = await Promise.all(env.refs.map((ref) => env.find(ref)));
  const going = env.executions.all.filter(({ status }) => status === 'RUNNING');
  return [
    ...records.filter(({ status }) => !isTerminal(status)).map(({ id, status }) => `${id} (${status})`),
    ...going.map(({ ref, number }) => `the execution ${ref.exportId}-${number}`),
  ];
}

/** One try of a worker and of the step after it. False while somebody else's lease is live. */
async function work(env: Environment, ref: Environment['refs'][number]): Promise<boolean> {
  const claim = env.ids.claim();
  const claimed = await env.attempts.claim(ref, claim, env.clock.now());
  if (claimed.kind === 'busy') return false;
  if (claimed.kind === 'claimed') {
    await env.startWorker(ref, claim, claimed.attempt.number);
    const worker = env.workers.at(-1);
    if (!worker) throw new Error('no worker');
    await env.upload(worker);
    if (!worker.file) throw new Error('no file');
    const ending = { to: 'ready', file: worker.file, expiresAt: env.clock.now() + 7 * DAY } as const;
    await env.store.end(ref, ending, { kind: 'claim', claim }, { by: 'worker', at: env.clock.now() });
  }
  await recordOutcome(env.deps, ref, undefined);
  return true;
}
