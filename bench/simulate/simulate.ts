import { type Caps, inTurns } from '../../core/domain/admission.ts';
import type { ExportId, ExportRef } from '../../core/domain/export-id.ts';
import type { Executions } from '../../core/ports/executions.ts';
import { admit } from '../../core/usecases/admit.ts';
import { enqueueExport } from '../../core/usecases/enqueue-export.ts';
import { ROWS_PER_SECOND, TASK_START_SECONDS } from '../../scripts/cost/usage.ts';
import { Agenda } from '../../test/proof/fairness/agenda.ts';
import { SlotQueue } from './slot-queue.ts';
import { TokenBucket } from './token-bucket.ts';
import { type Arrival, arrivalsOf, type Workload } from './workload.ts';

/** Quotas of the account, as docs/scale.md has them. */
export interface Quotas {
  /** `StartExecution` of Step Functions. */
  readonly starts: { readonly perSecond: number; readonly burst: number };
  /** Fargate tasks. */
  readonly launches: { readonly perSecond: number; readonly burst: number };
  readonly mails: { readonly perSecond: number; readonly burst: number };
}

export interface SimulationOptions {
  readonly workload: Workload;
  readonly caps: Caps;
  readonly quotas: Quotas;
}

/** One export, when all is over. Times in milliseconds. */
export interface Outcome {
  readonly arrival: Arrival;
  /** From the request to its turn. */
  readonly waitMs: number;
  /** Behind the quota of task launches; 0 for small ones. */
  readonly launchMs: number;
  /** From the file to the mail, behind the quota of mails. */
  readonly mailMs: number;
}

/** How it looked at the end of a minute, and what happened in it. */
export interface Minute {
  readonly at: number;
  readonly asked: number;
  readonly ended: number;
  readonly waiting: number;
  readonly running: number;
}

export interface SimulatedDay {
  readonly outcomes: readonly Outcome[];
  readonly minutes: readonly Minute[];
  /** Starts that Step Functions refused, made by the sweeper later. */
  readonly refusedStarts: number;
  /** The most, of accounts that had exports waiting or running or had them a moment ago. */
  readonly mostAccounts: number;
  readonly mostRunning: number;
  /** Share of the busiest hour in which a transaction was on the pool's item. */
  readonly poolItemBusy: number;
}

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

/** A transaction on the pool's item, of which there is one at a time. Assumed: docs/scale.md. */
const TRANSACTION_MS = 20;

/** The functions around the work: queued, measured, outcome. Assumed from the local cloud's 0.2 s for each. */
const STEPS_MS = 800;

/** Up to so many rows a function produces the file, in a second or so. */
const SMALL_ROWS = 10_000;

/** What the sweeper starts in one pass at most, how many a second, and when it forgets an account. */
const SWEEP_BATCH = 3_000;
const SWEEP_STARTS_PER_SECOND = 100;
const IDLE_AFTER_MS = 10 * MINUTE_MS;

/**
 * Plays a day of exports through the real admission, in virtual time, against models of what cannot run here: how long work
 * takes, what AWS's quotas let through, and that transactions on one item take turns.
 */
export async function simulateDay({ workload, caps, quotas }: SimulationOptions): Promise<SimulatedDay> {
  const agenda = new Agenda();
  const queue = new SlotQueue();
  const starts = new TokenBucket(quotas.starts);
  const launches = new TokenBucket(quotas.launches);
  const mails = new TokenBucket(quotas.mails);
  const arrivals = arrivalsOf(workload);
  const asked = new Map<string, { readonly ref: ExportRef; readonly arrival: Arrival }>();
  const orphans: ExportRef[] = [];
  const outcomes: Outcome[] = [];
  const minutes: Minute[] = [];
  const busyMs = new Map<number, number>();
  const count = { asked: 0, ended: 0, refusedStarts: 0, mostAccounts: 0, ids: 0 };
  let now = 0;
  let itemFreeAt = 0;
  let isOver = false;

  /** @returns when a transaction on the pool's item that is begun now has been made */
  const onPoolItem = (): number => {
    itemFreeAt = Math.max(now, itemFreeAt) + TRANSACTION_MS;
    const hour = Math.floor(itemFreeAt / HOUR_MS);
    busyMs.set(hour, (busyMs.get(hour) ?? 0) + TRANSACTION_MS);
    return itemFreeAt;
  };

  const executions: Pick<Executions, 'resume' | 'dismiss'> = {
    async resume(token) {
      agenda.add(onPoolItem(), () => work(token));
      return true;
    },
    dismiss: async () => false,
  };
  const rollout = { flags: async () => ({ acceptExports: true, runWorkers: true, allowDownloads: true }) };
  const deps = { admissions: queue, executions, rollout, clock: { now: () => now }, caps };

  const ask = (arrival: Arrival): void => {
    count.ids += 1;
    count.asked += 1;
    const exportId = `exp_${String(count.ids).padStart(9, '0')}` as ExportId;
    const ref = { accountId: arrival.accountId, exportId };
    asked.set(exportId, { ref, arrival });
    start(ref);
  };
  const start = (ref: ExportRef): void => {
    if (starts.take(now)) agenda.add(now, () => enqueue(ref));
    else {
      count.refusedStarts += 1;
      orphans.push(ref);
    }
  };
  const enqueue = (ref: ExportRef) =>
    enqueueExport(deps, ref, { taskToken: ref.exportId, executionNumber: 1, retryCount: 0 });
  const work = (exportId: string): void => {
    const found = asked.get(exportId);
    if (found === undefined) throw new Error(`${exportId} was never asked for`);
    const { arrival } = found;
    const isLarge = arrival.rows > SMALL_ROWS;
    const launchMs = isLarge ? launches.reserve(now) - now : 0;
    const startMs = isLarge ? TASK_START_SECONDS * 1000 : 0;
    const waitMs = now - arrival.at;
    const runMs = STEPS_MS + launchMs + startMs + (arrival.rows / ROWS_PER_SECOND) * 1000;
    agenda.add(now + runMs, () => {
      agenda.add(onPoolItem(), () => end(found.ref, { arrival, waitMs, launchMs, mailMs: 0 }));
    });
  };
  const end = async (ref: ExportRef, outcome: Outcome) => {
    queue.leave(ref);
    asked.delete(ref.exportId);
    count.ended += 1;
    outcomes.push({ ...outcome, mailMs: mails.reserve(now) - now });
    await admit(deps);
  };
  const next = (): void => {
    const { value, done } = arrivals.next();
    if (done) isOver = true;
    else agenda.add(value.at, () => arrive(value));
  };
  const arrive = (arrival: Arrival): void => {
    ask(arrival);
    next();
  };
  const pass = async () => {
    for (const [place, ref] of inTurns(orphans.splice(0, SWEEP_BATCH)).entries()) {
      agenda.add(now + (place * 1000) / SWEEP_STARTS_PER_SECOND, () => start(ref));
    }
    queue.forgetIdle(now - IDLE_AFTER_MS);
    await admit(deps);
    count.mostAccounts = Math.max(count.mostAccounts, queue.countAccounts);
    const { countWaiting: waiting, countRunning: running } = queue;
    minutes.push({ at: now, asked: count.asked, ended: count.ended, waiting: waiting + orphans.length, running });
    count.asked = 0;
    count.ended = 0;
    if (!isOver || asked.size > 0) agenda.add(now + MINUTE_MS, pass);
  };

  next();
  agenda.add(MINUTE_MS, pass);
  await agenda.run((at) => {
    now = at;
  });
  const { refusedStarts, mostAccounts } = count;
  const poolItemBusy = Math.max(0, ...busyMs.values()) / HOUR_MS;
  return { outcomes, minutes, refusedStarts, mostAccounts, mostRunning: queue.mostRunning, poolItemBusy };
}
