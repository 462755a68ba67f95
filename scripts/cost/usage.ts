import { HEARTBEAT_MS } from '../../core/domain/lifecycle.ts';

/**
 * What one export takes. Units and states are exact and held by tests; seconds are what the local cloud shows, rounded up,
 * until a deployment shows its own.
 */

/** States that an export enters on its way to ready. */
export const STATE_TRANSITIONS = 11;

/** The write units of each step of the life of an export with much in its request. */
export const writeUnits = {
  create: 13,
  enqueue: 8,
  admit: 10,
  emptyLine: 1,
  claim: 10,
  end: 19,
  download: 8,
} as const;

/** Of what follows an ending, each a step like the others: mail begun, sent and told of twice, announced, cleaned, expired. */
export const LATER_STEPS = 7;

/**
 * Requests to S3, beside one write for each part of a file. Writes are `PUT`, `POST` and lists, as S3 bills them; reads are `GET`
 * and `HEAD`; what is taken back costs nothing.
 */
export const storageRequests = {
  /** Begun and completed, and its waybill; looked at once. */
  file: { writes: 3, reads: 1 },
  /** The same of several tasks, which is read once for its SHA-256. */
  fileOfSeveralTasks: { writes: 3, reads: 2 },
  /** Each of several files: begun and completed; looked at by its worker, and by the lead. */
  partFile: { writes: 2, reads: 2 },
  /** Of several files together: their waybill, and an upload that was kept for one stream. */
  partFiles: { writes: 2, reads: 0 },
  /** Before whoever downloads reads the file: the waybill, where it is one of several. */
  download: { writes: 0, reads: 0 },
  downloadOfPartFile: { writes: 0, reads: 1 },
} as const;

/** A heartbeat writes one unit. */
export const HEARTBEAT_SECONDS = HEARTBEAT_MS / 1000;

/** Requests of a page that looks on: created, looked at until it is ready, downloaded. */
export const API_REQUESTS = 8;

/** Read units of a request: the membership and the export with its attempt. */
export const READ_UNITS_PER_REQUEST = 3;

/** Functions that run for an export besides those behind its requests: six steps, and two for the events of its mail. */
export const FUNCTION_RUNS = 8;

/** Of one of them on average, with 512 MiB. */
export const FUNCTION_SECONDS = 0.2;

/** From pulling the image to the first row. Fargate bills it, and a minute at least. */
export const TASK_START_SECONDS = 40;

/** What one worker writes a second, of 20 columns: a third of what the local worker does. */
export const ROWS_PER_SECOND = 30_000;

export const BYTES_PER_ROW = 250;

/** Of an export, from all functions and the worker. */
export const LOG_BYTES = 12_000;

/** How long a file lies, if nobody deletes it. */
export const RETENTION_DAYS = 30;

export const PART_BYTES = 8 * 1024 * 1024;
