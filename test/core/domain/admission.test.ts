import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { freeSlots, inTurns, type Pool, type QueueAccount, turns } from '../../../core/domain/admission.ts';

const caps = { pool: 4, account: 2 };
const set = (size: number) => new Set(Array.from({ length: size }, (_, index) => `exp_${index}`));

const accountIds = ['a', 'b', 'c', 'd'] as const;
const account = fc.record({ tag: fc.nat(20), running: fc.nat(3).map(set), joined: fc.nat(3), mayWait: fc.boolean() });
const accountList = fc
  .uniqueArray(fc.constantFrom(...accountIds))
  .chain((ids) => fc.tuple(...ids.map((accountId) => account.map((rest): QueueAccount => ({ accountId, ...rest })))));
const anyPool = fc.record({ virtualTime: fc.nat(20), running: fc.nat(6).map(set) });

describe('turns', () => {
  test('are those of the accounts under their cap where somebody may wait, each once', () => {
    fc.assert(
      fc.property(accountList, anyPool, (accounts, pool) => {
        const expected = accounts
          .filter(({ running, mayWait }) => mayWait && running.size < caps.account)
          .map(({ accountId }) => accountId);
        expect(
          turns(accounts, pool, caps)
            .map(({ accountId }) => accountId)
            .sort(),
        ).toEqual(expected.sort());
      }),
    );
  });

  test('come in the order of their start, which is never before the virtual time or the account’s own tag', () => {
    fc.assert(
      fc.property(accountList, anyPool, (accounts, pool) => {
        const order = turns(accounts, pool, caps);
        expect(order.map(({ start }) => start)).toEqual(order.map(({ start }) => start).sort((a, b) => a - b));
        for (const { accountId, start } of order) {
          const { tag } = accounts.find((each) => each.accountId === accountId) as QueueAccount;
          expect(start).toBe(Math.max(tag, pool.virtualTime));
        }
      }),
    );
  });

  test('do not depend on the order in which accounts are read', () => {
    fc.assert(
      fc.property(accountList, anyPool, (accounts, pool) => {
        expect(turns(accounts.toReversed(), pool, caps)).toEqual(turns(accounts, pool, caps));
      }),
    );
  });
});

describe('slots', () => {
  test('are those not taken, and never fewer than none', () => {
    const pool = (size: number): Pool => ({ running: set(size), virtualTime: 0 });
    expect([0, 3, 4, 9].map((size) => freeSlots(pool(size), caps))).toEqual([4, 1, 0, 0]);
  });
});

/** Plays admissions, one slot at a time: who has something waiting, and who is admitted. */
class Queue {
  readonly #tags = new Map<string, number>();
  readonly waiting = new Map<string, number>();
  #virtualTime = 0;

  enqueue(accountId: string, count = 1): void {
    if (!this.#tags.has(accountId)) this.#tags.set(accountId, 0);
    this.waiting.set(accountId, (this.waiting.get(accountId) ?? 0) + count);
  }

  cancelAll(accountId: string): void {
    this.waiting.set(accountId, 0);
  }

  /** The sweeper drops what it knows of an account that has nothing. */
  forget(accountId: string): void {
    if ((this.waiting.get(accountId) ?? 0) === 0) this.#tags.delete(accountId);
  }

  admit(): string | undefined {
    const idle = { running: new Set<string>(), joined: 0, mayWait: true };
    const accounts = [...this.#tags].map(([accountId, tag]) => ({ accountId, tag, ...idle }));
    const pool = { running: new Set<string>(), virtualTime: this.#virtualTime };
    const turn = turns(accounts, pool, caps).find(({ accountId }) => (this.waiting.get(accountId) ?? 0) > 0);
    if (!turn) return undefined;
    this.#virtualTime = turn.start;
    this.#tags.set(turn.accountId, turn.start + 1);
    this.waiting.set(turn.accountId, (this.waiting.get(turn.accountId) ?? 0) - 1);
    return turn.accountId;
  }
}

describe('over time', () => {
  test('accounts that wait take turns, whatever each has queued', () => {
    const queue = new Queue();
    queue.enqueue('noisy', 10_000);
    for (let count = 0; count < 500; count += 1) queue.admit();
    queue.enqueue('a', 3);
    queue.enqueue('b', 3);
    const order = Array.from({ length: 9 }, () => queue.admit());
    for (const accountId of ['a', 'b', 'noisy']) {
      expect(order.filter((each) => each === accountId)).toHaveLength(3);
    }
  });

  test('a newcomer is next, or next but one, however long others have queued', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 200 }), fc.integer({ min: 1, max: 200 }), (queued, admitted) => {
        const queue = new Queue();
        queue.enqueue('noisy', queued + admitted);
        for (let count = 0; count < admitted; count += 1) queue.admit();
        queue.enqueue('zebra');
        expect([queue.admit(), queue.admit()]).toContain('zebra');
      }),
    );
  });

  test('an account that queued and cancelled thousands is not behind a newcomer', () => {
    const queue = new Queue();
    queue.enqueue('other', 100);
    queue.enqueue('busy', 5_000);
    for (let count = 0; count < 10; count += 1) queue.admit();
    queue.cancelAll('busy');
    for (let count = 0; count < 10; count += 1) queue.admit();
    queue.enqueue('busy');
    queue.enqueue('newcomer');
    expect([queue.admit(), queue.admit(), queue.admit()]).toEqual(expect.arrayContaining(['busy', 'newcomer']));
  });

  test('an absence buys no advantage', () => {
    const queue = new Queue();
    queue.enqueue('a', 100);
    queue.enqueue('b', 100);
    for (let count = 0; count < 100; count += 1) queue.admit();
    queue.enqueue('long-away', 100);
    const order = Array.from({ length: 30 }, () => queue.admit());
    expect(order.filter((each) => each === 'long-away').length).toBeLessThanOrEqual(11);
  });

  test('of any two that keep waiting, neither gets two turns more than the other, forgotten ones included', () => {
    const step = fc.oneof(
      fc.record({
        kind: fc.constant('enqueue' as const),
        id: fc.constantFrom(...accountIds),
        count: fc.integer({ min: 1, max: 9 }),
      }),
      fc.record({ kind: fc.constantFrom('admit', 'forget', 'cancel'), id: fc.constantFrom(...accountIds) }),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 80 }), (steps) => {
        const queue = new Queue();
        const queueStep = (each: (typeof steps)[number]) => {
          if ('count' in each) queue.enqueue(each.id, each.count);
          else if (each.kind === 'admit') queue.admit();
          else if (each.kind === 'cancel') queue.cancelAll(each.id);
          else queue.forget(each.id);
        };
        steps.forEach(queueStep);
        for (const id of accountIds) queue.enqueue(id, 50);
        const counts = new Map<string, number>(accountIds.map((id) => [id, 0]));
        for (let count = 0; count < 40; count += 1) {
          const id = queue.admit() ?? '';
          counts.set(id, (counts.get(id) ?? 0) + 1);
        }
        expect(Math.max(...counts.values()) - Math.min(...counts.values())).toBeLessThanOrEqual(2);
      }),
    );
  });
});

test('refs in turns are all of them, an account after the other, and each account’s in their order', () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...accountIds)), (owners) => {
      const refs = owners.map((accountId, place) => ({ accountId, place }));
      const order = inTurns(refs);
      expect([...order].sort((a, b) => a.place - b.place)).toEqual(refs);
      const taken = new Map<string, number>();
      const rounds = order.map(({ accountId, place }) => {
        const before = refs.filter((ref) => ref.accountId === accountId && ref.place < place).length;
        expect(taken.get(accountId) ?? 0).toBe(before);
        taken.set(accountId, before + 1);
        return before;
      });
      expect(rounds).toEqual([...rounds].sort((a, b) => a - b));
    }),
  );
});
