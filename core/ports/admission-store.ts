import type { Caps, Pool, QueueAccount, Turn } from '../domain/admission.ts';
import type { ExportId, ExportRef } from '../domain/export-id.ts';
import type { Status } from '../domain/lifecycle.ts';

export type EnqueueOutcome =
  | { readonly kind: 'waiting' }
  /** Admitted before; the new token is stored and may be resumed at once. */
  | { readonly kind: 'admitted' }
  | { readonly kind: 'ended'; readonly status: Status }
  /** A later token is stored, and stays. */
  | { readonly kind: 'superseded' }
  | { readonly kind: 'not_found' };

/** The queue's items. All reads that decide anything are consistent; who is next never depends on an index. */
export interface AdmissionStore {
  /**
   * Stores the task token and puts the export into its account's line, then counts it among those that have joined the
   * line. Whoever is cut off in between has to repeat it, or the line may be taken for empty. Repeating it replaces the
   * token, unless the one that is stored is later.
   * @param tokenTry the token's place among all that the export is given
   */
  enqueue(ref: ExportRef, token: string, tokenTry: number, now: number): Promise<EnqueueOutcome>;

  /**
   * The pool, and every account that has waiting or running exports, or had them a while ago. The pool is read first, so
   * an id that it holds and no account does has ended since, or was never admitted.
   */
  readQueue(): Promise<{ pool: Pool; accounts: readonly QueueAccount[] }>;

  /**
   * Notes that an account's line was found empty after so many had joined it, so that nobody looks there before another
   * has joined. Says nothing of a line that another has joined meanwhile.
   */
  noteEmptyLine(account: Pick<Turn, 'accountId' | 'joined'>): Promise<void>;

  /** First come, first served. */
  waiting(accountId: string, limit: number): Promise<readonly ExportRef[]>;

  /** What the export's execution waits on, if it has come to the queue. */
  taskToken(ref: ExportRef): Promise<string | undefined>;

  /**
   * How many exports wait in an account's line, give or take those of this moment. It reads all of them, for one read
   * unit per 8 KB: 82 for 10,000 exports of an account whose id has 36 characters.
   */
  countWaiting(accountId: string): Promise<number>;

  /**
   * Takes a slot for a waiting export in one transaction: pool and account under their caps, export still queued, not
   * yet admitted, its token unchanged, and nobody had a turn at or above `start` that this one did not know of. False
   * when any of it does not hold (any more): read the queue again.
   */
  admit(ref: ExportRef, token: string, start: number, caps: Caps, now: number): Promise<boolean>;

  /**
   * Takes ids of ended exports out of the running sets; for repair only, every ending does this itself.
   * @param accountId undefined when no account's set holds the id
   */
  removeFromRunning(accountId: string | undefined, exportId: ExportId): Promise<void>;

  /**
   * Places in the account's own line, from 1, as they are or were a moment ago; none beyond `limit` or of what is not
   * waiting. It reads the line as far as the last of them, and never more than half a read unit buys: a hundred places
   * of an account whose id has up to 9 characters, 61 when it has 36.
   * @param options.isConsistent as they are now, for twice the price
   */
  queuePositions(
    accountId: string,
    exportIds: readonly ExportId[],
    limit: number,
    options?: { readonly isConsistent: boolean },
  ): Promise<ReadonlyMap<ExportId, number>>;

  /**
   * Forgets accounts that have nothing running or waiting and have not enqueued since `seenBefore`, so that an admission
   * reads no more than the active accounts. It must be minutes ago: a `noteEmptyLine` under way counts from there.
   */
  forgetIdleAccounts(seenBefore: number): Promise<void>;

  /**
   * Notes that the queue is being watched at `now`, or, while workers are paused, that it is not.
   * @returns when it was watched last; undefined after a pause. Of two watchers at once the second gets the first's time.
   */
  beginWatch(now: number, paused: boolean): Promise<number | undefined>;

  /** When the queue was watched last; undefined while workers are paused. */
  lastWatch(): Promise<number | undefined>;
}
