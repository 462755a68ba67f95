import { describe, expect, test } from 'vitest';
import { catalogOf } from '../../../core/domain/catalog.ts';
import { defineReport } from '../../../core/domain/report.ts';
import { sql } from '../../../core/domain/sql.ts';
import { testReport } from '../../support/plans.ts';

function report(id: string, group: string, title: string) {
  const { columns: _, ...rest } = testReport({ id: 'integer' }, sql`SELECT 1`);
  return defineReport({
    ...rest,
    id,
    group,
    title,
    columns: { id: { header: 'ID', type: 'integer' } },
    key: ['id'],
  } as never);
}

describe('the catalog', () => {
  test('has the report of each file, by group and title', () => {
    const files: [string, object][] = [
      ['b.ts', { b: report('b', 'Sales', 'B') }],
      ['a.ts', { default: report('a', 'Sales', 'C') }],
      ['c.ts', { c: report('c', 'Events', 'Z'), statuses: ['paid'] }],
    ];
    expect(catalogOf(files).reports.map(({ id }) => id)).toEqual(['c', 'b', 'a']);
  });

  test.each<[string, object, RegExp]>([
    ['none', { columns: {}, id: 'x' }, /reports\/x\.ts must export one report, made by defineReport; it exports 0/],
    ['two', { x: report('x', 'S', 'X'), y: report('y', 'S', 'Y') }, /it exports 2/],
    ['one under another id', { y: report('y', 'S', 'Y') }, /reports\/x\.ts has the report "y": name the file y\.ts/],
  ])('refuses a file with %s', (_, exported, message) => {
    expect(() => catalogOf([['x.ts', exported]])).toThrow(message);
  });
});
