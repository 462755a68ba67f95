import { advanceRange, type PartRange } from '../core/domain/part-range.ts';
import type { RangePlan, RangeStore } from '../core/ports/range-store.ts';
import { RunInterrupted } from './heartbeat.ts';

/** The slices of a range that has been taken, one after the other, for as long as there are some that nobody has cut off. */
export class RangeSlices implements AsyncIterable<number> {
  readonly #ranges: Pick<RangeStore, 'change'>;
  readonly #plan: RangePlan;
  readonly #range: PartRange;
  readonly #owner: string;
  #to: number;

  constructor(work: {
    readonly ranges: Pick<RangeStore, 'change'>;
    readonly plan: RangePlan;
    readonly range: PartRange;
    readonly owner: string;
  }) {
    this.#ranges = work.ranges;
    this.#plan = work.plan;
    this.#range = work.range;
    this.#owner = work.owner;
    this.#to = work.range.to;
  }

  /** The slice after the last; nobody cuts off anything once all have been given out. */
  get to(): number {
    return this.#to;
  }

  /** @throws RunInterrupted lost, when the range is somebody else's */
  async *[Symbol.asyncIterator](): AsyncGenerator<number> {
    const { from, number } = this.#range;
    for (let at = from; at < this.#to; at += 1) {
      if (at > from) {
        const advanced = await this.#ranges.change(this.#plan, number, (range) => advanceRange(range, this.#owner, at));
        if (advanced === undefined) throw new RunInterrupted('lost');
        this.#to = advanced.to;
        if (at >= this.#to) return;
      }
      yield at;
    }
  }
}
