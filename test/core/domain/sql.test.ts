import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { all, isSql, joinSql, type Sql, sql } from '../../../core/domain/sql.ts';

/** The text with each value in braces. */
function shown(piece: Sql): string {
  return piece.text.reduce((text, part, index) => {
    const value = piece.values[index - 1];
    return `${text}${isSql(value) ? shown(value) : `{${String(value)}}`}${part}`;
  });
}

describe('sql', () => {
  test('keeps values apart from text, whatever they hold', () => {
    const name = "x'; DROP TABLE orders --";
    const piece = sql`name = ${name} AND id = ${7}`;
    expect(piece.text).toEqual(['name = ', ' AND id = ', '']);
    expect(piece.values).toEqual([name, 7]);
  });

  test('splices nested pieces in', () => {
    expect(shown(sql`SELECT * WHERE ${sql`a = ${1}`} LIMIT ${2}`)).toBe('SELECT * WHERE a = {1} LIMIT {2}');
  });

  test('is not mistaken for what a request might hold', () => {
    expect([null, 'sql', {}, { kind: 'other' }, [sql`x`]].some(isSql)).toBe(false);
    expect(isSql(sql`x`)).toBe(true);
  });
});

describe('conditions', () => {
  test('are joined by AND; absent ones are left out; none at all hold', () => {
    expect(shown(all(undefined, sql`a = ${1}`, false, sql`b`))).toBe('a = {1} AND b');
    expect(shown(all(sql`a`))).toBe('a');
    expect(shown(all(undefined, false))).toBe('true');
  });

  test('are as many as were given', () => {
    fc.assert(
      fc.property(fc.array(fc.string()), (values) => {
        const joined = joinSql(
          values.map((value) => sql`x = ${value}`),
          ' OR ',
        );
        expect(joined.text).toHaveLength(joined.values.length + 1);
        expect(shown(joined)).toBe(values.map((value) => `x = {${value}}`).join(' OR '));
      }),
    );
  });
});
