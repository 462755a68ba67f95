import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { renderSql, renderValue } from '../../../adapters/postgres/render-sql.ts';
import { all, joinSql, sql } from '../../../core/domain/sql.ts';
import { startTestPostgres, type TestPostgres } from '../../support/postgres.ts';

let postgres: TestPostgres;
beforeAll(async () => {
  postgres = await startTestPostgres();
});
afterAll(() => postgres[Symbol.asyncDispose]());

test('any text arrives as the very same text', async () => {
  const text = fc.string({ unit: 'binary' }).filter((value) => !value.includes('\0') && value.isWellFormed());
  const hostile = fc.constantFrom("'", "\\'", "';--", '\\', '$$', "E'\\''", '"; DROP TABLE app.orders; --');
  await fc.assert(
    fc.asyncProperty(fc.array(fc.oneof(text, hostile), { maxLength: 5 }), async (values) => {
      const { rows } = await postgres.admin.query(
        renderSql(sql`SELECT to_json(${values}) AS many, to_json(${values[0] ?? ''}::text) AS one`),
      );
      expect(rows).toEqual([{ many: values, one: values[0] ?? '' }]);
    }),
    { numRuns: 100 },
  );
});

test('numbers, truth values and null keep their value and stay apart from operators before them', async () => {
  const query = sql`SELECT 1 -${-2} AS minus, ${12345678901234567890n}::text AS big, ${0.1} = 0.1 AS fraction,
    ${true} AS yes, ${false} AS no, ${null} IS NULL AS nothing, ${1e21}::float8 AS large, ${[]} = '{}' AS empty`;
  const { rows } = await postgres.admin.query(renderSql(query));
  expect(rows).toEqual([
    {
      minus: 3,
      big: '12345678901234567890',
      fraction: true,
      yes: true,
      no: false,
      nothing: true,
      large: 1e21,
      empty: true,
    },
  ]);
});

test('pieces are spliced in and absent conditions left out', () => {
  const query = sql`SELECT 1 WHERE ${all(undefined, sql`a = ${1}`, false, sql`b = ${'x'}`)}`;
  expect(renderSql(query)).toBe("SELECT 1 WHERE a = 1 AND b = 'x'");
  expect(renderSql(sql`SELECT 1 WHERE ${all()}`)).toBe('SELECT 1 WHERE true');
  expect(renderSql(joinSql([], ', '))).toBe('');
});

test.each([Number.NaN, Number.POSITIVE_INFINITY, 'a\0b', '\ud800', ['fine', 'a\0b']])('refuses %j', (value) => {
  expect(() => renderValue(value)).toThrow(expect.objectContaining({ code: 'invalid_data', retryable: false }));
});
