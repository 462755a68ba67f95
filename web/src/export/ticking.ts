import { useSyncExternalStore } from 'react';

/** Fine enough for times that are told in minutes. */
const TICK_MS = 10_000;

const listeners = new Set<() => void>();
let timer: ReturnType<typeof setInterval> | undefined;

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  timer ??= setInterval(() => {
    for (const each of listeners) each();
  }, TICK_MS);
  return () => {
    listeners.delete(listener);
    if (listeners.size > 0) return;
    clearInterval(timer);
    timer = undefined;
  };
}

/**
 * Words that change as time passes. All of them follow one timer, and a component is drawn again only when its words
 * are other ones.
 * @param words by the time of the call
 */
export function useTicking(words: () => string): string {
  return useSyncExternalStore(subscribe, words);
}
