// @module-tag estimates

import { describe, expect, test } from 'vitest';
import * as z from 'zod';
import { rowsExportSource } from '../../../adapters/rows/source.ts';
import type { EstimateView } from '../../../core/contract/estimate-schemas.ts';
import { exportRequest } from '../../../core/contract/export-schemas.ts';
import { ExportFailedError } from '../../../core/domain/errors.ts';
import { type Cell, defineReport, type Report } from '../../../core/domain/report.ts';
import { systemClock } from '../../../core/ports/clock.ts';
import type { ExportSource } from '../../../core/ports/export-source.ts';
import type { ReportChoices } from '../../../core/ports/report-choices.ts';
import { estimateExport } from '../../../core/usecases/estimate-export.ts';
import { everythingKnown, memoryChoices, noChoices } from '../../support/memory-choices.ts';
import { ada, val } from '../../support/memory-deployment.ts';

interface Fixture {
  readonly rows?: number;
  readonly note?: Cell;
  readonly code?: Cell;
  readonly changes?: Partial<Report>;
  readonly request?: object;
  readonly source?: Partial<ExportSource>;
  readonly choices?: ReportChoices;
}

async function estimate({
  rows = 30,
  note = '=1+1',
  code = '7',
  changes = {},
  request = {},
  source = {},
  choices = everythingKnown,
}: Fixture) {
  const report: Report = {
    ...defineReport({
      id: 'notes',
      version: 1,
      title: 'Notes',
      description: 'For tests',
      group: 'Tests',
      permission: 'reports:orders',
      filters: z.object({ day: z.iso.date().optional() }),
      columns: {
        id: { header: 'ID', type: 'integer' },
        note: { header: 'Note', type: 'text' },
        code: { header: 'Code', type: 'integer', digits: 20 },
      },
      key: ['id'],
      formats: ['csv', 'json', 'xlsx', 'pdf'],
      source: {
        kind: 'rows',
        count: () => rows,
        async *rows() {
          for (let id = 1; id <= Math.min(rows, 5_000); id++) yield [{ id: String(id), note, code }];
        },
      },
    }),
    ...changes,
  };
  const deps = {
    catalog: { reports: [report] },
    clock: systemClock,
    source: { ...rowsExportSource(systemClock), ...source },
    choices,
  };
  return estimateExport(deps, ada, exportRequest.parse({ report: 'notes', ...request }));
}

const codesOf = ({ warnings }: EstimateView) =>
  warnings.map(({ code, column }) => (column ? `${code} ${column}` : code));

describe('an estimate', () => {
  test('tells rows, route and the first rows as they would be written', async () => {
    const view = await estimate({ request: { columns: ['note', 'id'] } });
    expect(view).toMatchObject({ rows: 30, exact: true, route: 'small', warnings: [] });
    expect(view.columns).toEqual([
      { name: 'note', header: 'Note' },
      { name: 'id', header: 'ID' },
    ]);
    expect(view.preview).toHaveLength(20);
    expect(view.preview[0]).toEqual(["'=1+1", '1']);
    const plain = await estimate({ request: { columns: ['note'], neutralizeFormulas: false } });
    expect(plain.preview[0]).toEqual(['=1+1']);
    expect((await estimate({ request: { columns: ['note'], format: 'json' } })).preview[0]).toEqual(['=1+1']);
  });

  test('of more rows than a function takes names the large route', async () => {
    expect(await estimate({ rows: 10_000 })).toMatchObject({ route: 'small' });
    expect(await estimate({ rows: 10_001 })).toMatchObject({ route: 'large' });
  });

  test('keeps the difference between NULL and empty, and shortens what is long', async () => {
    expect((await estimate({ note: null })).preview[0]?.[1]).toBeNull();
    expect((await estimate({ note: '' })).preview[0]?.[1]).toBe('');
    expect((await estimate({ note: '😀'.repeat(500) })).preview[0]?.[1]).toBe('😀'.repeat(500));
    expect((await estimate({ note: '😀'.repeat(501) })).preview[0]?.[1]).toBe(`${'😀'.repeat(499)}…`);
  });

  test('is refused as the request would be', async () => {
    await expect(estimate({ request: { filters: { day: 'yesterday' } } })).rejects.toMatchObject({
      code: 'validation_failed',
      issues: [{ pointer: '/filters/day' }],
    });
    const deps = {
      catalog: { reports: [] },
      clock: systemClock,
      source: rowsExportSource(systemClock),
      choices: everythingKnown,
    };
    await expect(estimateExport(deps, val, exportRequest.parse({ report: 'notes' }))).rejects.toMatchObject({
      code: 'not_found',
    });
  });
});

describe('warnings', () => {
  const long = 'x'.repeat(32_768);
  const large: Fixture = { rows: 20_001, changes: { partitionAboveRows: 20_000 } };

  test.each<[string, Fixture, string[]]>([
    ['nothing to export', { rows: 0 }, ['no_rows']],
    ['a PDF beyond its cap', { rows: 5_001, request: { format: 'pdf' } }, ['too_many_rows']],
    ['a PDF just within it', { rows: 5_000, request: { format: 'pdf' } }, []],
    ['a full sheet', { rows: 1_048_575, request: { format: 'xlsx' } }, []],
    ['a second sheet', { rows: 1_048_576, request: { format: 'xlsx' } }, ['several_sheets']],
    [
      'a second sheet where none is wanted',
      { rows: 1_048_576, request: { format: 'xlsx' }, changes: { sheetOverflow: 'fail' } },
      ['too_many_rows'],
    ],
    ['files that several workers make', { ...large, request: { partFiles: true } }, ['several_files']],
    ['one file that several workers make', large, []],
    ['fewer rows than that takes', { ...large, rows: 20_000, request: { partFiles: true } }, []],
    ['a text beyond a cell of Excel', { note: long, request: { format: 'xlsx' } }, ['text_too_long note']],
    ['a text just within it', { note: long.slice(1), request: { format: 'xlsx' } }, []],
    ['a long text in CSV', { note: long }, []],
    ['a long id in a CSV for Excel', { code: '1234567890123456', request: { dialect: 'excel' } }, ['digits_lost code']],
    ['15 digits in a CSV for Excel', { code: '-123456789012345', request: { dialect: 'excel' } }, []],
    ['zeros at the end of a fraction', { code: '123456789012.500000', request: { dialect: 'excel' } }, []],
    ['a long id in XLSX', { code: '1234567890123456', request: { format: 'xlsx' } }, []],
  ])('%s', async (_, fixture, codes) => {
    expect(codesOf(await estimate(fixture))).toEqual(codes);
  });

  test('a preview that takes too long is left out, and said so', async () => {
    const openRows = async () => {
      throw new ExportFailedError('query_timeout', { retryable: false });
    };
    const view = await estimate({ source: { openRows } });
    expect(view).toMatchObject({ rows: 30, preview: [] });
    expect(codesOf(view)).toEqual(['preview_timed_out']);
  });
});

describe('filters that have choices', () => {
  const changes = {
    filters: z.object({ event: z.string().optional() }),
    choices: { event: noChoices },
  };

  test('must name some of the account, or nothing is measured', async () => {
    const choices = memoryChoices({ acme: { event: ['1'] }, globex: { event: ['2'] } });
    const ask = (event: string, source: Partial<ExportSource> = {}) =>
      estimate({ changes, choices, source, request: { filters: { event } } });
    expect(await ask('1')).toMatchObject({ rows: 30 });
    const measure = async () => {
      throw new Error('measured');
    };
    await expect(ask('1', { measure })).rejects.toThrow('measured');
    await expect(ask('2', { measure })).rejects.toMatchObject({
      code: 'validation_failed',
      issues: [{ pointer: '/filters/event' }],
    });
  });

  test.each(['source_unavailable', 'query_timeout'] as const)('that cannot be looked up: %s', async (code) => {
    const choices = memoryChoices({}, new ExportFailedError(code, { retryable: true }));
    const asked = estimate({ changes, choices, request: { filters: { event: '1' } } });
    await expect(asked).rejects.toMatchObject({ code: 'unavailable' });
    expect(await estimate({ changes, choices })).toMatchObject({ rows: 30 });
  });
});

test('a database that does not answer is told as such; anything else is not hidden', async () => {
  const failing = (code: 'source_unavailable' | 'internal') => ({
    measure: async () => {
      throw new ExportFailedError(code, { retryable: true });
    },
  });
  await expect(estimate({ source: failing('source_unavailable') })).rejects.toMatchObject({ code: 'unavailable' });
  await expect(estimate({ source: failing('internal') })).rejects.toMatchObject({ name: 'ExportFailedError' });
});
