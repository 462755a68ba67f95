/** Plain data: what a state consists of. */
export type Plain = string | number | boolean | readonly Plain[] | { readonly [name: string]: Plain };

/** One thing that can happen in a state. */
export interface Step<State> {
  /** For traces, e.g. `worker 1 claims attempt 1`. */
  readonly words: string;
  /** Whether it happens by itself sooner or later; faults, users and chance do not. */
  readonly progress: boolean;
  readonly next: State;
}

/** A protocol as a graph of states, and what must be true of it. */
export interface Model<State> {
  readonly initial: State;
  steps(state: State): readonly Step<State>[];
  /** By name; checked on every transition, and on the initial state as if it had come from itself. */
  readonly invariants: Readonly<Record<string, (before: State, after: State) => boolean>>;
  /** By name; from every reachable state such a state must be reachable by progress alone. */
  readonly goals: Readonly<Record<string, (state: State) => boolean>>;
}

export interface Violation {
  readonly of: string;
  /** A shortest way to the violation, step by step in words. */
  readonly trace: readonly string[];
}

export interface Exploration {
  readonly states: number;
  readonly transitions: number;
  readonly milliseconds: number;
  /** The first one of each invariant and goal. */
  readonly violations: readonly Violation[];
}

/** Numbers that fit more states than memory does, in a typed array that grows. */
class Numbers {
  #data = new Int32Array(1024);
  length = 0;

  push(value: number): void {
    if (this.length === this.#data.length) {
      const data = new Int32Array(2 * this.length);
      data.set(this.#data);
      this.#data = data;
    }
    this.#data[this.length++] = value;
  }

  at(index: number): number {
    return this.#data[index] ?? -1;
  }
}

/**
 * Visits every reachable state once, breadth first, so that the first violation found has a shortest trace. Of a state only its encoded
 * form is kept; traces are replayed from the initial state.
 * @param options.stopAtViolation ends the search after the depth at which there is one: enough to tell what fails first. @default false
 * @param options.maxStates a search that would need more is an error: it would have proven nothing
 */
export function explore<State extends Plain>(
  model: Model<State>,
  options: { readonly maxStates: number; readonly stopAtViolation?: boolean },
): Exploration {
  const startedAt = performance.now();
  const ids = new Map<string, number>();
  const parents = new Numbers();
  const edges = { from: new Numbers(), to: new Numbers() };
  const goals = Object.entries(model.goals).map(([name, holds]) => ({ name, holds, reached: new Numbers() }));
  const invariants = Object.entries(model.invariants);
  const violations = new Map<string, readonly string[]>();
  let transitions = 0;

  function visit(state: State, key: string, parent: number): number {
    const id = ids.size;
    if (id >= options.maxStates) throw new Error(`More than ${options.maxStates} states`);
    ids.set(key, id);
    parents.push(parent);
    for (const goal of goals) if (goal.holds(state)) goal.reached.push(id);
    return id;
  }

  function check(before: State, after: State, trace: () => readonly string[]): void {
    for (const [name, holds] of invariants) {
      if (!violations.has(name) && !holds(before, after)) violations.set(name, trace());
    }
  }

  const isOver = () => options.stopAtViolation === true && violations.size > 0;
  let frontier = [{ id: visit(model.initial, encode(model.initial), -1), state: model.initial }];
  check(model.initial, model.initial, () => []);
  while (frontier.length > 0 && !isOver()) {
    const following: typeof frontier = [];
    for (const { id, state } of frontier) {
      for (const { next, progress, words } of model.steps(state)) {
        transitions += 1;
        const key = encode(next);
        let nextId = ids.get(key);
        if (nextId === undefined) {
          nextId = visit(next, key, id);
          following.push({ id: nextId, state: next });
        }
        check(state, next, () => [...traceTo(model, pathTo(id)), words]);
        if (progress && nextId !== id) {
          edges.from.push(id);
          edges.to.push(nextId);
        }
      }
    }
    frontier = following;
  }

  function pathTo(id: number): readonly number[] {
    const path: number[] = [];
    for (let at = id; at >= 0; at = parents.at(at)) path.unshift(at);
    return path;
  }

  function traceTo({ initial, steps }: Model<State>, path: readonly number[]): readonly string[] {
    let state = initial;
    return path.slice(1).map((id) => {
      const step = steps(state).find(({ next }) => ids.get(encode(next)) === id);
      if (!step) throw new Error('The model takes other steps when it is asked again');
      state = step.next;
      return step.words;
    });
  }

  if (!isOver()) {
    for (const { name, reached } of goals) {
      const stranded = firstStranded(ids.size, edges, reached);
      if (stranded >= 0) violations.set(name, [...traceTo(model, pathTo(stranded)), 'and from here on it cannot end']);
    }
  }
  return {
    states: ids.size,
    transitions,
    milliseconds: performance.now() - startedAt,
    violations: [...violations].map(([of, trace]) => ({ of, trace })),
  };
}

/** The first state from which no edges lead to any of `reached`; -1 when there is none. */
function firstStranded(states: number, edges: { from: Numbers; to: Numbers }, reached: Numbers): number {
  // Edges by their end: those into state s are sources[starts[s]] up to sources[starts[s + 1] - 1].
  const starts = new Int32Array(states + 1);
  for (let edge = 0; edge < edges.to.length; edge += 1)
    starts[edges.to.at(edge) + 1] = (starts[edges.to.at(edge) + 1] ?? 0) + 1;
  for (let state = 0; state < states; state += 1) starts[state + 1] = (starts[state + 1] ?? 0) + (starts[state] ?? 0);
  const free = starts.slice();
  const sources = new Int32Array(edges.from.length);
  for (let edge = 0; edge < edges.to.length; edge += 1) {
    const place = free[edges.to.at(edge)] ?? 0;
    sources[place] = edges.from.at(edge);
    free[edges.to.at(edge)] = place + 1;
  }

  const saved = new Uint8Array(states);
  const pending: number[] = [];
  const save = (state: number) => {
    if (saved[state] === 0) pending.push(state);
    saved[state] = 1;
  };
  for (let index = 0; index < reached.length; index += 1) save(reached.at(index));
  for (let state = pending.pop(); state !== undefined; state = pending.pop()) {
    for (let place = starts[state] ?? 0; place < (starts[state + 1] ?? 0); place += 1) save(sources[place] ?? 0);
  }
  return saved.indexOf(0);
}

const codes = new Map<string, number>();
const buffer = new Uint16Array(1024);

/** A state as a short string: one UTF-16 unit for each value in it. States of one model have the same members in the same order. */
function encode(state: Plain): string {
  const length = write(state, 0);
  if (length > buffer.length) throw new RangeError('The state is too large to encode');
  return String.fromCharCode.apply(undefined, buffer.subarray(0, length) as unknown as number[]);
}

/** @returns the place after what was written */
function write(value: Plain, start: number): number {
  let place = start;
  if (typeof value === 'number') buffer[place++] = value + 1;
  else if (typeof value === 'boolean') buffer[place++] = value ? 1 : 0;
  else if (typeof value === 'string') buffer[place++] = codeOf(value);
  else if (Array.isArray(value)) {
    buffer[place++] = value.length;
    for (const item of value) place = write(item, place);
  } else {
    const members = value as { readonly [name: string]: Plain };
    for (const name in members) place = write(members[name] ?? 0, place);
  }
  return place;
}

function codeOf(word: string): number {
  const code = codes.get(word) ?? codes.size;
  codes.set(word, code);
  return code;
}
