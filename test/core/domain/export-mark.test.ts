// @module-tag never-back

import { describe, expect, test } from 'vitest';
import { type ExportMark, isBehind, markFrom, markOf, markText } from '../../../core/domain/export-mark.ts';
import type { Attempt, ExportRecord } from '../../../core/domain/export-record.ts';
import { newExport, T0 } from '../../support/exports.ts';

const running = (updatedAt: number, number = 1): Attempt => ({
  ...{ exportId: newExport(1).id, number, claim: 'claim', leaseUntil: T0, startedAt: T0, cancelRequested: false },
  progress: { rowsWritten: 0, bytesWritten: 0, updatedAt },
});
const mark = (fields: Partial<ExportRecord>, attempt?: Attempt, place?: number): ExportMark =>
  markOf(newExport(1, fields), attempt, place);

/** An export's life; each state is later than those before it. */
const states: readonly (readonly [string, ExportMark])[] = [
  ['third in line', mark({ version: 1 }, undefined, 3)],
  ['first in line', mark({ version: 1 }, undefined, 1)],
  ['admitted', mark({ version: 1, admittedAt: T0 })],
  ['running', mark({ version: 2, admittedAt: T0, status: 'running', attempt: 1 }, running(T0))],
  ['further on', mark({ version: 2, admittedAt: T0, status: 'running', attempt: 1 }, running(T0 + 2_000))],
  ['asked to end', mark({ version: 3, admittedAt: T0, status: 'running', attempt: 1 }, running(T0 + 2_000))],
  // Another worker, whose clock is a little slow.
  ['tried again', mark({ version: 4, admittedAt: T0, status: 'running', attempt: 2 }, running(T0 + 1_999, 2))],
  ['ready', mark({ version: 5, admittedAt: T0, status: 'ready', attempt: 2 })],
  ['downloaded', mark({ version: 6, admittedAt: T0, status: 'ready', attempt: 2 })],
];

describe('of two states', () => {
  test.each(states.flatMap(([name, earlier], at) => states.slice(at).map((later) => ({ name, earlier, later }))))(
    '$name, and $later.0: the earlier one is behind, and never the later one',
    ({ earlier, later: [, later] }) => {
      expect(isBehind(later, earlier)).toBe(false);
      expect(isBehind(earlier, later)).toBe(earlier !== later);
    },
  );

  test('one with a newer record and older progress is behind', () => {
    const fields = { admittedAt: T0, status: 'running', attempt: 1 } as const;
    const seen = mark({ ...fields, version: 2 }, running(T0 + 2_000));
    expect(isBehind(mark({ ...fields, version: 3 }, running(T0)), seen)).toBe(true);
  });

  test('one without a place is behind one that had it, unless it waits no more', () => {
    const seen = mark({ version: 1 }, undefined, 100);
    expect(isBehind(mark({ version: 1 }), seen)).toBe(true);
    expect(isBehind(mark({ version: 2, status: 'cancelled' }), seen)).toBe(false);
    expect(isBehind(seen, mark({ version: 1 }))).toBe(false);
  });
});

test('a mark comes back from its text as it was, and from no other text', () => {
  for (const [, each] of states) expect(markFrom(markText(each))).toEqual(each);
  for (const text of [
    '',
    '*',
    'another',
    '1-0-0-0',
    '1-4-0-0-',
    '-1-0-0-0-',
    '1-0-0-0-1-1',
    `${'9'.repeat(10)}-0-0-0-`,
  ]) {
    expect(markFrom(text)).toBeUndefined();
  }
});
