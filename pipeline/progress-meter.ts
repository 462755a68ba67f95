import type { Progress } from '../core/domain/export-record.ts';
import type { Clock } from '../core/ports/clock.ts';

/** What a run has done so far; written where bytes pass, read by the heartbeat. */
export class ProgressMeter {
  readonly #clock: Clock;
  #rows = 0;
  #bytes = 0;
  #lastRowAt: number | undefined;
  #lastRowTime: number | undefined;
  #followed = { rows: 0, bytes: 0 };
  /** What the run waits for now. Only the first two are expected to move all the time. */
  waitingFor: 'source' | 'storage' | 'completion' = 'source';

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  get rows(): number {
    return this.#rows;
  }

  /** Milliseconds since a row last passed, whatever the clock is set to; undefined before the first row. */
  get idleMs(): number | undefined {
    return this.#lastRowTime && performance.now() - this.#lastRowTime;
  }

  addBytes(bytes: number): void {
    this.#bytes += bytes;
  }

  addRows(rows: number): void {
    this.#rows += rows;
    if (rows > 0) this.touch();
  }

  /** Takes over what several workers have done together. What is made anew counts when it is more than there was before. */
  follow(done: { readonly rows: number; readonly bytes: number }): void {
    const hasMoved = done.rows !== this.#followed.rows || done.bytes !== this.#followed.bytes;
    this.#followed = done;
    this.#bytes = Math.max(this.#bytes, done.bytes);
    if (hasMoved && done.rows > 0) this.touch();
    this.#rows = Math.max(this.#rows, done.rows);
  }

  /** What was done is of no use: all of it is done again. */
  startOver(): void {
    this.#rows = 0;
    this.#bytes = 0;
  }

  /** Something was done, if not with a new row. */
  touch(): void {
    this.#lastRowAt = this.#clock.now();
    this.#lastRowTime = performance.now();
  }

  read(): Progress {
    return {
      rowsWritten: this.#rows,
      bytesWritten: this.#bytes,
      updatedAt: this.#clock.now(),
      ...(this.#lastRowAt !== undefined && { lastRowAt: this.#lastRowAt }),
    };
  }
}
