import { useSyncExternalStore } from 'react';

/** One request that fails may be a laptop that wakes up, or a change of network. */
const FAILURES_THAT_COUNT = 2;

let failuresInRow = 0;
const listeners = new Set<() => void>();

/** The API answered, whatever it said. */
export function noteAnswer(): void {
  note(0);
}

/** A request got no answer. */
export function noteNoAnswer(): void {
  note(failuresInRow + 1);
}

/** Whether the last requests got answers. */
export function useIsReachable(): boolean {
  return useSyncExternalStore(subscribe, isReachable);
}

function isReachable(): boolean {
  return failuresInRow < FAILURES_THAT_COUNT;
}

function note(failures: number): void {
  const before = isReachable();
  failuresInRow = failures;
  if (isReachable() !== before) for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
