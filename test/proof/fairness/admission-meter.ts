import type { Pool, QueueAccount } from '../../../core/domain/admission.ts';
import type { AdmissionStore } from '../../../core/ports/admission-store.ts';
import type { Clock } from '../../../core/ports/clock.ts';

export interface Metered {
  readonly admissions: number;
  /** The most that ran at any instant: in all, and of one account. */
  readonly peakPool: number;
  readonly peakAccount: number;
  /** The most queue items that were read to find who is next. */
  readonly mostReads: number;
  /** Of all those reads, the largest share of one item for the pool and two for each active account; at most 1. */
  readonly readsOfBound: number;
  /** How often an admission looked at a line where nobody waited, for each export that joined one. */
  readonly emptyLooks: number;
}

/** The sweeper forgets an account ten minutes after it last enqueued, at its next pass. */
const FORGOTTEN_AFTER_MS = 11 * 60_000;

/** Counts, from outside the store, what runs, and what an admission reads. */
export class AdmissionMeter {
  readonly admissions: AdmissionStore;
  readonly #running = new Map<string, number>();
  readonly #waiting = new Map<string, number>();
  readonly #activeAt = new Map<string, number>();
  readonly #clock: Clock;
  #admitted = 0;
  #peakPool = 0;
  #peakAccount = 0;
  #reads = 0;
  #mostReads = 0;
  #readsOfBound = 0;
  #joined = 0;
  #empty = 0;

  constructor(store: AdmissionStore, clock: Clock) {
    this.#clock = clock;
    this.admissions = {
      ...store,
      enqueue: async (ref, ...rest) => {
        this.#count(this.#waiting, ref.accountId, 1);
        this.#joined += 1;
        return store.enqueue(ref, ...rest);
      },
      readQueue: async () => {
        const queue = await store.readQueue();
        this.#reads = 0;
        this.#read(1 + queue.accounts.length);
        return queue;
      },
      waiting: async (accountId, limit) => {
        const found = await store.waiting(accountId, limit);
        this.#read(Math.max(1, found.length));
        if (found.length === 0) this.#empty += 1;
        return found;
      },
      taskToken: async (ref) => {
        this.#read(1);
        return store.taskToken(ref);
      },
      admit: async (ref, ...rest) => {
        const admitted = await store.admit(ref, ...rest);
        if (admitted) this.#begin(ref.accountId);
        return admitted;
      },
    };
  }

  ended(accountId: string): void {
    this.#count(this.#running, accountId, -1);
  }

  /** The sweeper admits too. */
  afterSweep({ accounts }: { readonly pool: Pool; readonly accounts: readonly QueueAccount[] }): void {
    for (const { accountId, running } of accounts) {
      while ((this.#running.get(accountId) ?? 0) < running.size) this.#begin(accountId);
    }
  }

  result(): Metered {
    return {
      admissions: this.#admitted,
      peakPool: this.#peakPool,
      peakAccount: this.#peakAccount,
      mostReads: this.#mostReads,
      readsOfBound: this.#readsOfBound,
      emptyLooks: this.#empty / Math.max(1, this.#joined),
    };
  }

  #begin(accountId: string): void {
    this.#admitted += 1;
    this.#count(this.#waiting, accountId, -1);
    this.#count(this.#running, accountId, 1);
    this.#peakAccount = Math.max(this.#peakAccount, this.#running.get(accountId) ?? 0);
    const all = [...this.#running.values()].reduce((sum, count) => sum + count, 0);
    this.#peakPool = Math.max(this.#peakPool, all);
  }

  #count(counts: Map<string, number>, accountId: string, change: number): void {
    counts.set(accountId, (counts.get(accountId) ?? 0) + change);
    this.#activeAt.set(accountId, this.#clock.now());
  }

  #read(items: number): void {
    this.#reads += items;
    this.#mostReads = Math.max(this.#mostReads, this.#reads);
    const active = [...this.#activeAt].filter(
      ([id, at]) =>
        (this.#waiting.get(id) ?? 0) + (this.#running.get(id) ?? 0) > 0 || this.#clock.now() - at <= FORGOTTEN_AFTER_MS,
    );
    // The pool and the token of whoever is next; and each account and the head of its line.
    this.#readsOfBound = Math.max(this.#readsOfBound, this.#reads / (2 + 2 * active.length));
  }
}
