// @module-tag how-fast

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { budgetsOf } from '../../bench/export/budgets.ts';
import type { Contestant, ContestantId, Run } from '../../bench/export/contestant.ts';
import { OUT_OF_REACH, withPartitionsAbove, withTaskEnvironment } from '../../bench/export/environments.ts';
import { mergeMeasurements, readMeasurements, writeMeasurements } from '../../bench/export/measurement-store.ts';
import { type Measurements, resultsOf, type SizeRuns } from '../../bench/export/measurements.ts';
import { pageOf } from '../../bench/export/page.ts';
import { planOf } from '../../bench/export/plan.ts';
import { usageOfAll, watchParties, watchProcess } from '../../bench/export/process-usage.ts';
import { contestants, runSize } from '../../bench/export/sizes.ts';
import type { TestCloud } from '../e2e/test-cloud.ts';
import { allMeasured, measured, parties, runOf } from './measured.ts';

const verdicts = (of: Measurements) =>
  Object.fromEntries(budgetsOf(of).map(({ what, verdict, found }) => [what, `${verdict}: ${found}`]));

test('a budget is met or not by what was measured, and is not run where one side is missing', () => {
  expect(verdicts(measured({ csvSeconds: 20, csvMegabytes: 141 }))).toMatchObject({
    'csv against psql to nowhere': 'met: 0.80 times',
    'memory of the worker, csv': 'met: 141 MB',
    'csv against pandas': 'not run: -',
    'xlsx against exceljs': 'not run: -',
    'memory from 500,000 to 5,000,000 rows, csv': 'not run: -',
    'look-ups by key during an export, p95, against idle': 'not run: -',
  });
  expect(verdicts(measured({ csvSeconds: 20.5, csvMegabytes: 193 }))).toMatchObject({
    'csv against psql to nowhere': 'not met: 0.78 times',
    'memory of the worker, csv': 'not met: 193 MB',
  });
});

test('what misses a bound by little does not read like the bound', () => {
  expect(verdicts(measured({ csvSeconds: 20.05, csvMegabytes: 192.04 }))).toMatchObject({
    'csv against psql to nowhere': 'not met: 0.798 times',
    'memory of the worker, csv': 'not met: 192.04 MB',
  });
});

test('every budget has a result that it refuses, and one that it accepts', () => {
  const good = budgetsOf(allMeasured('good'));
  expect(good.filter(({ verdict }) => verdict !== 'met')).toEqual([]);
  const bad = budgetsOf(allMeasured('bad'));
  expect(bad.filter(({ verdict }) => verdict !== 'not met')).toEqual([]);
  for (const { why } of bad) expect(why).toMatch(/\w.*\.$/);
});

test('a creation that failed keeps no promise, however fast it was', () => {
  const what = 'POST /v1/exports under load, p95, against its own database calls';
  const of = (errors: number): Measurements => ({ ...allMeasured('good'), api: { clients: 200, ratio: 1, errors } });
  expect(verdicts(of(0))[what]).toBe('met: 1.00 times');
  expect(verdicts(of(1))[what]).toMatch(/^not met/);
});

test('what is promised of 10,000 rows is not judged by any other number', () => {
  const what = '10,000 rows, from the claim on, against csv-stringify';
  const of = (rows: number): Measurements => ({
    sizes: [{ rows, runs: { csv: [runOf(1, 1)], 'csv-stringify': [runOf(6, 1)] } }],
    profiles: [],
  });
  expect(verdicts(of(10_000))[what]).toBe('met: 6.00 times');
  expect(verdicts(of(20_000))[what]).toBe('not run: -');
});

test('rates are those of a million rows, whatever was run with more', () => {
  const size = (rows: number, csvSeconds: number) => ({
    rows,
    runs: { psql: [runOf(10, 10)], csv: [runOf(csvSeconds, 100)] },
  });
  const found = budgetsOf({ sizes: [size(1_000_000, 11), size(5_000_000, 1)], profiles: [] });
  expect(found[0]).toMatchObject({ found: '0.91 times', rows: 1_000_000 });
});

test('runs of one contestant become medians, the largest memory, and the seconds of everyone else', () => {
  const runs: readonly Run[] = [
    { ...runOf(3, 100), parties: parties(1) },
    { ...runOf(1, 120), parties: parties(3) },
    { ...runOf(2, 110), parties: parties(2) },
  ];
  const [result] = resultsOf({ sizes: [{ rows: 7, runs: { csv: runs } }], profiles: [] });
  expect(result).toMatchObject({ id: 'csv', rows: 7, runs: 3, seconds: 2, fastest: 1, slowest: 3 });
  expect(result).toMatchObject({ usualMegabytes: 110, peakMegabytes: 120 });
  expect(result?.partySeconds).toEqual({ cloud: 2, database: 4, records: 0, others: 0 });
  expect(result?.partyMegabytes).toEqual({ cloud: 300, database: 90, records: 40, others: 0 });
});

test('what was measured is kept until it is measured again', () => {
  const directory = mkdtempSync(join(tmpdir(), 'waybill-bench-'));
  onTestFinished(() => rmSync(directory, { recursive: true }));
  const file = join(directory, 'below', 'results.json');
  expect(readMeasurements(file)).toEqual({ sizes: [], profiles: [] });
  const before = mergeMeasurements(readMeasurements(file), { sizes: [{ rows: 500, runs: { csv: [runOf(1, 1)] } }] });
  writeMeasurements(file, before);
  const startUp = { firstSeconds: 20, laterSeconds: [5] };
  const sizes = [{ rows: 10, runs: { csv: [runOf(2, 2)] } }];
  const after = mergeMeasurements(readMeasurements(file), { startUp, sizes });
  expect(after).toMatchObject({ startUp, sizes: [{ rows: 10 }, { rows: 500 }] });
  const again = mergeMeasurements(after, { sizes: [{ rows: 500, runs: { psql: [runOf(3, 3)] } }] });
  expect(again.sizes[1]?.runs).toEqual({ psql: [runOf(3, 3)] });
  expect(again.startUp).toEqual(startUp);
});

test('a whole run has every size and case; a size, a case or a profile alone is just that', () => {
  const asked = { rows: undefined, rounds: undefined, cases: undefined, profiles: undefined, isQuick: false };
  const whole = planOf(asked);
  expect(whole.startsUp).toBe(true);
  expect(whole.clouds.map(({ rows, rounds, parts }) => [rows, rounds, [...parts].sort()])).toEqual([
    [10_000, 5, ['sizes', 'timeline']],
    [500_000, 5, ['profile', 'sizes']],
    [1_000_000, 5, ['look-ups', 'sizes']],
    [5_000_000, 3, ['sizes']],
  ]);
  const size = planOf({ ...asked, rows: [20_000], rounds: 1 });
  expect(size).toMatchObject({ clouds: [{ rows: 20_000, rounds: 1, parts: new Set(['sizes']) }], startsUp: false });
  const timeline = planOf({ ...asked, cases: ['timeline'] });
  expect(timeline.clouds.map(({ rows }) => rows)).toEqual([10_000]);
  expect(planOf({ ...asked, cases: ['start-up'] })).toEqual({ clouds: [], startsUp: true });
  const profile = planOf({ ...asked, profiles: ['xlsx'] });
  expect(profile.clouds).toMatchObject([{ rows: 500_000, parts: new Set(['profile']), profiles: ['xlsx'] }]);
});

test('with five million rows only what memory and processor time depend on is run, and once what takes minutes', () => {
  const taking = (rows: number) =>
    Object.fromEntries(contestants.map(({ id, rounds }) => [id, rounds(rows, 5)]).filter(([, rounds]) => rounds !== 0));
  const asked: readonly ContestantId[] = [
    ...([
      'psql',
      'csv',
      'csv-parallel',
      'csv-partitioned',
      'csv-stringify',
      'parquet-part-files',
      'csv-gzip',
      'ndjson',
      'parquet',
      'xlsx',
    ] as const),
  ];
  expect(Object.keys(taking(5_000_000)).sort()).toEqual([...asked].sort());
  expect(taking(1_000_000)).toMatchObject({ psql: 5, csv: 5, 'csv-stringify': 3, pandas: 1, exceljs: 1, xlsx: 3 });
  expect(taking(5_000_000)).toMatchObject({ 'csv-partitioned': 1, 'csv-stringify': 1 });
  expect(new Set(Object.values(taking(10_000)))).toEqual(new Set([5]));
});

test('one that fails takes no part any more, and is told of; the others go on', async () => {
  const cloud = {} as TestCloud;
  const kept: SizeRuns[] = [];
  const ran: string[] = [];
  const contestant = (id: ContestantId, run: () => Promise<Run>): Contestant => ({
    ...{ id, name: id, kind: 'export', rounds: (_, rounds) => rounds },
    run: () => {
      ran.push(id);
      return run();
    },
  });
  const taking = [
    contestant('csv', async () => runOf(1, 1)),
    contestant('xlsx', async () => {
      throw new Error('too_large');
    }),
  ];
  await runSize(cloud, { rows: 7, rounds: 3, taking }, (size) => kept.push(size));
  expect(ran).toEqual(['csv', 'xlsx', 'csv', 'csv']);
  expect(kept.at(-1)).toEqual({
    rows: 7,
    runs: { csv: [runOf(1, 1), runOf(1, 1), runOf(1, 1)] },
    failures: { xlsx: 'too_large' },
  });
  const { page } = pageOf({ sizes: kept.slice(-1), profiles: [] });
  expect(page).toContain('Failed: xlsx.');
});

test('tasks of a run have its variables, and those after it have not', async () => {
  const container = { environment: { STAGE: 'local', CONNECTIONS: '1' } };
  const cloud = { plan: { taskDefinitions: [{ containers: [container] }] } } as never;
  const during = await withTaskEnvironment(cloud, { CONNECTIONS: '2', NODE_OPTIONS: '--cpu-prof' }, async () => ({
    ...container.environment,
  }));
  expect(during).toEqual({ STAGE: 'local', CONNECTIONS: '2', NODE_OPTIONS: '--cpu-prof' });
  expect(container.environment).toEqual({ STAGE: 'local', CONNECTIONS: '1' });
});

test('several tasks make only what is to be made so, and functions that were warm know', async () => {
  const measure = { name: 'measure', environment: { DATABASE_SECRET_ARN: 'secret', STAGE: 'local' } };
  const other = { name: 'other', environment: { STAGE: 'local' } };
  /** What each function had when it was ended. */
  const ended: [string, string | undefined][] = [];
  const threshold = () => (measure.environment as Record<string, string>).PARTITION_ABOVE_ROWS;
  const cloud = {
    plan: { functions: [measure, other] },
    functions: { kill: async (name: string) => void ended.push([name, threshold()]) },
  } as never;
  await withPartitionsAbove(cloud, OUT_OF_REACH, async () => {
    expect(threshold()).toBe('999999999');
    await withPartitionsAbove(cloud, 1_000, async () => expect(threshold()).toBe('1000'));
    expect(threshold()).toBe('999999999');
  });
  expect(measure.environment).toEqual({ DATABASE_SECRET_ARN: 'secret', STAGE: 'local' });
  expect(ended).toEqual([
    ['measure', '999999999'],
    ['measure', '1000'],
    ['measure', '999999999'],
    ['measure', undefined],
  ]);
});

test('of several processes the processor time is that of all, and the memory that of the largest', () => {
  const usages = [
    { cpuSeconds: 1, peakMegabytes: 120 },
    { cpuSeconds: 3, peakMegabytes: 150 },
    { cpuSeconds: 2, peakMegabytes: 90 },
  ];
  expect(usageOfAll(usages)).toEqual({ cpuSeconds: 6, peakMegabytes: 150 });
});

test('a process is watched until it has ended, with the children that it has waited for', async () => {
  // Of processor time, whatever else the machine does.
  const burn = 'const kept = Buffer.alloc(64e6, 1); while (process.cpuUsage().user < 300_000); kept.length';
  const child = spawn(process.execPath, ['-e', burn]);
  const partiesOf = watchParties();
  const usage = watchProcess(child.pid ?? 0);
  await once(child, 'close');
  const { cpuSeconds, peakMegabytes } = usage();
  expect(cpuSeconds).toBeGreaterThan(0.2);
  expect(peakMegabytes).toBeGreaterThan(64);
  expect(watchProcess(child.pid ?? 0)()).toEqual({ cpuSeconds: 0, peakMegabytes: 0 });
  const { cloud, database } = partiesOf(cpuSeconds);
  expect(cloud.peakMegabytes).toBeGreaterThan(10);
  expect(database).toEqual({ cpuSeconds: 0, peakMegabytes: 0 });
  const parent = `require('node:child_process').execFileSync(process.execPath, ['-e', ${JSON.stringify(burn)}]); setTimeout(() => {}, 200)`;
  const grown = spawn(process.execPath, ['-e', parent]);
  const both = watchProcess(grown.pid ?? 0);
  await once(grown, 'close');
  expect(both().cpuSeconds).toBeGreaterThan(0.3);
});
