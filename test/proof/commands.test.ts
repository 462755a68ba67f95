// @module-tag random-commands

import { describe, expect, test } from 'vitest';
import type { Environment } from './commands/environment.ts';
import { proveCommands } from './commands/prove.ts';

describe('random commands on the use cases', () => {
  test('do what the reference model says, and break no guarantee', async () => {
    const { commands, tally } = await proveCommands({ runs: 300, length: 60, seed: 7 });
    expect(commands).toBeGreaterThan(3_000);
    // The runs get somewhere: each of these ways was taken.
    for (const outcome of [
      'publish: ended',
      'publish: refused',
      'giveUp: failed',
      'cancel: asked',
      'cancel: cancelled',
      'minutes: stuck',
      'claim: busy',
      'outcome: ready',
      'retry: created',
      'rerun: created',
      'remove: deleted',
      'announce: announced',
      'announce: pending',
      'announce: fault',
    ]) {
      expect([outcome, tally.get(outcome) ?? 0]).not.toEqual([outcome, 0]);
    }
  }, 600_000);
});

/** What a store or a bucket might get wrong. */
const mutants: readonly [string, string, (env: Environment) => void][] = [
  [
    'anybody may publish',
    'expects refused',
    ({ store }) => {
      const { end } = store;
      store.end = async (ref, ending, guard, actor) => {
        const current = (await store.getWithAttempt(ref))?.attempt?.claim;
        const stolen = guard.kind === 'claim' && current !== undefined ? { ...guard, claim: current } : guard;
        return end(ref, ending, stolen, actor);
      };
    },
  ],
  [
    'an account may have one more than its cap',
    'I6|model says',
    ({ admissions }) => {
      const { admit } = admissions;
      admissions.admit = (ref, token, start, _caps, now) => admit(ref, token, start, { pool: 99, account: 99 }, now);
      const { readQueue } = admissions;
      admissions.readQueue = async () => {
        const { pool, accounts } = await readQueue();
        return { pool, accounts: accounts.map((account) => ({ ...account, running: new Set<string>() })) };
      };
    },
  ],
  [
    'an ended export keeps its slot',
    'I6',
    ({ store, stores }) => {
      const { end } = store;
      store.end = async (ref, ...rest) => {
        const outcome = await end(ref, ...rest);
        if (outcome.kind === 'ended') stores.addRunning(ref.accountId, ref.exportId);
        return outcome;
      };
    },
  ],
  [
    'the same attempt is given twice',
    'model expects busy',
    ({ attempts }) => {
      const { claim } = attempts;
      attempts.claim = async (ref, token, now) => {
        const outcome = await claim(ref, token, now);
        return outcome.kind === 'busy' ? claim(ref, token, outcome.leaseUntil) : outcome;
      };
    },
  ],
  [
    'a heartbeat of a lost claim is believed',
    'model expects lost',
    ({ attempts }) => {
      attempts.heartbeat = async () => ({ kind: 'alive', cancelRequested: false });
    },
  ],
  [
    'nothing is ever removed',
    'left in storage',
    ({ files }) => {
      files.remove = async () => {};
    },
  ],
  [
    'the stuck clock runs twice as fast',
    'model says',
    ({ store }) => {
      const { noteStartable } = store;
      store.noteStartable = (ref, seenAt, blockedMs) => noteStartable(ref, seenAt, 2 * blockedMs);
    },
  ],
  [
    'somebody is told as soon as it runs',
    'I5|model says',
    ({ attempts, mailer }) => {
      const { claim } = attempts;
      attempts.claim = async (ref, ...rest) => {
        const tags = { exportId: ref.exportId };
        await mailer.send({ to: 'val@acme.test', subject: '', text: '', html: '', tags });
        return claim(ref, ...rest);
      };
    },
  ],
  [
    'nobody notes that a mail was sent',
    'nobody was told|model says',
    ({ store }) => {
      store.noteSent = async () => {};
    },
  ],
  [
    'what was not announced is forgotten',
    'nobody was told|model says',
    ({ store }) => {
      const { due } = store;
      store.due = async (kind, before, limit) => (kind === 'announce' ? [] : due(kind, before, limit));
    },
  ],
  [
    'a start that failed is forgotten',
    'I12|model says',
    ({ store }) => {
      const { due } = store;
      store.due = async (kind, before, limit) => (kind === 'start' ? [] : due(kind, before, limit));
    },
  ],
];

describe('the commands find', () => {
  test.each(mutants)(
    '%s',
    async (_, violation, breakIt) => {
      const caught = await proveCommands({ runs: 300, length: 60, seed: 7, breakIt }).catch((error: Error) => error);
      expect(caught).toBeInstanceOf(Error);
      const { cause } = caught as Error & { cause: Error };
      expect(`${cause.message} ${(caught as Error).message}`).toMatch(new RegExp(violation));
    },
    600_000,
  );
});
