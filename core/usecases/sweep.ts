import { inTurns } from '../domain/admission.ts';
import { isDue } from '../domain/due.ts';
import type { ExportRef } from '../domain/export-id.ts';
import type { ExportRecord } from '../domain/export-record.ts';
import { exportPrefix, WAYBILL_FILE_NAME } from '../domain/file-keys.ts';
import { LEASE_MS } from '../domain/lifecycle.ts';
import { SENDING_CLAIM_MS } from '../domain/notification.ts';
import { partFileKeys } from '../domain/range-watch.ts';
import type { Due } from '../ports/export-store.ts';
import type { FileStore } from '../ports/file-store.ts';
import type { Ids } from '../ports/ids.ts';
import type { MailAddresses } from '../ports/mail-addresses.ts';
import type { Memberships } from '../ports/memberships.ts';
import type { RangeStore } from '../ports/range-store.ts';
import type { WebhookStore } from '../ports/webhook-store.ts';
import { admit } from './admit.ts';
import { type AnnounceDeps, announceExport } from './announce-export.ts';
import type { EndExportDeps } from './end-export.ts';
import { overdueFiles, queueLevels } from './read-levels.ts';
import { repairRunning } from './repair-running.ts';
import { type TellSwitchedOffDeps, tellSwitchedOff } from './tell-switched-off.ts';
import { type WatchQueueDeps, watchQueue } from './watch-queue.ts';

const MINUTE_MS = 60_000;

/** A queued export without a task token for this long has lost its start. */
const ORPHANED_AFTER_MS = 60_000;

/** How long after its expiry a file is removed; nobody is given a link to it in this time. */
const REMOVAL_DELAY_MS = 3_600_000;

/** A file that is there this long after it should have been removed is a fault: ten passes have not removed it. */
const OVERDUE_AFTER_MS = REMOVAL_DELAY_MS + 10 * MINUTE_MS;

/** A worker that has lost its claim stops with its next heartbeat; after a lease it has certainly noticed. */
const LEFTOVERS_AFTER_MS = LEASE_MS;

/** An account without exports is forgotten this long after it was last seen; an admission reads all that are known. */
const IDLE_AFTER_MS = 10 * 60_000;

/** The most exports one pass reads of each kind; the next minute goes on. */
const BATCH = 3_000;

/** How many exports a pass works on at a time. */
const AT_ONCE = 10;

/** After this long a pass takes up nothing new, and ends well within its function's time. */
const PASS_MS = 40_000;

/** What announces an ending has a minute for it; after that it is taken for dead, and the sweeper announces. */
const UNANNOUNCED_AFTER_MS = SENDING_CLAIM_MS;

/**
 * Mails go out one after the other, as their quota is a few a second. Sending is slow when it fails: after this many
 * failures, the announcements of a pass wait for the next.
 */
const MAX_FAILED_ANNOUNCEMENTS = 3;

export interface SweepDeps extends EndExportDeps, WatchQueueDeps, AnnounceDeps, TellSwitchedOffDeps {
  readonly memberships: Pick<Memberships, 'find' | 'list'>;
  readonly mailAddresses: MailAddresses;
  readonly webhooks: WebhookStore;
  readonly ids: Ids;
  readonly files: FileStore;
  readonly ranges: Pick<RangeStore, 'read' | 'remove'>;
}

/** What one pass saw; undefined where it could not look. */
export interface Levels {
  readonly queued: number | undefined;
  readonly running: number | undefined;
  /** For how long the export that waits longest could have started. */
  readonly oldestBlockedMs: number | undefined;
  /** Slots that an ending should have given back. */
  readonly slotDrift: number | undefined;
  /** Files that should have been removed. */
  readonly overdueFiles: number | undefined;
}

interface Pace {
  readonly atOnce: number;
  /** After so many, the rest is left to the next pass. */
  readonly maxFailures: number;
}

const asFastAsItGoes: Pace = { atOnce: AT_ONCE, maxFailures: Number.POSITIVE_INFINITY };
const oneByOne: Pace = { atOnce: 1, maxFailures: MAX_FAILED_ANNOUNCEMENTS };

/** What one pass did, for the log and the metrics. */
export interface SweepReport {
  /** Exports that no execution had brought to the queue, for which there is one now. */
  readonly started: number;
  readonly repaired: number;
  readonly admitted: number;
  readonly takingLonger: number;
  readonly stuck: number;
  readonly expired: number;
  readonly cleaned: number;
  readonly announced: number;
  /** Webhook endpoints whose owners were told that they are off. */
  readonly switchedOff: number;
  readonly levels: Levels;
  /** What could not be done this time; everything else was. */
  readonly failures: readonly unknown[];
}

/**
 * The minute's pass over everything that may have been lost: starts, slots, leases, files, mails. Every part of it may run
 * twice at once, and repeating it changes nothing. What fails, such as the start of one export, keeps nothing else from
 * being done.
 */
export async function sweep(deps: SweepDeps): Promise<SweepReport> {
  const failures: unknown[] = [];
  const takesUpUntil = deps.clock.now() + PASS_MS;
  const attempt = async <Result>(work: () => Promise<Result>, otherwise: Result): Promise<Result> => {
    try {
      return await work();
    } catch (error) {
      failures.push(error);
      return otherwise;
    }
  };
  /** How many were dealt with. */
  const forEach = async <Item>(
    items: readonly Item[],
    work: (item: Item) => Promise<boolean>,
    { atOnce, maxFailures }: Pace,
  ): Promise<number> => {
    const mayFail = failures.length + maxFailures;
    const left = items.values();
    let done = 0;
    const lane = async () => {
      for (const item of left) {
        if (failures.length >= mayFail || deps.clock.now() > takesUpUntil) return;
        if (await attempt(() => work(item), false)) done += 1;
      }
    };
    await Promise.all(Array.from({ length: atOnce }, lane));
    return done;
  };
  /** Looks at each export that an index lists as due, and works on those that are. */
  const forEachDue = async (
    kind: Due,
    olderThanMs: number,
    work: (ref: ExportRef, record: ExportRecord) => Promise<boolean>,
    pace = asFastAsItGoes,
  ): Promise<number> => {
    const until = deps.clock.now() - olderThanMs;
    const workIfDue = async (ref: ExportRef) => {
      const record = await deps.store.get(ref);
      return record !== undefined && isDue(record, kind, until) && work(ref, record);
    };
    return forEach(inTurns(await attempt(() => deps.store.due(kind, until, BATCH), [])), workIfDue, pace);
  };

  const started = await forEachDue('start', ORPHANED_AFTER_MS, (ref, record) => startOrphan(deps, ref, record));
  const repair = await attempt(() => repairRunning(deps), undefined);
  const admitted = await attempt(async () => (await admit(deps)).length, 0);
  const watch = await attempt(() => watchQueue(deps), undefined);
  const queue = await attempt(() => queueLevels(deps), undefined);

  const later = { expired: 0, cleaned: 0, announced: 0, switchedOff: 0 };
  const parts: readonly (() => Promise<unknown>)[] = [
    async () => {
      later.expired = await forEachDue('expiry', REMOVAL_DELAY_MS, (ref) => removeExpired(deps, ref));
    },
    async () => {
      later.cleaned = await forEachDue('cleanup', LEFTOVERS_AFTER_MS, (ref, record) =>
        removeLeftovers(deps, ref, record),
      );
    },
    () => attempt(() => deps.admissions.forgetIdleAccounts(deps.clock.now() - IDLE_AFTER_MS), undefined),
    async () => {
      const announce = async (ref: ExportRef) => (await announceExport(deps, ref)) === 'announced';
      later.announced = await forEachDue('announce', UNANNOUNCED_AFTER_MS, announce, oneByOne);
    },
    async () => {
      const notices = await attempt(() => deps.webhooks.noticesDue(deps.clock.now(), BATCH), []);
      later.switchedOff = await forEach(notices, (ref) => tellSwitchedOff(deps, ref), oneByOne);
    },
  ];
  // In another order each minute: what ends passes before their time must not always keep the same part from being done.
  for (const part of rotated(parts, Math.floor(deps.clock.now() / MINUTE_MS))) await part();
  const overdueSince = deps.clock.now() - OVERDUE_AFTER_MS;
  const levels: Levels = {
    queued: queue?.queued,
    running: queue?.running,
    oldestBlockedMs: watch?.oldestBlockedMs,
    slotDrift: repair?.slotDrift,
    overdueFiles: await attempt(() => overdueFiles(deps, overdueSince), undefined),
  };
  const { takingLonger = 0, stuck = 0 } = watch ?? {};
  return { started, repaired: repair?.repaired ?? 0, admitted, takingLonger, stuck, ...later, levels, failures };
}

/** The same items in the same round, from another one on. */
function rotated<Item>(items: readonly Item[], by: number): readonly Item[] {
  const first = by % items.length;
  return [...items.slice(first), ...items.slice(0, first)];
}

/** The record is the outbox: an export that no execution has taken up is started again. */
async function startOrphan(deps: SweepDeps, ref: ExportRef, record: ExportRecord): Promise<boolean> {
  if (await deps.executions.start(ref, record.executionNumber)) return true;
  if (!(await deps.store.advanceExecution(ref, record.executionNumber, deps.clock.now()))) return false;
  return deps.executions.start(ref, record.executionNumber + 1);
}

async function removeExpired(deps: SweepDeps, ref: ExportRef): Promise<boolean> {
  const { keys } = await deps.files.contents(exportPrefix(ref));
  await deps.files.remove(keys);
  return deps.store.expire(ref, deps.clock.now());
}

/** What attempts that did not publish have left: a killed worker's upload, a file that lost to a cancellation. */
async function removeLeftovers(deps: SweepDeps, ref: ExportRef, record: ExportRecord): Promise<boolean> {
  // It ended in the queue: whoever ended it may not have lived to let its execution go.
  if (record.attempt === 0 && record.taskToken !== undefined) await deps.executions.dismiss(record.taskToken);
  const isPublished = await publishedBy(deps, record);
  const { keys, uploads } = await deps.files.contents(exportPrefix(ref));
  for (const { key, uploadId } of uploads) await deps.files.abortUpload(key, uploadId);
  await deps.files.remove(keys.filter((key) => !isPublished(key)));
  if (record.route === 'partitioned') await deps.ranges.remove(ref);
  await deps.store.markCleaned(ref, record.version);
  return true;
}

/**
 * Tells which objects are the export's. Of part files the ranges know, which its lead wrote the manifest from; the manifest is
 * not read, as the sweeper has no right to read files. Where they have gone, everything in the place of the attempt
 * that published stays: no more than what workers have lost there, until the export expires.
 */
async function publishedBy(
  { ranges }: Pick<SweepDeps, 'ranges'>,
  { id, file }: ExportRecord,
): Promise<(key: string) => boolean> {
  if (file === undefined) return () => false;
  if (file.partFiles === undefined) return (key) => key === file.key || key === file.waybillKey;
  const place = file.waybillKey.slice(0, -WAYBILL_FILE_NAME.length);
  const known = partFileKeys((await ranges.read(id))?.ranges ?? []);
  if (known.length !== file.partFiles || !known.every((key) => key.startsWith(place))) {
    return (key) => key.startsWith(place);
  }
  return (key) => key === file.waybillKey || known.includes(key);
}
