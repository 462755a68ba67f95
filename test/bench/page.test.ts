// @module-tag how-fast

import { expect, test } from 'vitest';
import { pageOf } from '../../bench/export/page.ts';
import { allMeasured, measured } from './measured.ts';

test('the page has a line for each contestant and size, and the charts of what was measured', () => {
  const { page, charts } = pageOf(measured({ csvSeconds: 20, csvMegabytes: 141 }));
  expect(page).toContain('### 1,000,000 rows');
  expect(page).toContain('Measured on 2 processors (Abacus)');
  const [csv] = page.split('\n').filter((line) => line.startsWith('| csv ') && line.includes('20.00 to 20.00'));
  const cells = csv?.split('|').map((cell) => cell.trim());
  expect(cells?.slice(1, -1)).toEqual([
    'csv',
    '1',
    '20.00',
    '20.00 to 20.00',
    '50,000',
    '0.80',
    '10.0',
    '141',
    '240',
    '21.00',
  ]);
  expect(page).toMatch(
    /\| csv +\| +10\.0 s, 141 MB \| +8\.0 s, 300 MB \| +16\.0 s, 90 MB \| +0\.0 s, 40 MB \| +0\.0 s \|/,
  );
  expect([...charts.keys()]).toEqual(['bench-rate.svg', 'bench-cpu.svg', 'bench-memory.svg']);
  for (const file of charts.keys()) expect(page).toContain(`(images/${file})`);
  expect(charts.get('bench-memory.svg')?.match(/class="line"/g)).toHaveLength(1);
});

test('a picture and a part are only there for what was measured', () => {
  const few = pageOf({ sizes: measured({ csvSeconds: 1, csvMegabytes: 1 }).sizes.slice(0, 1), profiles: [] });
  expect(few.charts.size).toBe(0);
  expect(few.page).not.toContain('.svg');
  for (const heading of ['Memory', 'Look-ups', 'Start', 'From the request', 'Measured on'])
    expect(few.page).not.toContain(heading);
});

test('work is said to be left only where something is not met, and then with what the figures say of it', () => {
  expect(pageOf(allMeasured('good')).page).not.toContain('work to be done');
  const { page } = pageOf(allMeasured('bad'));
  expect(page).toContain('What is not met is work to be done.');
  expect(page).toContain(
    '- memory of the worker, csv: 100 MB, at most 100, at 10,000 rows; 180 MB, at most 180, at 500,000 rows',
  );
  expect(page).toMatch(/- csv against psql to nowhere: .* processors were at work meanwhile: 39 % for the database/);
});

test('look-ups and starts are told with what they are compared with', () => {
  const { page } = pageOf(allMeasured('bad'));
  expect(page).toMatch(/\| csv +\| +900 \| +0\.60 \| +1\.60 \| +1\.60 \|/);
  expect(page).toContain('at most 41 of the 40 sessions');
  expect(page).toContain('30.0 s the first time');
});

test('a profile is cut without gaps, threads of its own included', () => {
  const profile = {
    ...({ id: 'csv-gzip', rows: 500_000, seconds: 5, workerCpuSeconds: 10 } as const),
    shares: [
      { what: 'idle', seconds: 2 },
      { what: 'node:crypto/hash', seconds: 3 },
      { what: 'pipeline/part-packer.ts write', seconds: 1 },
    ],
  };
  const { page } = pageOf({ sizes: [], profiles: [profile] });
  expect(page).toContain('### csv, gzip, 500,000 rows');
  expect(page).toMatch(/\| other threads: compression, garbage collection \| +6\.00 \| 60 % \|/);
  expect(page).toMatch(/\| SHA-256 +\| +3\.00 \| 30 % \|/);
  expect(page).not.toContain('| idle');
});
