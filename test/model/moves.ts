import type { Step } from './explorer.ts';
import type { Rules } from './rules.ts';
import { at, type Bounds, copyOf, type Export, type Fault, type State, type Worker } from './state.ts';

type Change = (state: State) => void;

/** Collects what can happen in a state. Every change is made to a copy, all at once: one transaction, or one call. */
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

  /**
   * Something that the system does by itself, sooner or later.
   * @param index the export that changes, if any
   */
  progress(words: string, index: number, change: Change): void {
    this.#add(words, true, index, change);
  }

  /** Something that users or the clock may do, and need not. */
  chance(words: string, index: number, change: Change): void {
    this.#add(words, false, index, change);
  }

  fault(kind: Fault, words: string, index: number, change: Change): void {
    if (this.state.faultsLeft === 0 || !this.bounds.kinds.includes(kind)) return;
    this.#add(words, false, index, (state) => {
      state.faultsLeft -= 1;
      change(state);
    });
  }

  #add(words: string, progress: boolean, index: number, change: Change): void {
    const next = copyOf(this.state, index);
    change(next);
    const workers = next.exports[index]?.workers ?? [];
    if (workers.length > 1) workers.sort(compareWorkers);
    this.steps.push({ words, progress, next });
  }
}

/** The moves of one export; changes get the copy of it. */
export class ExportMoves {
  readonly index: number;
  readonly name: string;
  readonly export: Export;
  readonly rules: Rules;
  readonly bounds: Bounds;
  readonly state: State;
  readonly #moves: Moves;

  constructor(moves: Moves, index: number) {
    this.#moves = moves;
    this.state = moves.state;
    this.index = index;
    this.export = at(moves.state.exports, index);
    this.rules = moves.rules;
    this.bounds = moves.bounds;
    this.name = moves.state.exports.length === 1 ? 'the export' : `export ${index + 1}`;
  }

  progress(words: string, change: (e: Export, state: State) => void): void {
    this.#moves.progress(`${this.name}: ${words}`, this.index, (state) => change(at(state.exports, this.index), state));
  }

  chance(words: string, change: (e: Export, state: State) => void): void {
    this.#moves.chance(`${this.name}: ${words}`, this.index, (state) => change(at(state.exports, this.index), state));
  }

  fault(kind: Fault, words: string, change: (e: Export, state: State) => void): void {
    this.#moves.fault(kind, `${this.name}: ${words}`, this.index, (state) =>
      change(at(state.exports, this.index), state),
    );
  }
}

/** Workers have no order of their own: states that differ in it alone are one. */
function compareWorkers(a: Worker, b: Worker): number {
  return a.claim - b.claim || Number(a.tracked) - Number(b.tracked);
}
