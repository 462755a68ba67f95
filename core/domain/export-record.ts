import type { ExportId } from './export-id.ts';
import type { Failure, FailureCode } from './failure.ts';
import type { FeedbackRef } from './feedback.ts';
import type { Status } from './lifecycle.ts';
import type { Notification } from './notification.ts';
import type { ProblemCode } from './problem.ts';
import type { Snapshot } from './snapshot.ts';

/** Where the file is produced. */
export const routes = ['small', 'large', 'partitioned'] as const;
export type Route = (typeof routes)[number];

/** The most rows a Lambda exports; more than that goes to a Fargate task, and far more to several of them. */
export const SMALL_ROUTE_MAX_ROWS = 10_000;

/** Who asked, as they were named at that moment; once the person has been erased, both names are empty. */
export interface Requester {
  readonly userId: string;
  readonly email: string;
  readonly name: string;
}

/** A member who is told how the export ended besides its requester, and may read it. */
export interface Recipient {
  readonly userId: string;
  /** As their membership held it when the export was requested. */
  readonly email: string;
}

/** What is finished in S3: one object, or several that the manifest names. */
export interface ExportFile {
  /** What a download is called on the reader's disk; each of several has a name of its own, made from this one. */
  readonly name: string;
  /** Of the object; of several files it is that of the manifest, as there is no object that is all of them. */
  readonly key: string;
  readonly waybillKey: string;
  /** Of all files together. */
  readonly bytes: number;
  /** Of all files together. */
  readonly rows: number;
  /** Lower-case hex. Of several files it is that of the manifest's text, which has one for each of them. */
  readonly sha256: string;
  /** How many files it is, where the manifest lists several. Absent: one. */
  readonly partFiles?: number;
}

/** A refused download that was written to the timeline. */
export interface Refusal {
  readonly by: string;
  readonly code: ProblemCode;
  readonly at: number;
}

/** One export: the job record. Times are epoch milliseconds; absent means it has not happened. */
export interface ExportRecord {
  readonly id: ExportId;
  readonly accountId: string;
  readonly requestedBy: Requester;
  readonly status: Status;
  /** Number of the newest event; grows with every change. */
  readonly version: number;
  readonly snapshot: Snapshot;
  readonly note?: string;
  readonly notifyRequester: boolean;
  /** Never the requester; each member once. */
  readonly notify: readonly Recipient[];

  readonly createdAt: number;
  readonly updatedAt: number;
  /** The n of the execution's name `<exportId>-<n>`, written before the execution is started. */
  readonly executionNumber: number;
  /** The task token the Queued state waits on. */
  readonly taskToken?: string;
  /** The token's place among all that the export was ever given; it only grows. */
  readonly tokenTry?: number;
  readonly admittedAt?: number;
  readonly route?: Route;
  readonly rowsTotal?: { readonly rows: number; readonly exact: boolean };
  /** 0 until a worker has claimed it. */
  readonly attempt: number;
  /** Attempts that ended through no fault of the export (a Spot stop) and so do not count. */
  readonly uncountedAttempts: number;
  /** Why the newest attempt was given up, if it was. */
  readonly lastFailure?: FailureCode;
  readonly startedAt?: number;
  readonly cancelRequestedAt?: number;
  /** Milliseconds in which it could have started and did not. */
  readonly blockedMs: number;
  /** When the sweeper last saw that it could start. */
  readonly startableSeenAt?: number;
  readonly takingLongerAt?: number;

  readonly readyAt?: number;
  readonly endedAt?: number;
  /** The claim its worker ended it with; absent when something else did. */
  readonly endedWithClaim?: string;
  /** Set once nothing but the published file is left of its attempts. */
  readonly cleaned?: boolean;
  readonly expiresAt?: number;
  readonly erasedAt?: number;
  readonly file?: ExportFile;
  readonly downloadCount: number;
  readonly lastDownloadedAt?: number;
  /** Those of the last minute before the newest one, so that a script that asks again and again leaves one line. */
  readonly refusals?: readonly Refusal[];
  readonly failure?: Failure;
  /** Oldest first; what was said is kept on its own. */
  readonly feedback?: readonly FeedbackRef[];

  readonly retryOf?: ExportId;
  readonly retriedBy?: ExportId;
  readonly rerunOf?: ExportId;
  /** Set on the one export that is started by itself for one that was stuck in the queue. */
  readonly automaticRetry?: boolean;
  /** The operator who made this retry in place of its requester. */
  readonly requeuedBy?: string;

  /** The last mail to each person who was told how it ended. */
  readonly notifications?: readonly Notification[];
  /** The last status that everybody, and every webhook endpoint, was told of who is to be told. */
  readonly announced?: Status;
}

export interface Progress {
  readonly rowsWritten: number;
  readonly bytesWritten: number;
  readonly updatedAt: number;
  /** When a row last arrived; a run without a new one for long is shown as stalled. */
  readonly lastRowAt?: number;
}

/** The small hot part of a running export, rewritten by every heartbeat. */
export interface Attempt {
  readonly exportId: ExportId;
  readonly number: number;
  /** Minted by the worker; only its holder may publish. */
  readonly claim: string;
  /** Epoch milliseconds until which the claim is believed; 0 once it was given back. */
  readonly leaseUntil: number;
  readonly progress: Progress;
  readonly cancelRequested: boolean;
  readonly startedAt: number;
  /** Set when the export ends, whoever ended it: from then on the claim is worth nothing. */
  readonly endedAt?: number;
}

/** One line of an export's timeline, which is also its audit trail. */
export interface ExportEvent {
  readonly version: number;
  readonly type: string;
  readonly at: number;
  /** A user id, `system`, `worker`, or `operator:<name>`. */
  readonly by: string;
  readonly details: Readonly<Record<string, string | number | boolean>>;
}
