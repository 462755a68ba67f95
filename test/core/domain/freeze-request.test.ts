import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import * as z from 'zod';
import { freezeRequest, type RequestedRun } from '../../../core/domain/freeze-request.ts';
import { defineReport } from '../../../core/domain/report.ts';
import { sql } from '../../../core/domain/sql.ts';

const report = defineReport({
  id: 'guests',
  version: 4,
  title: 'Guests',
  description: '',
  group: '',
  permission: 'reports:events',
  filters: z.object({
    event: z.string().min(1).optional(),
    limit: z.number().default(10),
    since: z.iso
      .date()
      .transform((day) => new Date(day))
      .optional(),
    'odd/na~me': z.object({ deep: z.array(z.number()) }).optional(),
  }),
  scope: 'event',
  columns: {
    id: { header: 'Id', type: 'integer' },
    name: { header: 'Name', type: 'text' },
    secret: { header: 'Secret', type: 'text', byDefault: false },
  },
  key: ['id'],
  formats: ['csv', 'tsv', 'json', 'ndjson', 'parquet', 'xlsx'],
  source: { kind: 'postgres', accountColumn: 'account', ownerColumn: 'owner', query: () => sql`SELECT 1` },
});

const NOW = Date.UTC(2026, 2, 1);

const plain: RequestedRun = {
  format: 'csv',
  filters: {},
  compression: 'none',
  dialect: 'excel',
  locale: 'de-DE',
  timeZone: 'Europe/Berlin',
  neutralizeFormulas: false,
};

function frozen(run: Partial<RequestedRun>, ownerId?: string) {
  const result = freezeRequest(report, { ...plain, ...run }, ownerId, NOW);
  if (!result.ok) throw new Error(JSON.stringify(result.issues));
  return result.snapshot;
}

function pointers(run: Partial<RequestedRun>): readonly string[] {
  const result = freezeRequest(report, { ...plain, ...run }, undefined, NOW);
  return result.ok ? [] : result.issues.map(({ pointer }) => pointer);
}

describe('a frozen request', () => {
  test('holds the choices, the report’s defaults and its limits', () => {
    expect(frozen({})).toEqual({
      report: { id: 'guests', version: 4, title: 'Guests', permission: 'reports:events' },
      filters: { limit: 10 },
      columns: ['id', 'name'],
      format: 'csv',
      compression: 'none',
      dialect: 'excel',
      locale: 'de-DE',
      timeZone: 'Europe/Berlin',
      neutralizeFormulas: false,
      maxFileBytes: 50_000_000,
      retentionDays: 30,
    });
  });

  test('holds filters as they will be stored: JSON, and nothing else', () => {
    expect(frozen({ filters: { since: '2026-03-29' } }).filters.since).toBe('2026-03-29T00:00:00.000Z');
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (limit) => {
        const { filters } = frozen({ filters: { limit } });
        expect(JSON.parse(JSON.stringify(filters))).toEqual(filters);
      }),
    );
  });

  test('has its scope when the filter is given', () => {
    expect(frozen({ filters: { event: 'gala' } }).scope).toEqual({ filter: 'event', value: 'gala' });
    expect(frozen({})).not.toHaveProperty('scope');
  });

  test('has the owner whose rows it is limited to', () => {
    expect(frozen({}, 'val').ownerId).toBe('val');
    expect(frozen({})).not.toHaveProperty('ownerId');
  });

  test.each([
    ['parquet', undefined, true],
    ['parquet', false, undefined],
    ['csv', undefined, undefined],
    ['csv', true, true],
    ['tsv', true, true],
    ['ndjson', true, true],
    ['ndjson', false, undefined],
    ['json', undefined, undefined],
    ['json', false, undefined],
    ['xlsx', undefined, undefined],
  ] as const)('of %s with partFiles %s says %s', (format, partFiles, expected) => {
    expect(frozen({ format, partFiles }).partFiles).toBe(expected);
  });

  test('keeps the order of the columns that were asked for', () => {
    expect(frozen({ columns: ['secret', 'id'] }).columns).toEqual(['secret', 'id']);
  });
});

describe('mistakes are told with a pointer each', () => {
  test.each([
    ['an unknown filter', { filters: { colour: 'red' } }, ['/filters/colour']],
    ['two unknown filters', { filters: { colour: 1, size: 2 } }, ['/filters/colour', '/filters/size']],
    [
      'a deep one with a name to escape',
      { filters: { 'odd/na~me': { deep: [1, 'x'] } } },
      ['/filters/odd~1na~0me/deep/1'],
    ],
    ['an unknown one with a name to escape', { filters: { 'a/b': 1 } }, ['/filters/a~1b']],
    ['a format the report has not', { format: 'pdf' }, ['/format']],
    ['several files of a format that is one', { format: 'json', partFiles: true }, ['/partFiles']],
    [
      'several files, and compressed',
      { format: 'xlsx', compression: 'gzip', partFiles: true },
      ['/compression', '/partFiles'],
    ],
    ['an unknown column', { columns: ['id', 'shoe'] }, ['/columns/1']],
    ['a column named twice', { columns: ['id', 'name', 'id'] }, ['/columns/2']],
    ['a member that every object has', { columns: ['toString'] }, ['/columns/0']],
    [
      'all of it at once',
      { filters: { limit: 'x' }, format: 'pdf', columns: ['x'] },
      ['/filters/limit', '/format', '/columns/0'],
    ],
  ] satisfies [string, Partial<RequestedRun>, string[]][])('%s', (_, run, expected) => {
    expect(pointers(run)).toEqual(expected);
  });

  test('and __proto__ is a filter like any other: unknown', () => {
    expect(pointers({ filters: JSON.parse('{"__proto__": {"limit": 5}}') })).toEqual(['/filters/__proto__']);
  });
});
