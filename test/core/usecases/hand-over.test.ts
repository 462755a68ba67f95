import { describe, expect, test } from 'vitest';
import { type HandOverDeps, handOver, isGivenUp } from '../../../core/usecases/hand-over.ts';
import { exportId, T0 } from '../../support/exports.ts';
import { createMemoryStores } from '../../support/memory-stores.ts';

function meeting() {
  const answered: [string, object | undefined][] = [];
  const deps: HandOverDeps = {
    ranges: createMemoryStores().ranges,
    executions: {
      resume: async (token, output) => {
        answered.push([token, output]);
        return true;
      },
    },
    clock: { now: () => T0 },
  };
  return {
    answered,
    tell: (id: string, known: Parameters<typeof handOver>[3]) => handOver(deps, exportId(1), id, known),
  };
}

test.each([
  ['nobody has come', [], false],
  ['its own has begun', ['exp_7-1-1'], false],
  ['an earlier one had', ['exp_7-1-0', 'exp_7-1-1'], false],
  ['it was begun anew', ['exp_7-1-1', 'exp_7-1-2'], true],
  ['it was begun anew for the tenth time', ['exp_7-1-10'], true],
  ['another execution goes on', ['exp_7-2-0'], true],
  ['something else is called like a run', ['late'], false],
] as const)('a run is given up, or not: %s', async (_, runs, given) => {
  const { ranges } = createMemoryStores();
  for (const run of runs) await ranges.handOver(exportId(1), run, { token: 't' }, T0);
  await ranges.handOver(exportId(2), 'exp_8-9-9', { token: 't' }, T0);
  expect(await isGivenUp({ ranges }, exportId(1), 'exp_7-1-1')).toBe(given);
});

describe('the lead and whoever starts its workers', () => {
  test('meet, whoever comes first', async () => {
    for (const order of [
      [{ token: 't' }, { workers: [1, 2] }],
      [{ workers: [1, 2] }, { token: 't' }],
    ]) {
      const { answered, tell } = meeting();
      for (const known of order) {
        expect(answered).toEqual([]);
        await tell('run-0', known);
      }
      expect(answered).toEqual([['t', { workers: [1, 2] }]]);
    }
  });

  test('meet in their own run only', async () => {
    const { answered, tell } = meeting();
    await tell('run-0', { token: 'old' });
    await tell('run-1', { workers: [1] });
    expect(answered).toEqual([]);
    await tell('run-1', { token: 'new' });
    expect(answered).toEqual([['new', { workers: [1] }]]);
  });

  test('let whoever comes late, or again, go at once', async () => {
    const { answered, tell } = meeting();
    await tell('run-0', { workers: [1, 2] });
    await tell('run-0', { workers: [] });
    await tell('run-0', { token: 'late' });
    await tell('run-0', { token: 'again' });
    expect(answered).toEqual([
      ['late', { workers: [] }],
      ['again', { workers: [] }],
    ]);
  });
});
