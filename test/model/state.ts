import type { Status } from '../../core/domain/lifecycle.ts';

/** What can go wrong, or happen at a bad moment. Each occurrence takes one from the budget of {@link Bounds}. */
export const faults = [
  'kill', // a worker process ends between any two of its steps
  'stop', // a worker is told to end (SIGTERM): it gives its claim back
  'lapse', // a lease lapses although its worker lives
  'duplicate', // a task is started twice
  'give-up', // Step Functions counts a task as over while its worker goes on
  'failure', // a worker meets an error that another attempt may not meet
  'hopeless', // a worker meets an error that every attempt would meet
  'short', // the source ends early
  'lost-reply', // a write is applied, but its writer does not learn of it
  'lost-start', // the execution is not started when the export is created
  'execution-death', // the execution is stopped, or times out as a whole
  'lost-event', // nobody is told that an execution is over
  'step-crash', // the Queued step ends between two of its calls; it is repeated with a new token
  'step-overlap', // the Queued step is repeated with a new token while the earlier run goes on
  'admitter-crash', // an admitter ends between its transaction and its signal
  'crash', // any other process ends between two of its calls
] as const;

export type Fault = (typeof faults)[number];

/** How much of the protocol one exploration covers. */
export interface Bounds {
  /** The account of each export. */
  readonly exports: readonly number[];
  readonly pool: number;
  readonly account: number;
  /** Retries of the step that runs an export. */
  readonly retries: number;
  readonly admitters: number;
  /** Faults in all, over every export. */
  readonly faults: number;
  readonly kinds: readonly Fault[];
  /** Exports that their users may cancel, each once, at any time. */
  readonly cancels: number;
  /** Watchers that may find an export stuck, at the same time. */
  readonly watchers: number;
  /** Whether files expire and users delete what has ended. */
  readonly removal: boolean;
  /** Whether the running sets are checked for drift. */
  readonly drift: boolean;
  /** A worker publishes in one step after its claim; for explorations that are about the queue. */
  readonly shortRuns: boolean;
}

/**
 * One worker process. `claim` is 0 until it has one; claims are numbered by first use, since a new one equals no other.
 * `tracked` while the state machine waits for it.
 */
export type Worker = {
  phase: 'starting' | 'claiming' | 'claimed' | 'uploading' | 'stored' | 'publishing' | 'discarding' | 'ending';
  why: '' | 'cancelled' | 'lost' | 'stop' | 'failure' | 'hopeless' | 'refused';
  claim: number;
  attempt: number;
  tracked: boolean;
  short: boolean;
};

/** One run of the Queued step's function, with the token it was given. */
export type QueuedRun = { token: number; step: 'enqueue' | 'join' | 'resume' | 'dismiss' };

/** An execution of the state machine; the one before it is over when there is a new one. */
export type Execution = {
  /** `starting` while its creator is about to start it; `none` when that was lost, or it has yet to be started again. */
  phase: 'starting' | 'none' | 'queued' | 'running' | 'recording' | 'recorded' | 'notifying' | 'over' | 'dead';
  number: number;
  /** The token that the Queued state waits on. */
  token: number;
  /** Tries of the running step that have failed. */
  failures: number;
  /** What RecordOutcome has read before it ends the export. */
  seenAttempt: number;
};

/** `by` is the claim of its writer, plus {@link SHORT} when it lacks rows. */
export type StoredObject = { key: number; by: number };

/** One export with all that belongs to it. Numbers that may be absent are 0. */
export type Export = {
  account: number;
  /** Retries of the step that runs it; its route decides. */
  retries: number;
  status: Status;
  token: number;
  /** The token in its place in line; 0 when it is in no line. */
  waiting: number;
  admitted: boolean;
  executionNumber: number;
  attempt: number;
  uncounted: number;
  cancelRequested: boolean;
  /** The key and the writer of the published object. */
  file: number;
  fileBy: number;
  expiryPassed: boolean;
  erased: boolean;
  failedAsStuck: boolean;
  cleanupDue: boolean;
  /** The attempt item: its claim, and what its lease says. */
  claim: number;
  lease: 'none' | 'live' | 'lapsed' | 'given back';
  objects: StoredObject[];
  /** The claims of unfinished uploads. */
  uploads: number[];
  execution: Execution;
  queuedRuns: QueuedRun[];
  /** Tokens ever issued to it. */
  tokens: number;
  workers: Worker[];
  /** The number of an execution whose end is still to be told to the reconciler; 0 for none. */
  endEvent: number;
  /** The attempt that the reconciler has read; -1 when it is not at work. */
  reconciling: number;
  /** A token that whoever ended the export is about to dismiss. */
  dismissing: number;
  cancelling: 'no' | 'asked' | 'refused' | 'done';
  /** Watchers that have read it as stuck, and those that have failed it and must still start it again. */
  watching: number;
  retrying: number;
  /** How far the sweeper is with the export's objects, and what it has read and listed. */
  sweeping: 'no' | 'listed' | 'removed' | 'expired';
  sweptErased: boolean;
  sweptObjects: number[];
  sweptUploads: number[];
  erasing: boolean;

  /** What has happened in truth, kept for the guarantees alone. */
  published: number;
  claimsWon: number;
  automaticRetries: number;
  notified: boolean;
};

export type Admitter = {
  step: 'idle' | 'chosen' | 'admitted' | 'found empty';
  export: number;
  token: number;
  start: number;
  /** Whose line was found empty, and whether another export has joined it since. */
  account: number;
  joinedSince: boolean;
};

export type State = {
  faultsLeft: number;
  cancelsLeft: number;
  /** Exports that hold a slot, as the pool's item and the accounts' items say. */
  pool: { running: boolean[]; virtualTime: number };
  accounts: { running: boolean[]; tag: number; mayWait: boolean }[];
  admitters: Admitter[];
  /** What a check for drift has read of the two so far. */
  drift: { step: 'idle' | 'pool read' | 'accounts read' | 'found'; pool: boolean[]; accounts: boolean[] };
  exports: Export[];
};

/** Added to the writer of an object that lacks rows. */
export const SHORT = 16;

/** Claims that can be told apart at one time; a claim that nothing refers to any more is used again. */
const CLAIMS = 6;

/** The element, which must be there. */
export function at<T>(items: readonly T[], index: number): T {
  const item = items[index];
  if (item === undefined) throw new RangeError(`No element ${index} of ${items.length}`);
  return item;
}

export function initialState(bounds: Bounds): State {
  const none = bounds.exports.map(() => false);
  const accounts = Math.max(...bounds.exports) + 1;
  return {
    faultsLeft: bounds.faults,
    cancelsLeft: bounds.cancels,
    pool: { running: [...none], virtualTime: 0 },
    accounts: Array.from({ length: accounts }, () => ({ running: [...none], tag: 0, mayWait: false })),
    admitters: Array.from({ length: bounds.admitters }, idleAdmitter),
    drift: { step: 'idle', pool: [...none], accounts: [...none] },
    exports: bounds.exports.map((account) => newExport(account, bounds.retries)),
  };
}

export function idleAdmitter(): Admitter {
  return { step: 'idle', export: 0, token: 0, start: 0, account: 0, joinedSince: false };
}

/** An export as its creation's transaction leaves it; its execution has yet to be started. */
function newExport(account: number, retries: number): Export {
  return {
    account,
    retries,
    status: 'queued',
    token: 0,
    waiting: 0,
    admitted: false,
    executionNumber: 1,
    attempt: 0,
    uncounted: 0,
    cancelRequested: false,
    file: 0,
    fileBy: 0,
    expiryPassed: false,
    erased: false,
    failedAsStuck: false,
    cleanupDue: false,
    claim: 0,
    lease: 'none',
    objects: [],
    uploads: [],
    execution: { phase: 'starting', number: 1, token: 0, failures: 0, seenAttempt: 0 },
    queuedRuns: [],
    tokens: 0,
    workers: [],
    endEvent: 0,
    reconciling: -1,
    dismissing: 0,
    cancelling: 'no',
    watching: 0,
    retrying: 0,
    sweeping: 'no',
    sweptErased: false,
    sweptObjects: [],
    sweptUploads: [],
    erasing: false,
    published: 0,
    claimsWon: 0,
    automaticRetries: 0,
    notified: false,
  };
}

/** A claim that nothing in the export's state refers to. */
export function mintClaim(e: Export): number {
  for (let claim = 1; claim <= CLAIMS; claim += 1) {
    const isKnown =
      e.claim === claim ||
      e.fileBy === claim ||
      e.workers.some((worker) => worker.claim === claim) ||
      e.objects.some(({ key, by }) => key === claim || by % SHORT === claim) ||
      e.uploads.includes(claim) ||
      e.sweptObjects.includes(claim) ||
      e.sweptUploads.includes(claim);
    if (!isKnown) return claim;
  }
  throw new Error(`More than ${CLAIMS} claims at a time`);
}

/** Who wrote the object under the key, as {@link StoredObject} says; 0 when there is none. */
export function writerOf(e: Export, key: number): number {
  return e.objects.find((object) => object.key === key)?.by ?? 0;
}

/**
 * A copy to change, of everything but the other exports.
 * @param index the export that changes, if any
 */
export function copyOf(
  { faultsLeft, cancelsLeft, pool, accounts, admitters, drift, exports }: State,
  index: number,
): State {
  return {
    faultsLeft,
    cancelsLeft,
    pool: { running: [...pool.running], virtualTime: pool.virtualTime },
    accounts: accounts.map((account) => ({ ...account, running: [...account.running] })),
    admitters: [...admitters],
    drift,
    exports: exports.map((e, x) => (x === index ? copyOfExport(e) : e)),
  };
}

function copyOfExport(e: Export): Export {
  return {
    ...e,
    objects: [...e.objects],
    uploads: [...e.uploads],
    execution: { ...e.execution },
    queuedRuns: e.queuedRuns.map((run) => ({ ...run })),
    workers: e.workers.map((worker) => ({ ...worker })),
  };
}
