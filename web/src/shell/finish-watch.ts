import type { ExportListView, ExportView } from '../../../core/contract/export-schemas.ts';
import { isMoving } from '../api/export-polling.ts';

/** A list may lag behind by a few seconds; what it does not name for longer is gone. */
const MISSES_THAT_COUNT = 3;

/** What is known of one person's exports that move, from whatever is read of them anywhere on the page. */
export class FinishWatch {
  readonly #userId: string;
  readonly #onFinished: (finished: ExportView) => void;
  /** By id, how many lists in a row did not name it. */
  readonly #moving = new Map<string, number>();
  /** An answer may be older than one before it: what has finished is not taken up again. */
  readonly #finished = new Set<string>();
  readonly #listeners = new Set<() => void>();

  /** @param onFinished called once for each export that was seen moving and then ready or failed */
  constructor(userId: string, onFinished: (finished: ExportView) => void) {
    this.#userId = userId;
    this.#onFinished = onFinished;
  }

  /** Whether anything of theirs moves. */
  readonly isWatching = (): boolean => this.#moving.size > 0;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  see(seen: readonly ExportView[]): void {
    this.#takeAll(seen, this.isWatching());
  }

  /** As `see`, for the newest of theirs: what is not among those for long is given up. */
  seeNewest(newest: readonly ExportView[]): void {
    const ids = new Set<string>(newest.map(({ id }) => id));
    const wasWatching = this.isWatching();
    for (const [id, misses] of this.#moving) {
      if (ids.has(id)) this.#moving.set(id, 0);
      else if (misses + 1 < MISSES_THAT_COUNT) this.#moving.set(id, misses + 1);
      else this.#moving.delete(id);
    }
    this.#takeAll(newest, wasWatching);
  }

  #takeAll(seen: readonly ExportView[], wasWatching: boolean): void {
    for (const each of seen) if (each.requestedBy.userId === this.#userId) this.#take(each);
    if (this.isWatching() !== wasWatching) for (const listener of this.#listeners) listener();
  }

  #take(each: ExportView): void {
    if (this.#finished.has(each.id)) return;
    if (isMoving(each)) {
      if (!this.#moving.has(each.id)) this.#moving.set(each.id, 0);
      return;
    }
    if (!this.#moving.delete(each.id)) return;
    this.#finished.add(each.id);
    if (each.status === 'ready' || each.status === 'failed') this.#onFinished(each);
  }
}

/** The exports in an answer of the API, whether it is one or a list; none in any other. */
export function exportsIn(answer: unknown): readonly ExportView[] {
  if (typeof answer !== 'object' || answer === null) return [];
  if ('object' in answer && answer.object === 'export') return [answer as ExportView];
  if (!('data' in answer) || !Array.isArray(answer.data)) return [];
  return (answer as ExportListView).data.filter((each) => each.object === 'export');
}
