import { describe, expect, test } from 'vitest';
import { type HandOverDeps, handOver } from '../../../core/usecases/hand-over.ts';
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
