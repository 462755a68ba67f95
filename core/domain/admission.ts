import type { ExportRef } from './export-id.ts';

/** One account's place in the queue, as its item says. */
export interface QueueAccount {
  readonly accountId: string;
  readonly running: ReadonlySet<string>;
  /** Virtual start time of the account's next export, less one; grows by one for each admitted export. */
  readonly tag: number;
  /** How often an export has joined its line. */
  readonly joined: number;
  /** False once its line was seen empty, until another joins it. */
  readonly mayWait: boolean;
}

/** The whole deployment's slots. */
export interface Pool {
  readonly running: ReadonlySet<string>;
  /** Virtual time: the start tag of the export admitted last. It never goes back. */
  readonly virtualTime: number;
}

/** How many exports may run at once. */
export interface Caps {
  readonly pool: number;
  readonly account: number;
}

export interface Turn extends Pick<QueueAccount, 'accountId' | 'joined'> {
  /** Start tag of the turn: what the pool's virtual time becomes. */
  readonly start: number;
}

/**
 * The order in which accounts may start their next export: start-time fair queueing. An account that has been away
 * re-enters at the current virtual time, so neither a long absence nor a long queue buys an advantage.
 * @see Goyal, Vin, Cheng: Start-time Fair Queuing (1996)
 */
export function turns(accounts: readonly QueueAccount[], pool: Pool, caps: Caps): readonly Turn[] {
  return accounts
    .filter(({ mayWait, running }) => mayWait && running.size < caps.account)
    .map(({ accountId, joined, tag }) => ({ accountId, joined, start: Math.max(tag, pool.virtualTime) }))
    .sort((a, b) => a.start - b.start || (a.accountId < b.accountId ? -1 : 1));
}

export function freeSlots(pool: Pool, caps: Caps): number {
  return Math.max(0, caps.pool - pool.running.size);
}

/** Each account's first, then each account's second: the many of one are not in the way of another's few. */
export function inTurns<Ref extends Pick<ExportRef, 'accountId'>>(refs: readonly Ref[]): readonly Ref[] {
  const lines = [...Map.groupBy(refs, ({ accountId }) => accountId).values()];
  const longest = Math.max(0, ...lines.map(({ length }) => length));
  return Array.from({ length: longest }, (_, place) => lines.flatMap((line) => line[place] ?? [])).flat();
}
