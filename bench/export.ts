import { execFileSync } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { startTestCloud } from '../test/e2e/test-cloud.ts';
import { budgetsOf } from './export/budgets.ts';
import { type Contestant, csvStringify, excelJs, pandas, psql, type Run, waybill } from './export/contestants.ts';
import { pageOf } from './export/page.ts';
import { type Result, resultOf } from './export/result.ts';

/**
 * How fast an export is, beside what one would do by hand: the same rows, by turns, in one run of the local cloud.
 * `npm run bench`, `npm run bench -- --quick`, `npm run bench -- --rows 1000000 --runs 5 --write`
 */
const { values } = parseArgs({
  options: {
    rows: { type: 'string', multiple: true },
    runs: { type: 'string' },
    /** A few minutes: fewer rows, each once. */
    quick: { type: 'boolean', default: false },
    /** Writes docs/bench.md and its chart. */
    write: { type: 'boolean', default: false },
  },
});
const sizes = (values.rows ?? (values.quick ? ['10000', '200000'] : ['10000', '500000', '1000000'])).map(Number);
const runs = Number(values.runs ?? (values.quick ? 1 : 5));

/** Each of these takes minutes for what the others do in seconds; more of its figures would say no more. */
const once = new Set<Contestant>([pandas, excelJs]);

const all: readonly Contestant[] = [
  psql,
  waybill('csv', { format: 'csv' }),
  csvStringify,
  pandas,
  waybill('csv, gzip', { format: 'csv', compression: 'gzip' }),
  waybill('csv, zstd', { format: 'csv', compression: 'zstd' }),
  waybill('ndjson', { format: 'ndjson' }),
  waybill('parquet', { format: 'parquet' }),
  waybill('xlsx', { format: 'xlsx' }),
  excelJs,
];

const rivals = new URL('rivals', import.meta.url).pathname;
if (!existsSync(`${rivals}/node_modules`)) {
  execFileSync('npm', ['ci', '--ignore-scripts', '--prefix', rivals], { stdio: 'inherit' });
}

const results: Result[] = [];
for (const rows of sizes) {
  console.info(`\n${rows.toLocaleString('en')} rows`);
  const cloud = await startTestCloud({ acmeOrders: rows, globexOrders: 100, recordsPermissions: false });
  try {
    const found = new Map<Contestant, Run[]>();
    for (let round = 0; round < runs; round += 1) {
      // By turns, and from another one on each time: what else the machine does meets all alike.
      for (let place = 0; place < all.length; place += 1) {
        const contestant = all[(place + round) % all.length];
        if (contestant === undefined || (once.has(contestant) && found.has(contestant))) continue;
        const run = await contestant.run(cloud);
        if (run === undefined) continue;
        found.set(contestant, [...(found.get(contestant) ?? []), run]);
        const { seconds, cpuSeconds = 0, peakMegabytes = 0 } = run;
        console.info(
          `  ${contestant.name.padEnd(46)}${seconds.toFixed(2).padStart(8)} s, CPU ${cpuSeconds.toFixed(1)} s, ${peakMegabytes.toFixed(0)} MB`,
        );
      }
    }
    for (const contestant of all) {
      const own = found.get(contestant);
      if (own !== undefined) results.push(resultOf(contestant.name, rows, own));
    }
  } finally {
    await cloud.stop();
  }
}

for (const { what, wanted, found, verdict } of budgetsOf(results)) {
  console.info(`${verdict.padEnd(8)} ${what}: ${found}, wanted ${wanted}`);
}
if (values.write) {
  const { page, chart } = pageOf(results, runs);
  writeFileSync('docs/bench.md', page);
  if (chart !== undefined) writeFileSync('docs/images/bench-memory.svg', chart);
}
process.exit(0);
