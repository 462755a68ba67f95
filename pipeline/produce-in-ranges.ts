import { setTimeout as sleep } from 'node:timers/promises';
import { ExportFailedError } from '../core/domain/errors.ts';
import { cutRange, isBeingMade, joinRanges, type PartRange, type RangeResult } from '../core/domain/part-range.ts';
import { currentRanges, firstRanges, nextRangeStep, partFileKeys, type RangeStep } from '../core/domain/range-watch.ts';
import type { KeyRange, SnapshotHolder } from '../core/ports/export-source.ts';
import type { RangePlan, RangeStore } from '../core/ports/range-store.ts';
import { gatherPartFiles } from './gather-part-files.ts';
import { RunInterrupted } from './heartbeat.ts';
import { putTogether } from './put-together.ts';
import { MAX_SLICES, sliceBytesFor } from './range-numbers.ts';
import type { RunDependencies } from './run-dependencies.ts';
import { type AttemptWork, type Produce, produceInOneStream } from './run-export.ts';
import { tooLarge } from './too-large.ts';

/** What the lead of several workers needs besides what every run does. */
export interface LeadDependencies {
  readonly ranges: RangeStore;
  /** How many workers there are to be. */
  readonly workers: number;
  readonly pollMs: number;
  /** Called once ranges can be taken. */
  readonly callWorkers: () => Promise<void>;
  /** Whether nobody starts workers for this lead any more. */
  readonly isGivenUp: () => Promise<boolean>;
}

/**
 * Makes an export's file, or part files, with several workers: holds the database's snapshot and the upload, shares out the
 * rows, and puts together what the workers have recorded. In one stream where the source cannot be shared.
 */
export function produceInRanges(lead: LeadDependencies): Produce {
  return async (work, dependencies) => {
    const inOneStream = (why: string) => {
      dependencies.log.warn('made in one stream', { attempt: work.attempt.number, why });
      return produceInOneStream(work, dependencies);
    };
    const shared = await dependencies.source.share(work.plan, work.signal);
    if (shared === undefined) return inOneStream('the source cannot be shared');
    let results: readonly RangeResult[] | undefined;
    try {
      results = await makeRanges(work, shared, lead, dependencies);
    } finally {
      await shared.close();
    }
    if (results === undefined) return inOneStream('its rows cannot be shared out');
    if (!isOfPartFiles(work)) return putTogether(work, shared.snapshot, results, dependencies);
    const produced = await gatherPartFiles(work, shared.snapshot, results, dependencies);
    return produced ?? inOneStream('there are no rows');
  };
}

function isOfPartFiles({ plan }: AttemptWork): boolean {
  return plan.snapshot.partFiles === true;
}

/** @returns all ranges' results in file order, or undefined when there are not enough rows to share out */
async function makeRanges(
  work: AttemptWork,
  shared: SnapshotHolder,
  lead: LeadDependencies,
  { clock, log }: RunDependencies,
): Promise<readonly RangeResult[] | undefined> {
  const { attempt, signal } = work;
  const slices = await slicesOf(work, shared);
  if (slices.length < 2 || slices.length > MAX_SLICES) return undefined;
  const plan: RangePlan = {
    exportId: attempt.exportId,
    attempt: attempt.number,
    claim: attempt.claim,
    snapshotName: shared.name,
    snapshot: shared.snapshot,
    key: work.key,
    uploadId: (await work.upload).id,
    ...(isOfPartFiles(work) && { partFiles: true }),
    slices,
    createdAt: clock.now(),
  };
  const planned = firstRanges(slices.length, lead.workers);
  if (!(await lead.ranges.begin(plan, planned))) throw new RunInterrupted('lost');
  log.info('ranges planned', { attempt: attempt.number, slices: slices.length, ranges: planned.length });
  await lead.callWorkers();
  for (;;) {
    signal.throwIfAborted();
    const state = await lead.ranges.read(plan.exportId);
    // What belongs to a later attempt is none of this one's, least of all to discard.
    if (state?.plan.claim !== plan.claim) throw new RunInterrupted('lost');
    const { ranges } = state;
    follow(work, ranges);
    const now = clock.now();
    const step = nextRangeStep(ranges, lead.workers, now);
    if (step.kind === 'finish') {
      await lead.ranges.close(plan);
      return currentRanges(ranges).flatMap(({ result }) => result ?? []);
    }
    if (step.kind === 'too-short') {
      await lead.ranges.close(plan);
      work.meter.startOver();
      return undefined;
    }
    if (step.kind === 'give-up') {
      const cause = new Error('A range could not be made');
      throw new ExportFailedError(step.failure.code, { ...step.failure, cause });
    }
    // Workers may take long to come, so that no time without them says anything; that others wait for this lead to end does.
    const isAlone = step.kind === 'wait' && !ranges.some((range) => isBeingMade(range, now));
    if (isAlone && (await lead.isGivenUp())) throw new RunInterrupted('given-up');
    if (step.kind !== 'wait') await rearrange(step, plan, ranges, lead.ranges, log);
    await sleep(lead.pollMs, undefined, { signal }).catch(() => {});
  }
}

/** Part files need no part numbers of each other, so there is no number of rows for which slices cannot be long enough. */
async function slicesOf(work: AttemptWork, shared: SnapshotHolder): Promise<readonly KeyRange[]> {
  const { snapshot } = work.plan;
  if (!isOfPartFiles(work)) return shared.ranges(sliceBytesFor(snapshot));
  const bytes = sliceBytesFor({ ...snapshot, compression: 'none' });
  const slices = await shared.ranges(bytes);
  const tooMany = slices.length / MAX_SLICES;
  return tooMany <= 1 ? slices : shared.ranges(bytes * Math.ceil(2 * tooMany));
}

/** Does so unless somebody was faster; the next look shows. */
async function rearrange(
  step: Extract<RangeStep, { kind: 'join' | 'cut' }>,
  plan: RangePlan,
  ranges: readonly PartRange[],
  store: RangeStore,
  log: RunDependencies['log'],
): Promise<void> {
  const number = Math.max(...ranges.map((range) => range.number)) + 1;
  if (step.kind === 'cut') {
    const cut = await store.changeFenced(plan, [step.range.number], ([range]) => range && cutRange(range, number));
    if (cut) log.info('range cut', { range: step.range.number, to: cut[0]?.to, rest: number });
    return;
  }
  const numbers = [step.first.number, step.second.number];
  const joined = await store.changeFenced(
    plan,
    numbers,
    ([first, second]) => first && second && joinRanges(first, second, number),
  );
  if (joined) log.info('ranges joined', { ranges: numbers, joined: number });
}

/** Adds up what all have done. @throws ExportFailedError too_large */
function follow({ plan, record, meter, completing }: AttemptWork, ranges: readonly PartRange[]): void {
  const current = currentRanges(ranges);
  const partFiles = partFileKeys(ranges);
  if (partFiles.length > 0) completing(partFiles);
  const rows = current.reduce((sum, range) => sum + range.rows, 0);
  const bytes = current.reduce((sum, range) => sum + range.bytes, 0);
  meter.follow({ rows, bytes });
  const { maxFileBytes } = plan.snapshot;
  if (bytes > maxFileBytes) {
    throw tooLarge({ maxFileBytes, bytes, rows, rowsExpected: record.rowsTotal?.rows });
  }
}
