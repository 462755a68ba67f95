import type { Stores } from '../../adapters/dynamodb/stores.ts';
import { LEASE_MS } from '../../core/domain/lifecycle.ts';
import type { AttemptStore } from '../../core/ports/attempt-store.ts';
import {
  attemptOf,
  createAdmitted,
  nothing,
  occupied,
  ready,
  recordOf,
} from '../adapters/store-contract/stores-under-test.ts';
import { T0 } from '../support/exports.ts';

export interface ClaimsProof {
  readonly rounds: number;
  readonly claims: number;
  readonly winners: number;
  /** What went wrong, a line each; empty when the proof holds. */
  readonly violations: readonly string[];
}

export interface ClaimsProofOptions {
  readonly stores: Stores;
  readonly rounds: number;
  /** Workers that race for each attempt. */
  readonly claimers: number;
  /** Rounds at the same time. @default 4 */
  readonly lanes?: number;
  /** Whose claims are raced. @default the stores' own */
  readonly claim?: AttemptStore['claim'];
  readonly onRound?: (done: number) => void;
}

/**
 * Lets many workers race for one attempt, again and again: even rounds for the first attempt, odd ones for the second
 * after the first worker went silent. Of each race exactly one may win, be the attempt's holder, and end the export.
 */
export async function proveClaims(options: ClaimsProofOptions): Promise<ClaimsProof> {
  const { rounds, claimers, lanes = 4, onRound } = options;
  const violations: string[] = [];
  let winners = 0;
  let next = 0;
  let done = 0;
  const runLane = async () => {
    while (next < rounds) {
      const round = next;
      next += 1;
      const result = await race(options, round);
      winners += result.winners;
      violations.push(...result.violations.map((violation) => `round ${round}: ${violation}`));
      done += 1;
      onRound?.(done);
    }
  };
  await Promise.all(Array.from({ length: lanes }, runLane));
  return { rounds, claims: rounds * claimers, winners, violations };
}

async function race(options: ClaimsProofOptions, round: number) {
  const { stores, claimers, claim = stores.attempts.claim } = options;
  // An account each: rounds at the same time do not wait for each other's turns.
  const accountId = `account-${round}`;
  const ref = await createAdmitted(stores, round, { accountId });
  const isSecond = round % 2 === 1;
  if (isSecond) await stores.attempts.claim(ref, 'silent', T0);
  const now = isSecond ? T0 + LEASE_MS : T0;
  const number = isSecond ? 2 : 1;

  const claims = Array.from({ length: claimers }, (_, worker) => `${round}-${worker}`);
  const outcomes = await Promise.all(claims.map((each) => claim(ref, each, now)));
  const won = claims.filter((_, worker) => outcomes[worker]?.kind === 'claimed');
  const others = outcomes.filter(({ kind }) => kind !== 'claimed' && kind !== 'busy');
  const loser = claims.find((each) => !won.includes(each)) ?? 'nobody';

  const violations: string[] = [];
  const must = (holds: boolean, violation: string) => {
    if (!holds) violations.push(violation);
  };
  must(won.length === 1, `${won.length} winners of attempt ${number}`);
  must(others.length === 0, `losers were told ${others.map(({ kind }) => kind).join(', ')}`);
  const attempt = await attemptOf(stores, ref);
  must(attempt.claim === won[0] && attempt.number === number, `attempt ${attempt.number} is held by ${attempt.claim}`);

  const publish = (by: string) =>
    stores.exports.end(ref, ready, { kind: 'claim', claim: by }, { by: 'worker', at: now });
  must((await publish(loser)).kind === 'refused', 'a loser could publish');
  must((await publish(attempt.claim)).kind === 'ended', 'the holder could not publish');
  const record = await recordOf(stores, ref);
  must(record.status === 'ready' && record.attempt === number, `ended as ${record.status} after ${record.attempt}`);
  must(record.version === number + 2, `${record.version} events`);
  must(JSON.stringify(await occupied(stores, ref)) === JSON.stringify(nothing), 'slots were left behind');
  await stores.admissions.forgetIdleAccounts(T0 + 1);
  return { winners: won.length, violations };
}
