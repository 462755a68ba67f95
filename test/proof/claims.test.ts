import { afterAll, beforeAll, expect, it } from 'vitest';
import type { AttemptStore } from '../../core/ports/attempt-store.ts';
import { openDynamoStores } from '../support/dynamo-stores.ts';
import { startDynamo, type TestDynamo } from '../support/dynoxide.ts';
import { proveClaims } from './claims.ts';

let dynamo: TestDynamo;
beforeAll(async () => {
  dynamo = await startDynamo();
});
afterAll(() => dynamo.stop());

it('finds exactly one winner in each round', { timeout: 600_000 }, async () => {
  const stores = await openDynamoStores(dynamo.endpoint);
  const proof = await proveClaims({ stores, rounds: 10, claimers: 32 });
  expect(proof).toEqual({ rounds: 10, claims: 320, winners: 10, violations: [] });
});

it('notices a store that lets two workers have one attempt', async () => {
  const stores = await openDynamoStores(dynamo.endpoint);
  // As if the write had not been conditional: whoever reads a free attempt believes to have taken it.
  const claim: AttemptStore['claim'] = async (ref, token, now) => {
    const outcome = await stores.attempts.claim(ref, token, now);
    const state = await stores.exports.getWithAttempt(ref);
    if (outcome.kind !== 'busy' || !state?.attempt) return outcome;
    return { kind: 'claimed', record: state.record, attempt: { ...state.attempt, claim: token } };
  };
  const { violations } = await proveClaims({ stores, rounds: 1, claimers: 3, claim });
  expect(violations).toContain('round 0: 3 winners of attempt 1');
});
