import type { Catcher, Graph, State } from './definition.ts';
import type { HistoryEvent } from './execution-history.ts';

/** Names of what executions visited, and of what they did not. */
export interface Visits {
  readonly visited: string[];
  readonly missed: string[];
}

/** Which states of a state machine, and which of its catches (`Queued -> Failed`), a set of executions visited. */
export interface Coverage {
  readonly states: Visits;
  readonly catches: Visits;
}

/**
 * Derives coverage from histories, as GetExecutionHistory gives them or as they lie on disk. A state was visited when it
 * was entered. A catch was taken when the state that left by it was followed by the catcher's `Next` without having
 * succeeded; catchers of one state with the same `Next` count as one.
 */
export function coverageOf(definition: Graph, histories: Iterable<readonly HistoryEvent[]>): Coverage {
  const states = statesOf(definition);
  const entered = new Set<string>();
  const caught = new Set<string>();
  for (const events of histories) {
    const byId = new Map(events.map((event) => [event.id, event]));
    for (const event of events) {
      if (!event.type.endsWith('StateEntered')) continue;
      const name = nameIn(event.stateEnteredEventDetails);
      entered.add(name);
      const exited = byId.get(event.previousEventId);
      if (!exited?.type.endsWith('StateExited')) continue;
      const from = nameIn(exited.stateExitedEventDetails);
      const state = states.get(from);
      const succeeded = byId.get(exited.previousEventId)?.type.endsWith('Succeeded') === true;
      const normalNext = state && 'Next' in state ? state.Next : undefined;
      const isCatch = catchersOf(state).some(({ Next }) => Next === name);
      if (isCatch && (!succeeded || normalNext !== name)) caught.add(`${from} -> ${name}`);
    }
  }
  const catches = [...states].flatMap(([name, state]) => catchersOf(state).map(({ Next }) => `${name} -> ${Next}`));
  return { states: split([...states.keys()], entered), catches: split([...new Set(catches)], caught) };
}

function split(all: readonly string[], seen: ReadonlySet<string>): Visits {
  return { visited: all.filter((name) => seen.has(name)), missed: all.filter((name) => !seen.has(name)) };
}

function nameIn(details: unknown): string {
  return (details as { name: string }).name;
}

function catchersOf(state: State | undefined): readonly Catcher[] {
  return state && 'Catch' in state ? (state.Catch ?? []) : [];
}

function statesOf(graph: Graph): Map<string, State> {
  const found = new Map<string, State>();
  for (const [name, state] of Object.entries(graph.States)) {
    found.set(name, state);
    const nested = state.Type === 'Parallel' ? state.Branches : state.Type === 'Map' ? [state.ItemProcessor] : [];
    for (const inner of nested) for (const [innerName, innerState] of statesOf(inner)) found.set(innerName, innerState);
  }
  return found;
}
