import { setTimeout as sleep } from 'node:timers/promises';
import { isHeld } from '../core/domain/attempts.ts';
import type { Catalog } from '../core/domain/catalog.ts';
import { ExportFailedError } from '../core/domain/errors.ts';
import type { ExportRef } from '../core/domain/export-id.ts';
import { type ExportPlan, planExport } from '../core/domain/export-plan.ts';
import {
  giveRangeBack,
  mayTake,
  type PartRange,
  RANGE_LEASE_MS,
  RANGE_MAX_TRIES,
  type RangeFailure,
  recordRange,
  renewRange,
  takeRange,
} from '../core/domain/part-range.ts';
import { currentRanges } from '../core/domain/range-watch.ts';
import type { AttemptStore } from '../core/ports/attempt-store.ts';
import type { Clock } from '../core/ports/clock.ts';
import type { ExportSource } from '../core/ports/export-source.ts';
import type { ExportStore } from '../core/ports/export-store.ts';
import type { FileStore } from '../core/ports/file-store.ts';
import type { Ids } from '../core/ports/ids.ts';
import type { RangePlan, RangeState, RangeStore } from '../core/ports/range-store.ts';
import { Heartbeat, RunInterrupted } from './heartbeat.ts';
import { makePartFile } from './make-part-file.ts';
import { makeRange } from './make-range.ts';
import { PartBuffers } from './parts-in-flight.ts';
import { ProgressMeter } from './progress-meter.ts';
import type { RunLog } from './run-dependencies.ts';
import { defaultTimings, type Timings } from './timings.ts';

/** What one of several workers works with. */
export interface PartDependencies {
  readonly exports: Pick<ExportStore, 'getWithAttempt'>;
  readonly ranges: RangeStore;
  readonly files: FileStore;
  readonly source: Pick<ExportSource, 'join'>;
  readonly catalog: Catalog;
  readonly clock: Clock;
  readonly ids: Pick<Ids, 'claim'>;
  readonly log: RunLog;
}

/** How a worker's share ended. All but `retry` mean that nothing is left for it to do. */
export type PartOutcome =
  /** Every range is recorded, or the attempt is over. */
  | { readonly kind: 'done' }
  /** Nobody has done anything for long. */
  | { readonly kind: 'stalled' }
  | { readonly kind: 'retry'; readonly cause: unknown };

interface Options {
  readonly signal: AbortSignal;
  readonly timings: Timings;
}

/**
 * One of several workers that make an attempt's file: takes one range after the other, until all are recorded or the attempt
 * is over. Safe to start any number of times at once; what it records counts only while it owns the range, and the
 * attempt is the one it was planned for.
 * @param options.signal aborted when the process has to end: the range is given back, and the try is not counted
 */
export async function runPart(
  ref: ExportRef,
  dependencies: PartDependencies,
  options: { readonly signal: AbortSignal; readonly timings?: Partial<Timings> },
): Promise<PartOutcome> {
  const timings = { ...defaultTimings, ...options.timings };
  try {
    return await takeTurns(ref, dependencies, { signal: options.signal, timings });
  } catch (cause) {
    dependencies.log.warn('the records did not answer', { error: cause });
    return { kind: 'retry', cause };
  }
}

async function takeTurns(ref: ExportRef, dependencies: PartDependencies, options: Options): Promise<PartOutcome> {
  const { ranges, clock } = dependencies;
  const { signal, timings } = options;
  const watch = new StallWatch(timings.stallMs);
  const buffers = new PartBuffers();
  for (;;) {
    if (signal.aborted) return { kind: 'retry', cause: signal.reason };
    const state = await ranges.read(ref.exportId);
    const record = state && (await recordWhileCurrent(ref, state.plan, dependencies));
    if (state === undefined || record === undefined || state.plan.closed) return { kind: 'done' };
    if (watch.isStalled(state)) return { kind: 'stalled' };
    const owner = dependencies.ids.claim();
    const range = await takeAny(state, owner, ranges, clock.now());
    const taken = range && {
      ...{ plan: state.plan, range, owner, buffers },
      exportPlan: planExport(dependencies.catalog, record),
    };
    const goesOn = taken && (await makeAndRecord(ref, taken, dependencies, options));
    if (!goesOn) await sleep(timings.rangePollMs, undefined, { signal }).catch(() => {});
  }
}

/** The export's record while the plan's attempt goes on: still held by the same lead, and nobody wants it to end. */
async function recordWhileCurrent(ref: ExportRef, plan: RangePlan, { exports }: Pick<PartDependencies, 'exports'>) {
  const state = await exports.getWithAttempt(ref);
  if (state?.attempt === undefined || !isHeld(state.attempt, plan.claim)) return undefined;
  return state.attempt.cancelRequested ? undefined : state.record;
}

async function takeAny(
  { plan, ranges: all }: RangeState,
  owner: string,
  ranges: RangeStore,
  now: number,
): Promise<PartRange | undefined> {
  for (const { number } of currentRanges(all).filter((range) => mayTake(range, now) && range.tries < RANGE_MAX_TRIES)) {
    const taken = await ranges.change(plan, number, (range) => takeRange(range, owner, now));
    if (taken !== undefined) return taken;
  }
  return undefined;
}

interface TakenRange {
  readonly plan: RangePlan;
  readonly range: PartRange;
  readonly owner: string;
  readonly exportPlan: ExportPlan;
  readonly buffers: PartBuffers;
}

/** @returns whether to go on at once; else what was in the way may take a moment */
async function makeAndRecord(
  ref: ExportRef,
  taken: TakenRange,
  dependencies: PartDependencies,
  { signal, timings }: Options,
): Promise<boolean> {
  const { ranges, files, source, clock, log } = dependencies;
  const { plan, range, owner } = taken;
  const facts = { attempt: plan.attempt, range: range.number, try: range.tries };
  const meter = new ProgressMeter(clock);
  const heartbeat = new Heartbeat({
    attempts: beatsOf(ref, taken, dependencies),
    attempt: { exportId: plan.exportId, claim: owner },
    meter,
    clock,
    timings: { ...timings, leaseMs: RANGE_LEASE_MS },
    shutdown: signal,
  });
  log.info('range taken', { ...facts, from: range.from, to: range.to });
  try {
    const make = plan.partFiles ? makePartFile : makeRange;
    const { result, to } = await make({ ranges, files, source, meter, signal: heartbeat.signal, ...taken });
    await heartbeat.stop();
    const recorded = await ranges.changeFenced(plan, [range.number], ([now]) => {
      const after = now && recordRange(now, owner, to, result);
      return after && [after];
    });
    log.info(recorded ? 'range recorded' : 'range lost', { ...facts, rows: result.rows, bytes: result.bytes });
    if (recorded === undefined && result.file) await removeLost(taken, result.file.key, dependencies);
    return true;
  } catch (error) {
    const reason = heartbeat.signal.aborted ? heartbeat.signal.reason : error;
    await heartbeat.stop();
    log.warn('range given up', { ...facts, error: reason });
    await ranges.change(plan, range.number, (now) => giveRangeBack(now, owner, failureOf(reason)));
    return false;
  }
}

/**
 * Removes a part file that is not the range's and never will be, as the range is somebody else's or the attempt over. Where
 * nothing is known any more it stays: it may have been recorded all the same, by a call whose answer was lost.
 */
async function removeLost(
  { plan, range }: TakenRange,
  key: string,
  { ranges, files, log }: PartDependencies,
): Promise<void> {
  try {
    const state = await ranges.read(plan.exportId);
    if (state === undefined) return;
    const now = state.ranges.find(({ number }) => number === range.number);
    if (state.plan.claim !== plan.claim || now?.result?.file?.key !== key) await files.remove([key]);
  } catch (error) {
    log.warn('leftovers stay for the sweeper', { error });
  }
}

/** Says that the range's owner lives, and hears whether the attempt does. */
function beatsOf(
  ref: ExportRef,
  { plan, range, owner }: TakenRange,
  dependencies: PartDependencies,
): Pick<AttemptStore, 'heartbeat'> {
  return {
    async heartbeat(_exportId, _claim, { rowsWritten: rows, bytesWritten: bytes }, now) {
      const [renewed, record] = await Promise.all([
        dependencies.ranges.change(plan, range.number, (each) => renewRange(each, owner, { rows, bytes }, now)),
        recordWhileCurrent(ref, plan, dependencies),
      ]);
      return renewed && record ? { kind: 'alive', cancelRequested: false } : { kind: 'lost' };
    },
  };
}

/** Nothing is held against a range that was taken away, or whose worker had to go. */
function failureOf(reason: unknown): RangeFailure | undefined {
  if (reason instanceof RunInterrupted) return undefined;
  if (!(reason instanceof ExportFailedError)) return { code: 'internal', retryable: true };
  const { code, retryable, userMessage } = reason;
  return { code, retryable, ...(userMessage !== undefined && { userMessage }) };
}

/** Sees whether all workers together have stood still for too long; the time before the first row is the query's own. */
class StallWatch {
  readonly #stallMs: number;
  #seen = '';
  #movedAt = performance.now();

  constructor(stallMs: number) {
    this.#stallMs = stallMs;
  }

  isStalled({ ranges }: RangeState): boolean {
    const seen = ranges.map(({ number, at, rows, tries, replaced }) => [number, at, rows, tries, replaced]).join();
    if (seen !== this.#seen || ranges.every(({ rows }) => rows === 0)) this.#movedAt = performance.now();
    this.#seen = seen;
    return performance.now() - this.#movedAt >= this.#stallMs;
  }
}
