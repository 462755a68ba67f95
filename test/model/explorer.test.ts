// @module-tag protocol-model

import { describe, expect, test } from 'vitest';
import { explore, type Model } from './explorer.ts';

/** Two processes that add one to a number: in one step each, or by a read and a write. */
function counter(isAtomic: boolean): Model<{ sum: number; read: { value: number }[]; done: number }> {
  return {
    initial: { sum: 0, read: [{ value: -1 }, { value: -1 }], done: 0 },
    invariants: { 'the sum is never less than what was added': (_before, { sum, done }) => sum >= done },
    goals: { 'both have added': ({ done }) => done === 2 },
    steps: (state) =>
      state.read.flatMap(({ value }, index) => {
        const name = index === 0 ? 'a' : 'b';
        const withRead = (read: number) => state.read.map((each, other) => (other === index ? { value: read } : each));
        if (value === -2) return [];
        if (isAtomic || value >= 0) {
          const sum = (isAtomic ? state.sum : value) + 1;
          return [{ words: `${name} writes`, progress: true, next: { sum, read: withRead(-2), done: state.done + 1 } }];
        }
        return [{ words: `${name} reads`, progress: true, next: { ...state, read: withRead(state.sum) } }];
      }),
  };
}

/** Water that may fall from a jug, and a jug that may break. */
const jug: Model<{ place: string }> = {
  initial: { place: 'table' },
  invariants: {},
  goals: { 'it is drunk': ({ place }) => place === 'drunk' },
  steps({ place }) {
    const to = (words: string, next: string, progress: boolean) => ({ words, progress, next: { place: next } });
    if (place === 'table')
      return [to('drinks', 'drunk', true), to('drops it', 'floor', false), to('tips it', 'tipped', false)];
    if (place === 'tipped') return [to('rights it', 'table', true)];
    return place === 'floor' ? [to('a miracle', 'table', false)] : [];
  },
};

describe('explore', () => {
  test('visits every reachable state once and takes every transition', () => {
    const { states, transitions, violations } = explore(counter(true), { maxStates: 100 });
    expect({ states, transitions, violations }).toEqual({ states: 4, transitions: 4, violations: [] });
  });

  test('finds the lost update, by a shortest way', () => {
    const { violations } = explore(counter(false), { maxStates: 100 });
    expect(violations.map(({ of }) => of)).toEqual(['the sum is never less than what was added']);
    expect(violations[0]?.trace).toHaveLength(4);
    expect(violations[0]?.trace.toSorted()).toEqual(['a reads', 'a writes', 'b reads', 'b writes']);
  });

  test('a goal must be reachable by progress alone, from everywhere', () => {
    const { violations } = explore(jug, { maxStates: 100 });
    expect(violations).toEqual([{ of: 'it is drunk', trace: ['drops it', 'and from here on it cannot end'] }]);
  });

  test('a search that does not fit proves nothing', () => {
    expect(() => explore(counter(false), { maxStates: 3 })).toThrow('More than 3 states');
  });
});
