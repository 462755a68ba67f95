import type { ExportRef } from '../core/domain/export-id.ts';
import { type ExportPlan, planExport } from '../core/domain/export-plan.ts';
import type { Attempt, ExportFile, ExportRecord } from '../core/domain/export-record.ts';
import { attemptPrefix, WAYBILL_FILE_NAME } from '../core/domain/file-keys.ts';
import { contentTypeOf, fileNameOf } from '../core/domain/file-types.ts';
import type { PartUpload, UploadOptions } from '../core/ports/file-store.ts';
import { completeUpload } from './complete-upload.ts';
import { endAttempt } from './end-attempt.ts';
import { Heartbeat } from './heartbeat.ts';
import { makeWaybill } from './make-waybill.ts';
import { type ProducedFile, type ProducedPartFiles, produceFile } from './produce-file.ts';
import { ProgressMeter } from './progress-meter.ts';
import { publish } from './publish.ts';
import type { RunDependencies } from './run-dependencies.ts';
import type { RunOutcome } from './run-outcome.ts';
import { storeWaybill } from './store-waybill.ts';
import { takeAttempt } from './take-attempt.ts';
import { defaultTimings, type Timings } from './timings.ts';

const DAY_MS = 24 * 60 * 60 * 1000;

/** What producing an attempt's file works with. */
export interface AttemptWork {
  readonly record: ExportRecord;
  readonly attempt: Attempt;
  readonly plan: ExportPlan;
  readonly key: string;
  /** Begins while the source is opened. */
  readonly upload: Promise<PartUpload>;
  readonly meter: ProgressMeter;
  readonly signal: AbortSignal;
  /**
   * To be called before the upload is completed: from then on there may be objects to remove.
   * @param keys theirs. @default that of the upload
   */
  readonly completing: (keys?: readonly string[]) => void;
}

/** Makes the attempt's file and completes its upload, or its part files in uploads of their own. */
export type Produce = (work: AttemptWork, dependencies: RunDependencies) => Promise<ProducedFile | ProducedPartFiles>;

/** The file as one stream of one process. */
export const produceInOneStream: Produce = async (work, { buffers, connections, files, log, source }) => {
  const { plan, key, upload, meter, signal } = work;
  const rowsExpected = work.record.rowsTotal?.rows;
  const kept = buffers && { buffers };
  const produced = await produceFile(plan, { source, connections, upload, meter, rowsExpected, signal, log, ...kept });
  work.completing();
  await completeUpload(files, await upload, key, produced);
  return produced;
};

/**
 * One attempt at an export, from the claim to the recorded ending. Safe to start any number of times at once: one of
 * them owns the attempt, and only what the owner has uploaded, checked and recorded is ever published.
 * @param options.signal aborted when the process has to end: the claim is given back, and the attempt is not counted
 * @param options.produce how the file is made. @default in one stream
 */
export async function runExport(
  ref: ExportRef,
  dependencies: RunDependencies,
  options: { readonly signal: AbortSignal; readonly timings?: Partial<Timings>; readonly produce?: Produce },
): Promise<RunOutcome> {
  const { attempts, clock, ids, log } = dependencies;
  const timings = { ...defaultTimings, ...options.timings };
  try {
    const claimed = await takeAttempt(attempts, ref, ids.claim(), {
      clock,
      pollMs: timings.claimPollMs,
      signal: options.signal,
    });
    if (claimed.kind === 'busy') return { kind: 'retry', code: 'worker_lost', cause: options.signal.reason };
    if (claimed.kind !== 'claimed') return { kind: 'left', reason: claimed.kind };

    log.info('attempt claimed', { attempt: claimed.attempt.number });
    const { signal: shutdown, produce = produceInOneStream } = options;
    return await runAttempt(ref, claimed, dependencies, { timings, shutdown, produce });
  } catch (cause) {
    log.warn('the records did not answer', { error: cause });
    return { kind: 'retry', code: 'internal', cause };
  }
}

async function runAttempt(
  ref: ExportRef,
  claimed: { readonly record: ExportRecord; readonly attempt: Attempt },
  dependencies: RunDependencies,
  options: { readonly timings: Timings; readonly shutdown: AbortSignal; readonly produce: Produce },
): Promise<RunOutcome> {
  const { attempts, catalog, clock, files, log } = dependencies;
  const { timings, shutdown } = options;
  const { record, attempt } = claimed;
  const meter = new ProgressMeter(clock);
  const heartbeat = new Heartbeat({ attempts, attempt, meter, clock, timings, shutdown });
  const prefix = attemptPrefix(ref, attempt.number, attempt.claim);
  const waybillKey = prefix + WAYBILL_FILE_NAME;
  const { snapshot } = record;
  const { retentionDays } = snapshot;
  let discard = async () => {};

  try {
    const plan = planExport(catalog, record);
    const name = fileNameOf({
      ...snapshot,
      reportId: snapshot.report.id,
      exportId: record.id,
      createdAt: record.createdAt,
    });
    const key = prefix + name;
    const uploadOptions: UploadOptions = { contentType: contentTypeOf(snapshot), retentionDays };
    heartbeat.signal.throwIfAborted();

    const upload = files.beginUpload(key, uploadOptions);
    // Whoever needs it hears why there is none; until then nobody listens.
    upload.catch(() => {});
    const abort = () => upload.then((begun) => begun.abort()).catch(() => {});
    discard = abort;
    heartbeat.signal.addEventListener('abort', () => void abort(), { once: true });
    const completing = (keys: readonly string[] = [key]) => {
      discard = async () => {
        await abort();
        await files.remove([...keys, waybillKey]);
      };
    };
    const work = { record, attempt, plan, key, upload, meter, signal: heartbeat.signal, completing };
    const produced = await options.produce(work, dependencies);
    const finishedAt = clock.now();
    const expiresAt = finishedAt + retentionDays * DAY_MS;
    const waybill = makeWaybill({ record, attempt, plan, produced, fileName: name, finishedAt, expiresAt });
    const waybillSha256 = await storeWaybill(files, waybillKey, waybill, retentionDays);
    await heartbeat.stop();
    heartbeat.signal.throwIfAborted();

    const { bytes, rows } = produced;
    const isOne = !('files' in produced);
    const file: ExportFile = isOne
      ? { name, key, waybillKey, bytes, rows, sha256: produced.sha256 }
      : { name, key: waybillKey, waybillKey, bytes, rows, sha256: waybillSha256, partFiles: produced.files.length };
    const { mayHaveTwin } = await upload;
    // A worker that lost its range may have left a file that nobody knows of.
    const finished = { file, expiresAt, mayHaveLeftovers: mayHaveTwin || !isOne, discard };
    return await publish(ref, attempt.claim, finished, dependencies, timings);
  } catch (error) {
    // What interrupted the run is the reason; what the interruption made fail is not.
    const reason = heartbeat.signal.aborted ? heartbeat.signal.reason : error;
    await discard().catch((cause) => log.warn('leftovers stay for the sweeper', { error: cause }));
    await heartbeat.stop();
    return await endAttempt(ref, claimed, reason, dependencies);
  }
}
