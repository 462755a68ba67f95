import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Cell } from '../../../core/domain/report.ts';
import { generatedTestData } from '../../../reports/generated-test-data.ts';
import { batchesOf, cellsOf, everyType, planOf, rowsOf, sha256 } from './plan-of.ts';

describe('the same request gives the same rows', () => {
  test('in this version, whatever libraries it is built with', async () => {
    const rows = await rowsOf(planOf({ schema: everyType, seed: 42, rows: 5_000 }));
    // If this changes, files that people make again will differ from the first ones: raise the report's version then.
    expect([generatedTestData.version, sha256(rows)]).toEqual([
      1,
      'de9131dc4ef741fc667c94af47663cdcb84937ba57dd419cd1536bfa0a4a078f',
    ]);
  });

  test('twice, and with another seed others', async () => {
    const [once, again, other] = await Promise.all(
      [7, 7, 8].map(async (seed) => sha256(await rowsOf(planOf({ schema: everyType, seed, rows: 1_500 })))),
    );
    expect(again).toBe(once);
    expect(other).not.toBe(once);
  });

  test('in chunks of 1,000, each of which depends on its place alone', async () => {
    const batches = await batchesOf(planOf({ schema: everyType, seed: 7, rows: 2_500 }));
    expect(batches.map(({ length }) => length)).toEqual([1_000, 1_000, 500]);
    expect(batches[0]).not.toEqual(batches[1]);
    const longer = await rowsOf(planOf({ schema: everyType, seed: 7, rows: 3_000 }));
    // Row by row: to print how two long lists differ would take minutes.
    expect(sha256(longer.slice(0, 2_500))).toBe(sha256(batches.flat()));
  });

  test('whatever columns are chosen, in whatever order', async () => {
    const filters = { schema: everyType, seed: 7, rows: 1_200 };
    const all = planOf(filters);
    const columns = ['colour', 'row', 'ratio', 'emailField'];
    const positions = columns.map((name) => all.snapshot.columns.indexOf(name));
    const expected = (await rowsOf(all)).map((row) => positions.map((position) => row[position]));
    expect(await rowsOf(planOf(filters, { columns }))).toEqual(expected);
  });

  test('in another time zone as the same instants', async () => {
    const field = { type: 'timestamp', from: '2024-03-30T00:00:00Z', to: '2024-04-01T00:00:00Z' };
    const [utc, berlin, newfoundland] = await Promise.all(
      ['UTC', 'Europe/Berlin', 'America/St_Johns'].map((timeZone) => cellsOf(field, 300, { timeZone })),
    );
    const instants = (cells: readonly Cell[] = []) => cells.map((cell) => Date.parse(cell ?? ''));
    expect(instants(berlin)).toEqual(instants(utc));
    expect(instants(newfoundland)).toEqual(instants(utc));
    expect(utc?.[0]).toMatch(/^2024-03-3\dT\d\d:\d\d:\d\d\+00:00$/);
    expect(new Set(berlin?.map((cell) => cell?.slice(-6)))).toEqual(new Set(['+01:00', '+02:00']));
    expect(new Set(newfoundland?.map((cell) => cell?.slice(-6)))).toEqual(new Set(['-02:30']));
  });

  test('after the caller has changed the schema: the request is frozen', async () => {
    const schema = [{ name: 'value', type: 'enum', values: ['a', 'b'] }];
    const plan = planOf({ schema, seed: 1, rows: 100 });
    const before = await rowsOf(plan);
    schema[0]?.values.push('c');
    schema.push({ name: 'other', type: 'enum', values: ['x'] });
    expect(await rowsOf(plan)).toEqual(before);
    expect(plan.snapshot.columns).toEqual(['row', 'value']);
  });
});

describe('values', () => {
  test('come first with the number of their row', async () => {
    const plan = planOf({ schema: [{ name: 'a', type: 'uuid' }], seed: 1, rows: 2_001 });
    expect(plan.columns.map(({ name, header, type }) => ({ name, header, type }))).toEqual([
      { name: 'row', header: 'row', type: 'integer' },
      { name: 'a', header: 'a', type: 'uuid' },
    ]);
    expect((await rowsOf(plan)).map(([row]) => row)).toEqual(Array.from({ length: 2_001 }, (_, i) => String(i + 1)));
  });

  test.each([
    ['rowNumber', /^\d+$/],
    ['uuid', /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/],
    ['email', /^[^@\s]+@example\.(com|net|org)$/],
    ['price', /^\d{1,4}\.\d\d$/],
    ['ip', /^(\d{1,3}\.){3}\d{1,3}$/],
    ['url', /^https:\/\/[a-z-]+\.example\/[a-z-]+$/],
    ['fullName', /^\S.* .*\S$/],
    ['sentence', /^[A-Z].*\.$/],
  ])('of %s', async (type, pattern) => {
    for (const cell of await cellsOf({ type })) expect(cell).toMatch(pattern);
  });

  test('of integer reach both bounds and go no further', async () => {
    const cells = await cellsOf({ type: 'integer', min: -3, max: 3 });
    expect(new Set(cells)).toEqual(new Set(['-3', '-2', '-1', '0', '1', '2', '3']));
  });

  test('of decimal have their scale exactly and stay within their bounds', async () => {
    const amount = fc
      .tuple(fc.integer({ min: -999_999_999, max: 999_999_999 }), fc.nat(999_999))
      .map(([whole, fraction]) => Number(`${whole}.${String(fraction).padStart(6, '0')}`));
    await fc.assert(
      fc.asyncProperty(amount, amount, fc.nat(6), async (one, other, scale) => {
        const [min, max] = [Math.min(one, other), Math.max(one, other)];
        fc.pre(Math.ceil(min) < Math.floor(max));
        for (const cell of await cellsOf({ type: 'decimal', min, max, scale }, 20)) {
          expect(cell).toMatch(scale === 0 ? /^-?\d+$/ : new RegExp(`^-?\\d+\\.\\d{${scale}}$`));
          expect(Number(cell)).toBeGreaterThanOrEqual(min);
          expect(Number(cell)).toBeLessThanOrEqual(max);
        }
      }),
      { numRuns: 50 },
    );
    const hundredths = await cellsOf({ type: 'decimal', min: -0.02, max: 0.29, scale: 2 }, 2_000);
    expect(hundredths).toEqual(expect.arrayContaining(['-0.02', '-0.01', '0.00', '0.28', '0.29']));
    expect(new Set(hundredths).size).toBe(32);
  });

  test('of date and timestamp include both ends', async () => {
    const days = await cellsOf({ type: 'date', from: '2024-02-28', to: '2024-03-01' });
    expect(new Set(days)).toEqual(new Set(['2024-02-28', '2024-02-29', '2024-03-01']));
    const seconds = await cellsOf({ type: 'timestamp', from: '1969-12-31T23:59:59Z', to: '1970-01-01T00:00:00Z' });
    expect(new Set(seconds)).toEqual(new Set(['1969-12-31T23:59:59+00:00', '1970-01-01T00:00:00+00:00']));
  });

  test('of enum and boolean are what they may be, as often as was asked for', async () => {
    expect(new Set(await cellsOf({ type: 'enum', values: ['', '=1', 'b'] }))).toEqual(new Set(['', '=1', 'b']));
    const truths = await cellsOf({ type: 'boolean', trueShare: 0.9 }, 2_000);
    expect(new Set(truths)).toEqual(new Set(['true', 'false']));
    expect(truths.filter((cell) => cell === 'true').length).toBeGreaterThan(1_700);
    expect(new Set(await cellsOf({ type: 'boolean', trueShare: 0 }))).toEqual(new Set(['false']));
  });

  test('are absent as often as was asked for, which changes no other', async () => {
    const absent = (cells: readonly Cell[]) => cells.filter((cell) => cell === null).length;
    expect(absent(await cellsOf({ type: 'city' }))).toBe(0);
    expect(absent(await cellsOf({ type: 'city', nullShare: 1 }))).toBe(500);
    const half = absent(await cellsOf({ type: 'city', nullShare: 0.5 }, 2_000));
    expect(half).toBeGreaterThan(800);
    expect(half).toBeLessThan(1_200);

    const withShare = (nullShare: number) =>
      planOf(
        {
          schema: [
            { name: 'a', type: 'city', nullShare },
            { name: 'b', type: 'email' },
          ],
          seed: 1,
          rows: 200,
        },
        { columns: ['b'] },
      );
    expect(await rowsOf(withShare(0.7))).toEqual(await rowsOf(withShare(0)));
  });
});
