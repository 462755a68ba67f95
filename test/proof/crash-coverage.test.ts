// @module-tag crash-points

import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { kindOfCall, wayNames } from './call-point.ts';
import { CrashCoverage, coverageFigure, coverageReport, type Trial } from './crash-coverage.ts';
import { CrashRecord } from './crash-record.ts';

const kind = 'Worker s3:UploadPart';

function trial(outcome: Trial['outcome'], more: Partial<Trial> = {}): Trial {
  return { scenario: 'large export', kind, occurrence: 1, way: 'error', outcome, ...more };
}

const inAllWays = (more: Partial<Trial> = {}) => wayNames.map((way) => trial('held', { ...more, way }));

describe('a kind of call', () => {
  test('is covered once each way of breaking it came to pass', () => {
    const coverage = new CrashCoverage(inAllWays());
    expect(coverage.missing()).toEqual([]);
    expect(coverageFigure(coverage)).toBe('Kinds of calls covered in all five ways: 1 of 1');
  });

  test('that was seen and never broken is missing in every way', () => {
    const coverage = new CrashCoverage([...inAllWays(), { seen: 'Sweeper ses:SendEmail' }]);
    expect(coverage.missing()).toEqual(wayNames.map((way) => ({ kind: 'Sweeper ses:SendEmail', way })));
    expect(coverageFigure(coverage)).toBe('Kinds of calls covered in all five ways: 1 of 2');
  });

  test.each(['not met', 'restless', 'violated'] as const)('is not covered by a case that was %s', (outcome) => {
    const coverage = new CrashCoverage([...inAllWays().filter(({ way }) => way !== 'error'), trial(outcome)]);
    expect(coverage.covered).toEqual([]);
    expect(coverage.missing()).toEqual([{ kind, way: 'error' }]);
  });

  test('is not covered while one place of many is violated', () => {
    const coverage = new CrashCoverage([...inAllWays(), trial('violated', { occurrence: 2 })]);
    expect(coverage.covered).toEqual([]);
    expect(coverage.tally({ kind, way: 'error' })).toEqual({ held: 1, violated: 1 });
  });
});

describe('a case that is repeated', () => {
  test.each([
    ['not met', 'held', { held: 1, violated: 0 }],
    ['restless', 'held', { held: 1, violated: 0 }],
    ['held', 'not met', { held: 1, violated: 0 }],
    ['held', 'held', { held: 1, violated: 0 }],
    ['held', 'violated', { held: 0, violated: 1 }],
    ['violated', 'held', { held: 0, violated: 1 }],
    ['violated', 'not met', { held: 0, violated: 1 }],
  ] as const)('%s, then %s', (first, then, tally) => {
    expect(new CrashCoverage([trial(first), trial(then)]).tally({ kind, way: 'error' })).toEqual(tally);
  });
});

test('the report has a line for each kind and for each scenario', () => {
  const lines = coverageReport(
    new CrashCoverage([...inAllWays(), trial('violated', { occurrence: 2 }), trial('not met', { scenario: 'retry' })]),
  ).split('\n');
  expect(lines).toContain(`| ${kind} | 1 | 1 | 2, 1 VIOLATED | 1 | 1 |`);
  expect(lines).toContain('| large export | 6 | 6 | 1 | 0 |');
  expect(lines).toContain('| retry | 1 | 0 | 0 | 0 |');
  expect(lines.at(-1)).toBe('Kinds of calls covered in all five ways: 0 of 1');
});

test('a kind is known by its role, whatever CloudFormation appends', () => {
  const call = { principal: 'SweeperSweepExportsRoleA5FBAF19', service: 's3', operation: 'ListObjectsV2' };
  expect(kindOfCall(call)).toBe('SweeperSweepExports s3:ListObjectsV2');
  expect(kindOfCall({ ...call, principal: 'WorkerTaskTaskRoleA5FBAF19/lead' })).toBe(
    'WorkerTaskTask/lead s3:ListObjectsV2',
  );
});

test('a record goes on where another run ended, and counts nothing of another build', () => {
  const directory = mkdtempSync(join(tmpdir(), 'waybill-crash-record-'));
  onTestFinished(() => rmSync(directory, { recursive: true }));
  const [first, ...others] = inAllWays();
  new CrashRecord(directory, 'new').add(first as Trial);
  for (const each of others) new CrashRecord(directory, 'old').add(each);
  const record = new CrashRecord(directory, 'new');
  expect(record.coverage().missing()).toHaveLength(others.length);
  for (const each of others) record.add(each);
  expect(record.coverage().covered).toEqual([kind]);
  const report = record.writeReport();
  expect(report).toContain('1 of 1');
  expect(readFileSync(join(directory, 'coverage.md'), 'utf8')).toBe(`${report}\n`);
});
