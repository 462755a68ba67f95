// @module-tag same-as-select

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ExportPlan, FileColumn } from '../../core/domain/export-plan.ts';
import type { Format } from '../../core/domain/report.ts';
import { catalog } from '../../reports/index.ts';
import { type SampleReports, startSampleReports } from '../reports/sample-reports.ts';
import { exportedFile, matrixPlan } from './exported-file.ts';
import { type PlainCell, selectPlainly } from './plain-select.ts';
import { pdfText, readers, withoutSpaces } from './read-back.ts';

let sample: SampleReports;
let directory: string;
beforeAll(async () => {
  sample = await startSampleReports();
  directory = await mkdtemp(join(tmpdir(), 'waybill-matrix-'));
});
afterAll(async () => {
  await sample?.[Symbol.asyncDispose]();
  await rm(directory, { recursive: true, force: true });
});

const reports = catalog.reports.filter(({ source }) => source.kind === 'postgres');
const cases = reports.flatMap((report) => report.formats.map((format) => ({ report, format, id: report.id })));

/** A difference that a format's own types make, and no other, is none. */
function isSame(expected: PlainCell, actual: PlainCell, { type }: FileColumn, format: Format): boolean {
  // Within JSON, JSON's own null and that of the database are one.
  if (type === 'json' && expected === 'null' && actual === null) return format === 'json' || format === 'ndjson';
  if (expected === null || actual === null) return expected === actual;
  if (type === 'json') return JSON.stringify(JSON.parse(expected)) === JSON.stringify(JSON.parse(actual));
  if (type === 'float') return Object.is(Number(expected), Number(actual));
  // Spreadsheets hold milliseconds, and numbers without their trailing zeros.
  if (format === 'xlsx' && type === 'timestamp')
    return Math.abs(microsecondsOf(expected) - microsecondsOf(actual)) <= 500;
  if (format === 'xlsx' && type === 'decimal') return expected === actual || sameNumber(expected, actual);
  return expected === actual;
}

function microsecondsOf(wall: string): number {
  return Date.parse(`${wall.slice(0, 19)}Z`) * 1000 + Number(wall.slice(20).padEnd(6, '0'));
}

/** Only where a float holds every digit. */
function sameNumber(expected: string, actual: string): boolean {
  const digits = expected
    .replace(/^-?[0.]*/, '')
    .replace('.', '')
    .replace(/0+$/, '');
  return digits.length <= 15 && Number(expected) === Number(actual);
}

function differences(plan: ExportPlan, expected: readonly (readonly PlainCell[])[], actual: typeof expected): string[] {
  const found = actual.length === expected.length ? [] : [`${actual.length} rows, not ${expected.length}`];
  for (const [index, row] of expected.entries()) {
    for (const [position, column] of plan.columns.entries()) {
      const [want, have] = [row[position] ?? null, actual[index]?.[position] ?? null];
      if (!isSame(want, have, column, plan.snapshot.format)) {
        found.push(`row ${index + 1}, ${column.name}: ${JSON.stringify(have)}, not ${JSON.stringify(want)}`);
      }
    }
  }
  return found.slice(0, 10);
}

describe('every report in every format it offers', () => {
  test.each(cases)('$id as $format holds what a plain SELECT says, cell by cell', async ({ report, format }) => {
    const plan = matrixPlan(report, format);
    const expected = await selectPlainly(sample.postgres.admin, plan);
    expect(expected.length).toBeGreaterThan(0);
    const file = await exportedFile(sample.source, plan);
    if (format === 'pdf') {
      const text = await pdfText(file);
      const missing = expected.flat().filter((cell) => isPlainText(cell) && !text.includes(withoutSpaces(cell ?? '')));
      expect(missing.slice(0, 10)).toEqual([]);
      return;
    }
    expect(differences(plan, expected, await readers[format](file, plan, directory))).toEqual([]);
  });

  test('a cell that differs, a row that is missing and one too many are noticed', async () => {
    const [report] = reports.filter(({ id }) => id === 'transactions');
    if (report === undefined) throw new Error('there are no transactions');
    const plan = matrixPlan(report, 'csv');
    const expected = await selectPlainly(sample.postgres.admin, plan);
    const changed = expected.map((row, index) => (index === 7 ? row.with(2, 'other') : row));
    expect(differences(plan, expected, changed)).toHaveLength(1);
    expect(differences(plan, expected, expected.slice(0, -1))[0]).toMatch(/rows, not/);
    expect(differences(plan, expected.slice(0, -1), expected)).toEqual([expect.stringMatching(/rows, not/)]);
  });
});

/** What a PDF shows as it is: other values are set for the eye, which the tests of that format look at. */
function isPlainText(cell: PlainCell): boolean {
  return cell !== null && /^[\p{Script=Latin}\p{N} .,'@&()-]{1,24}$/u.test(cell) && !/^(true|false)$/.test(cell);
}
