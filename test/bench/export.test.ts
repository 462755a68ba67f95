// @module-tag how-fast

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, test } from 'vitest';
import { budgetsOf } from '../../bench/export/budgets.ts';
import { pageOf } from '../../bench/export/page.ts';
import { type Result, resultOf } from '../../bench/export/result.ts';
import { watchProcess } from '../../bench/export/watched-process.ts';

const run = (seconds: number, peakMegabytes: number) => ({ seconds, peakMegabytes, cpuSeconds: seconds / 2 });

function results(csvSeconds: number, csvMegabytes: number): readonly Result[] {
  return [
    resultOf('psql', 10_000, [run(0.1, 10)]),
    resultOf('psql', 500_000, [run(8, 10)]),
    resultOf('csv', 500_000, [{ ...run(10, 140), fromRequestSeconds: 11, megabytes: 120 }]),
    resultOf('psql', 1_000_000, [run(16, 10), run(12, 10), run(20, 12)]),
    resultOf('csv', 1_000_000, [{ ...run(csvSeconds, csvMegabytes), fromRequestSeconds: 21, megabytes: 240 }]),
  ];
}

const verdicts = (of: readonly Result[]) =>
  Object.fromEntries(budgetsOf(of).map(({ what, verdict, found }) => [what, `${verdict}: ${found}`]));

test('a budget is met or not by the most rows that both have, and is not run where one of them is missing', () => {
  expect(verdicts(results(20, 141))).toMatchObject({
    'csv against psql to nowhere': 'met: 0.80 times',
    'memory of the worker, csv': 'met: 141 MB',
    'the same, growth from the fewest to the most rows': 'met: 1 %',
    'csv against pandas': 'not run: -',
    'xlsx against exceljs': 'not run: -',
  });
  expect(verdicts(results(20.5, 193))).toMatchObject({
    'csv against psql to nowhere': 'not met: 0.78 times',
    'memory of the worker, csv': 'not met: 193 MB',
    'the same, growth from the fewest to the most rows': 'not met: 38 %',
  });
});

test('what is promised of 10,000 rows is not judged by any other number', () => {
  const what = '10,000 rows, from the claim on, against csv-stringify';
  const of = (rows: number) => [resultOf('csv', rows, [run(1, 1)]), resultOf('csv-stringify', rows, [run(6, 1)])];
  expect(verdicts(of(10_000))[what]).toBe('met: 6.00 times');
  expect(verdicts(of(20_000))[what]).toBe('not run: -');
});

test('the page has a line for each contestant and size, and the chart of what could be watched', () => {
  const { page, chart } = pageOf(results(20, 141), 3);
  expect(page).toContain('## 1,000,000 rows');
  const [csv] = page.split('\n').filter((line) => line.startsWith('| csv ') && line.includes('20.00 to 20.00'));
  const cells = csv?.split('|').map((cell) => cell.trim());
  expect(cells).toEqual(['', 'csv', '20.00', '20.00 to 20.00', '50,000', '0.80', '10.0', '141', '240', '21.00', '']);
  expect(chart?.match(/class="line"/g)).toHaveLength(1);
  expect(page).toContain('images/bench-memory.svg');
  const few = pageOf(results(20, 141).slice(0, 3), 3);
  expect(few.chart).toBeUndefined();
  expect(few.page).not.toContain('.svg');
});

test('a process is watched until it has ended', async () => {
  const burn =
    'const until = performance.now() + 400; const kept = Buffer.alloc(64e6, 1); while (performance.now() < until); kept.length';
  const child = spawn(process.execPath, ['-e', burn]);
  const usage = watchProcess(child.pid ?? 0);
  await once(child, 'close');
  const { cpuSeconds, peakMegabytes } = usage();
  expect(cpuSeconds).toBeGreaterThan(0.05);
  expect(peakMegabytes).toBeGreaterThan(64);
  expect(watchProcess(child.pid ?? 0)()).toEqual({ cpuSeconds: 0, peakMegabytes: 0 });
});
