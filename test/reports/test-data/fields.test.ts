import { describe, expect, test } from 'vitest';
import { freeze, planOf, rowsOf } from './plan-of.ts';

describe('mistakes are told with a pointer each', () => {
  const ok = { schema: [{ name: 'a', type: 'uuid' }], seed: 1, rows: 1 };
  const many = (count: number) => Array.from({ length: count }, (_, index) => ({ name: `f${index}`, type: 'uuid' }));

  test.each<[string, Readonly<Record<string, unknown>>, string[]]>([
    ['nothing at all', {}, ['/filters/schema', '/filters/seed', '/filters/rows']],
    ['no field', { ...ok, schema: [] }, ['/filters/schema']],
    ['too many fields', { ...ok, schema: many(51) }, ['/filters/schema']],
    ['no row', { ...ok, rows: 0 }, ['/filters/rows']],
    ['too many rows', { ...ok, rows: 1_000_001 }, ['/filters/rows']],
    ['a seed that is no whole number', { ...ok, seed: 0.5 }, ['/filters/seed']],
    ['too much context', { ...ok, promptContext: 'x'.repeat(2_001) }, ['/filters/promptContext']],
    [
      'names',
      { ...ok, schema: ['', '1a', 'a b', '__proto__', 'x'.repeat(64)].map((name) => ({ name, type: 'uuid' })) },
      [0, 1, 2, 3, 4].map((index) => `/filters/schema/${index}/name`),
    ],
    [
      'names that are taken',
      { ...ok, schema: ['a', 'b', 'A', 'Row'].map((name) => ({ name, type: 'uuid' })) },
      ['/filters/schema/2/name', '/filters/schema/3/name'],
    ],
    [
      'one of each',
      {
        ...ok,
        schema: [
          { name: 'a', type: 'shoe' },
          { name: 'b', type: 'uuid', min: 1 },
          { name: 'c', type: 'integer', min: 5, max: 4 },
          { name: 'd', type: 'decimal', min: 0.1, max: 0.2, scale: 0 },
          { name: 'e', type: 'decimal', min: 0.0000001 },
          { name: 'f', type: 'date', from: '2024-01-02', to: '2024-01-01' },
          { name: 'g', type: 'timestamp', from: '2024-01-01T00:00:00.5Z' },
          { name: 'h', type: 'timestamp', from: '2030-01-01T00:00:00Z' },
          { name: 'i', type: 'enum', values: [] },
          { name: 'j', type: 'enum', values: ['a', 1] },
          { name: 'k', type: 'boolean', trueShare: 1.1, nullShare: -0.1 },
          { name: 'l' },
        ],
      },
      [
        ...['0/type', '1/min', '2/max', '3/scale', '4/min', '5/to', '6/from', '7/to', '8/values', '9/values/1'],
        ...['10/nullShare', '10/trueShare', '11/type'],
      ].map((place) => `/filters/schema/${place}`),
    ],
  ])('%s', (_, filters, expected) => {
    const frozen = freeze(filters);
    expect(frozen.ok ? [] : frozen.issues.map(({ pointer }) => pointer)).toEqual(expected);
  });

  test.each([1, 50])('%i fields are none', (count) => {
    expect(freeze({ ...ok, schema: many(count), rows: 1_000_000, seed: 0xffff_ffff })).toMatchObject({ ok: true });
  });

  test('and names that every object has are names like any other', async () => {
    const names = ['constructor', 'toString', 'hasOwnProperty'];
    const plan = planOf({ ...ok, schema: names.map((name) => ({ name, type: 'integer', min: 7, max: 7 })) });
    expect(await rowsOf(plan)).toEqual([['1', '7', '7', '7']]);
  });
});
