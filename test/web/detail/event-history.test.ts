// @module-tag drawer

import { expect, test } from 'vitest';
import { attemptsOf, downloadsOf } from '../../../web/src/detail/event-history.ts';

type Details = Record<string, string | number | boolean>;

const instant = (minute: number) => new Date(Date.UTC(2026, 10, 22, 16, minute)).toISOString();

function eventsOf(...lines: readonly (readonly [type: string, details?: Details, by?: string])[]) {
  return lines.map(([type, details = {}, by = 'worker'], index) => ({
    version: index + 1,
    type,
    at: instant(index),
    by,
    details,
  }));
}

test('nothing has been tried before a worker claims', () => {
  expect(attemptsOf(eventsOf(['created'], ['measured']))).toEqual([]);
});

test('one that runs, and one that produced the file', () => {
  const running = eventsOf(['created'], ['claimed', { attempt: 1 }]);
  expect(attemptsOf(running)).toEqual([{ number: 1, startedAt: instant(1), outcome: 'running' }]);
  const ready = [...running, ...eventsOf(['a'], ['b'], ['ready', { rows: 1, bytes: 2 }])];
  expect(attemptsOf(ready)).toEqual([{ number: 1, startedAt: instant(1), outcome: 'ready', endedAt: instant(2) }]);
});

test('given up with a reason, gone silent, failed', () => {
  const events = eventsOf(
    ['claimed', { attempt: 1 }],
    ['released', { attempt: 1, reason: 'stopped' }],
    ['claimed', { attempt: 2 }],
    ['claimed', { attempt: 3 }],
    ['failed', { code: 'worker_lost' }],
  );
  expect(attemptsOf(events)).toEqual([
    { number: 1, startedAt: instant(0), outcome: 'released', endedAt: instant(1), reason: 'stopped' },
    { number: 2, startedAt: instant(2), outcome: 'lost' },
    { number: 3, startedAt: instant(3), outcome: 'failed', endedAt: instant(4), reason: 'worker_lost' },
  ]);
});

test('an ending between attempts belongs to none of them', () => {
  const events = eventsOf(['claimed', { attempt: 1 }], ['released', { attempt: 1, reason: 'stopped' }], ['cancelled']);
  expect(attemptsOf(events).map(({ outcome }) => outcome)).toEqual(['released']);
});

test('downloads are counted, with the last; refusals on their own', () => {
  expect(downloadsOf(eventsOf(['created']))).toEqual({ count: 0, refused: 0 });
  const events = eventsOf(
    ['downloaded', {}, 'usr_ada'],
    ['download_refused', {}, 'usr_mel'],
    ['downloaded', {}, 'usr_olga'],
  );
  expect(downloadsOf(events)).toEqual({ count: 2, refused: 1, last: { at: instant(2), by: 'usr_olga' } });
});
