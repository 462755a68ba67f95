import { cutRange, joinRanges, type PartRange, recordRange, takeRange } from '../../../core/domain/part-range.ts';
import type { Step } from '../explorer.ts';
import type { Rules } from './rules.ts';
import {
  asPartRange,
  at,
  type Bounds,
  copyOf,
  type Fault,
  fromPartRange,
  type Handover,
  isCurrent,
  type Range,
  rangeNumbered,
  type State,
  type Worker,
} from './state.ts';

/** More than one process can have by its number. */
const LIVES = 4;

/** Collects what can happen in a state; each change is one transaction, or one call. */
export class Moves {
  readonly steps: Step<State>[] = [];
  readonly state: State;
  readonly bounds: Bounds;
  readonly rules: Rules;

  constructor(state: State, bounds: Bounds, rules: Rules) {
    this.state = state;
    this.bounds = bounds;
    this.rules = rules;
  }

  /** Something that comes by itself, sooner or later. */
  progress(words: string, change: (state: State) => void): void {
    this.#add(words, true, change);
  }

  /** Something that may happen, and need not. */
  chance(words: string, change: (state: State) => void): void {
    this.#add(words, false, change);
  }

  fault(kind: Fault, words: string, change: (state: State) => void): void {
    if (this.state.faultsLeft === 0 || !this.bounds.kinds.includes(kind)) return;
    this.#add(words, false, (state) => {
      state.faultsLeft -= 1;
      change(state);
    });
  }

  /** Something that is also done where whoever does it does not learn so, and does it again. */
  written(words: string, write: (state: State) => void, goOn: (state: State) => void): void {
    this.progress(words, (state) => {
      write(state);
      goOn(state);
    });
    this.fault('lost-reply', `${words}, and does not learn so`, write);
  }

  /** The run of the group that a worker belongs to. */
  runOf(worker: number): number {
    let before = 0;
    return this.bounds.workers.findIndex((count) => {
      before += count;
      return worker < before;
    });
  }

  /** By what a worker owns ranges. */
  tokenOf(index: number, { life }: Worker): number {
    return this.rules.tokensAreNew ? 1 + index * LIVES + life : 1;
  }

  /** What a run's two sides know of each other. */
  handoverOf(state: State, run: number): Handover {
    return at(state.handovers, this.rules.handoverOfRun ? run : 0);
  }

  uploadOf(attempt: number): number {
    return this.rules.uploadOfAttempt ? attempt : 1;
  }

  #add(words: string, progress: boolean, change: (state: State) => void): void {
    const next = copyOf(this.state);
    change(next);
    tidy(next, this.bounds, this.rules);
    this.steps.push({ words, progress, next });
  }
}

/** Forgets what nobody will ask for again: states that differ in it alone are one. */
function tidy(state: State, { isBroken }: Bounds, { handoverOfRun }: Rules): void {
  for (const [attempt, ranges] of state.ranges.entries()) {
    const isAsked = attempt === state.attempt || state.workers.some((worker) => worker.attempt === attempt);
    if (!isAsked && ranges.length > 0) state.ranges[attempt] = [];
    if (isAsked) state.ranges[attempt] = ranges.map((range) => tidyRange(range, isBroken));
  }
  for (const [run, { answer }] of state.waits.entries()) {
    if (answer !== 'no' && handoverOfRun) Object.assign(at(state.handovers, run), { token: 0, workers: 'unknown' });
  }
}

function tidyRange(range: Range, isBroken: boolean): Range {
  const tries = isBroken ? range.tries : 1;
  const isOver = range.isRecorded || range.isReplaced;
  const at = isOver ? -1 : range.at;
  return range.tries === tries && range.at === at ? range : { ...range, tries, at };
}

/** Changes one range as a rule says; undefined when it is refused. @param takenBy the worker who takes it so */
export function changeRange(
  state: State,
  attempt: number,
  number: number,
  rule: (range: PartRange) => PartRange | undefined,
  takenBy?: number,
): Range | undefined {
  const before = rangeNumbered(state, attempt, number);
  const after = before && rule(asPartRange(before));
  if (before === undefined || after === undefined) return undefined;
  const changed = fromPartRange(after, takenBy ?? before.takenBy);
  state.ranges[attempt] = (state.ranges[attempt] ?? []).map((range) => (range.number === number ? changed : range));
  return changed;
}

/** Cuts or joins ranges while the attempt goes on: all or nothing. */
export function rearrange(state: State, rules: Rules, run: number): void {
  const { attempt, phase, first, second, next } = at(state.leads, run);
  const ranges = state.ranges[attempt] ?? [];
  const found = [first, second].flatMap((number) => ranges.find((range) => range.number === number) ?? []);
  const [one, other] = found.map((range) => knownTo(rules, range));
  if (one === undefined || !isCurrent(state, attempt)) return;
  const after = phase === 'cutting' ? cut(one, next, rules) : other && joinRanges(one, other, next);
  if (after === undefined || ranges.some(({ number }) => number === next)) return;
  const takenBy = (number: number) => found.find((range) => range.number === number)?.takenBy ?? 0;
  const changed = after.map((range) => fromPartRange(range, takenBy(range.number)));
  const kept = ranges.filter(({ number }) => changed.every((each) => each.number !== number));
  state.ranges[attempt] = [...kept, ...changed].sort((a, b) => a.number - b.number);
}

/** A range as the rules see it, without what they are to overlook. */
export function knownTo({ joinedIsWhole }: Rules, range: Range): PartRange {
  return asPartRange(joinedIsWhole ? range : { ...range, isJoined: false });
}

function cut(range: PartRange, number: number, { cutSparesBegun }: Rules): readonly PartRange[] | undefined {
  if (cutSparesBegun) return cutRange(range, number);
  // As if the slice that is being read had not been begun.
  const cutOff = cutRange({ ...range, at: range.at - 1, from: range.from - 1 }, number);
  return cutOff && [{ ...range, to: cutOff[0].to }, cutOff[1]];
}

export function take(range: PartRange, owner: string, now: number, rules: Rules): PartRange | undefined {
  const { leasesEnd, leaseIsRespected } = rules;
  if (!leasesEnd && range.leaseUntil > 0) return undefined;
  const { owner: _owner, ...free } = range;
  return takeRange(leaseIsRespected ? range : { ...free, leaseUntil: 0 }, owner, now);
}

export function record(
  range: PartRange,
  owner: string,
  to: number,
  result: NonNullable<PartRange['result']>,
  { ownerRecords, recordChecksEnd }: Rules,
): PartRange | undefined {
  return recordRange(range, ownerRecords ? owner : (range.owner ?? owner), recordChecksEnd ? to : range.to, result);
}
