import type { LocalClock } from '../clock.ts';
import type { CancelScope } from './cancel-scope.ts';
import type { JsonObject } from './json.ts';
import { StateError } from './state-error.ts';

/** What a standard workflow may record before it fails. */
const MAX_EVENTS = 25_000;

/**
 * One event of an execution's history, in AWS's names.
 * @see https://docs.aws.amazon.com/step-functions/latest/apireference/API_HistoryEvent.html
 */
export interface HistoryEvent {
  /** Epoch seconds. */
  readonly timestamp: number;
  readonly type: string;
  readonly id: number;
  /** The event that led to this one. 0 at the beginning. */
  readonly previousEventId: number;
  /** E.g. `stateEnteredEventDetails`. */
  readonly [details: string]: unknown;
}

/** Numbers the events of one execution and writes them down. */
export class ExecutionHistory {
  readonly #append: (event: HistoryEvent) => void;
  readonly #clock: LocalClock;
  #lastId: number;
  #closed = false;

  constructor(append: (event: HistoryEvent) => void, clock: LocalClock, lastId = 0) {
    this.#append = append;
    this.#clock = clock;
    this.#lastId = lastId;
  }

  get lastId(): number {
    return this.#lastId;
  }

  /**
   * Records an event and returns its id.
   * @throws StateError `States.Runtime` when the history is full
   */
  record(type: string, previousEventId: number, details?: JsonObject): number {
    if (this.#closed) return previousEventId;
    if (this.#lastId >= MAX_EVENTS - 1) {
      throw new StateError(
        'States.Runtime',
        `The execution reached the maximum number of history events (${MAX_EVENTS}).`,
      );
    }
    return this.#write(type, previousEventId, details);
  }

  /** Records the last event: what still unwinds after it leaves no trace. */
  close(type: string, details: JsonObject): void {
    if (!this.#closed) this.#write(type, this.#lastId, details);
    this.#closed = true;
  }

  /** Ends recording without a last event. */
  abandon(): void {
    this.#closed = true;
  }

  #write(type: string, previousEventId: number, details?: JsonObject): number {
    const id = ++this.#lastId;
    const event = { timestamp: this.#clock.now() / 1000, type, id, previousEventId };
    this.#append(details ? { ...event, [detailsField(type)]: details } : event);
    return id;
  }
}

/** The field that carries an event's details. */
function detailsField(type: string): string {
  if (type.endsWith('StateEntered')) return 'stateEnteredEventDetails';
  if (type.endsWith('StateExited')) return 'stateExitedEventDetails';
  return `${type.charAt(0).toLowerCase()}${type.slice(1)}EventDetails`;
}

/** One line of control in an execution: the main one, a branch, a map's iteration. */
export class Strand {
  readonly scope: CancelScope;
  /** The context object its states see. */
  readonly context: JsonObject;
  readonly #history: ExecutionHistory;
  #lastEventId: number;

  constructor(history: ExecutionHistory, scope: CancelScope, context: JsonObject, lastEventId = 0) {
    this.#history = history;
    this.scope = scope;
    this.context = context;
    this.#lastEventId = lastEventId;
  }

  record(type: string, details?: JsonObject): void {
    this.#lastEventId = this.#history.record(type, this.#lastEventId, details);
  }

  /** A strand that begins here. */
  fork(scope: CancelScope, context: JsonObject): Strand {
    return new Strand(this.#history, scope, context, this.#lastEventId);
  }

  /** Goes on from the end of forked strands. */
  join(strands: readonly Strand[]): void {
    this.#lastEventId = Math.max(this.#lastEventId, ...strands.map((strand) => strand.#lastEventId));
  }
}
