import { newRange, type PartRange, RANGE_LEASE_MS, type SentPart } from '../../../core/domain/part-range.ts';

/** The time at which everything happens: what matters is only whether a lease is over. */
export const NOW = 1_000_000;

/** Until when a lease lasts that is over, yet was given to somebody. */
const LAPSED_AT = 1;

export type Fault =
  /** A worker's process ends, and is started again. */
  | 'kill'
  /** A worker is so slow that its lease on a range ends. */
  | 'lapse'
  /** A worker has to go: it gives its range back. */
  | 'stop'
  | 'failure'
  /** A failure that another try would meet as well. */
  | 'hopeless'
  /** A write is made, and whoever made it does not learn so. */
  | 'lost-reply'
  | 'kill-lead'
  /** The lead is so slow that its lease on the attempt ends. */
  | 'lapse-lead'
  /** The state machine takes the lead for lost; it goes on. */
  | 'lost-lead'
  /** The execution is over without an outcome, and nobody is told; its tasks go on. */
  | 'lost-execution'
  /** The function that waits for the lead ends before it has answered its token. */
  | 'wait-fails';

export interface Bounds {
  /** What each slice has: of 2 a part can be made, of 1 only together with another, of 0 none is needed. */
  readonly slices: readonly number[];
  /** The ranges an attempt begins with, as the slices they begin at. */
  readonly ranges: readonly number[];
  /** How many workers each run of the group has, should the one before it fail. */
  readonly workers: readonly number[];
  readonly attempts: number;
  readonly faults: number;
  readonly kinds: readonly Fault[];
  readonly mayCancel: boolean;
  /** Whether the first slice cannot be read; else tries are not counted, as too few fail. */
  readonly isBroken: boolean;
  /** Whether the lead and the state machine have to meet; else workers are there as soon as there is a plan. */
  readonly mustMeet: boolean;
}

/** Bytes of a part: of which attempt's snapshot, and of which slices. */
export type Content = { readonly snapshot: number; readonly from: number; readonly to: number };

/** A {@link PartRange} whose members are all there, as the explorer needs it. */
export type Range = {
  readonly number: number;
  readonly from: number;
  readonly to: number;
  readonly at: number;
  /** 0: nobody. */
  readonly owner: number;
  readonly lease: 'none' | 'live' | 'lapsed';
  readonly tries: number;
  readonly failed: 'no' | 'retryable' | 'hopeless';
  readonly size: number;
  readonly isRecorded: boolean;
  readonly hasPart: boolean;
  /** Of the part that was recorded; all 0 without one. */
  readonly part: Content;
  readonly isReplaced: boolean;
  readonly isJoined: boolean;
  /** The worker, from 1, who has taken it last, however that is noted; 0 when it was given back. */
  readonly takenBy: number;
};

export type Lead = {
  phase:
    | 'absent'
    | 'claiming'
    | 'planning'
    | 'calling'
    | 'telling'
    | 'watching'
    | 'cutting'
    | 'joining'
    | 'closing'
    | 'completing'
    | 'publishing'
    | 'cancelling'
    | 'giving up'
    | 'failing'
    | 'letting go'
    | 'gone'
    | 'failed'
    | 'dead';
  attempt: number;
  /** What it has decided when it last looked: one range, or two, and the number of the new one. */
  first: number;
  second: number;
  next: number;
  /** What the upload is to be completed with. */
  parts: readonly Content[];
  /** The token it has found, and what it tells it. */
  token: number;
  says: 'none' | 'all';
};

export type Worker = {
  phase: 'absent' | 'idle' | 'looked' | 'making' | 'sending' | 'recording' | 'giving back' | 'gone' | 'dead';
  /** How often its process was started. */
  life: number;
  attempt: number;
  range: number;
  from: number;
  at: number;
  to: number;
  failure: 'no' | 'retryable' | 'hopeless';
};

export type Upload = {
  status: 'none' | 'open' | 'done' | 'aborted';
  /** By the slice whose numbers they are sent under. */
  parts: readonly Content[];
  /** What was put together; empty without an object. */
  file: readonly Content[];
};

/** One run of the group: what both sides know, and how far the waiting side is. */
export type Handover = {
  token: number;
  workers: 'unknown' | 'none' | 'all';
};

export type Wait = {
  phase: 'absent' | 'writing' | 'resuming' | 'waiting';
  token: number;
  found: 'none' | 'all';
  answer: 'no' | 'none' | 'all';
};

export type State = {
  status: 'running' | 'ready' | 'failed' | 'cancelled';
  published: number;
  isCancelling: boolean;
  attempt: number;
  lease: 'none' | 'live' | 'lapsed';
  /** The attempt of the newest plan; 0 without one. */
  plan: number;
  isClosed: boolean;
  /** By attempt, from 1. */
  ranges: (readonly Range[])[];
  uploads: Upload[];
  /** By run of the group, from 0. */
  leads: Lead[];
  waits: Wait[];
  handovers: Handover[];
  run: number;
  isOver: boolean;
  workers: Worker[];
  faultsLeft: number;
};

const NOTHING: Content = { snapshot: 0, from: 0, to: 0 };

const leadAtFirst: Lead = {
  ...{ phase: 'absent', attempt: 0, first: 0, second: 0, next: 0, parts: [], token: 0, says: 'none' },
};
const workerAtFirst: Worker = {
  ...{ phase: 'absent', life: 0, attempt: 0, range: 0, from: 0, at: 0, to: 0, failure: 'no' },
};
/** More than a run mints. */
const TOKENS_OF_RUN = 10;

const waitAtFirst: Wait = { phase: 'absent', token: 1, found: 'none', answer: 'no' };

export function initialState({ slices, workers, attempts, faults }: Bounds): State {
  const nothing = slices.map(() => NOTHING);
  const state: State = {
    status: 'running',
    published: 0,
    isCancelling: false,
    attempt: 0,
    lease: 'none',
    plan: 0,
    isClosed: false,
    ranges: Array.from({ length: attempts + 1 }, () => []),
    uploads: Array.from({ length: attempts + 1 }, () => ({ status: 'none', parts: nothing, file: [] })),
    leads: workers.map(() => ({ ...leadAtFirst })),
    // No token is ever minted twice.
    waits: workers.map((_, run) => ({ ...waitAtFirst, token: 1 + run * TOKENS_OF_RUN })),
    handovers: workers.map(() => ({ token: 0, workers: 'unknown' })),
    run: 0,
    isOver: false,
    workers: workers.flatMap((count) => Array.from({ length: count }, () => ({ ...workerAtFirst }))),
    faultsLeft: faults,
  };
  begin(state, 0);
  return state;
}

/** A run of the group begins: its lead, and the function that waits for it. */
export function begin(state: State, run: number): void {
  state.run = run;
  at(state.leads, run).phase = 'claiming';
  at(state.waits, run).phase = 'writing';
}

export function copyOf(state: State): State {
  const copyAll = <Each extends object>(all: readonly Each[]) => all.map((each) => ({ ...each }));
  return {
    ...state,
    ranges: [...state.ranges],
    uploads: copyAll(state.uploads),
    leads: copyAll(state.leads),
    waits: copyAll(state.waits),
    handovers: copyAll(state.handovers),
    workers: copyAll(state.workers),
  };
}

export function forget(worker: Worker, phase: Worker['phase']): void {
  Object.assign(worker, { ...workerAtFirst, life: worker.life, phase });
}

export function at<Each>(all: readonly Each[], index: number): Each {
  const each = all[index];
  if (each === undefined) throw new RangeError(`There is no ${index}`);
  return each;
}

export function isCurrent({ attempt, lease, status }: State, of: number): boolean {
  return attempt === of && lease !== 'none' && status === 'running';
}

export function rangeNumbered(state: State, attempt: number, number: number): Range | undefined {
  return state.ranges[attempt]?.find((range) => range.number === number);
}

/** As the product's rules know a range; the failure's code says nothing here. */
export function asPartRange({ owner, lease, failed, size, isRecorded, hasPart, part, ...range }: Range): PartRange {
  const { isReplaced, isJoined, takenBy: _takenBy, ...facts } = range;
  const sent: SentPart = { number: part.from, etag: JSON.stringify(part), crc32: '', bytes: size };
  return {
    ...facts,
    leaseUntil: lease === 'none' ? 0 : lease === 'live' ? NOW + RANGE_LEASE_MS : LAPSED_AT,
    rows: 0,
    bytes: size,
    ...(owner > 0 && { owner: String(owner) }),
    ...(failed !== 'no' && { lastFailure: { code: 'internal', retryable: failed === 'retryable' } }),
    ...(isRecorded && { result: { rows: 0, bytes: size, crc32: 0, parts: hasPart ? [sent] : [] } }),
    ...(isReplaced && { replaced: true }),
    ...(isJoined && { joined: true }),
  };
}

export function fromPartRange(range: PartRange, takenBy: number): Range {
  const { number, from, to, at: place, tries, result, leaseUntil, owner, lastFailure } = range;
  const [sent] = result?.parts ?? [];
  return {
    ...{ number, from, to, at: place, owner: Number(owner ?? 0) },
    lease: leaseUntil === 0 ? 'none' : leaseUntil > NOW ? 'live' : 'lapsed',
    tries,
    failed: lastFailure === undefined ? 'no' : lastFailure.retryable ? 'retryable' : 'hopeless',
    size: result?.bytes ?? 0,
    isRecorded: result !== undefined,
    hasPart: sent !== undefined,
    part: sent === undefined ? NOTHING : (JSON.parse(sent.etag) as Content),
    isReplaced: range.replaced === true,
    isJoined: range.joined === true,
    takenBy: owner === undefined ? 0 : takenBy,
  };
}

/** The ranges that an attempt begins with. */
export function plannedRanges({ slices, ranges }: Bounds): readonly Range[] {
  return ranges.map((from, index) => fromPartRange(newRange(index + 1, from, ranges[index + 1] ?? slices.length), 0));
}

/** How many slices' sizes make a part. */
export const PART_SIZE = 2;
