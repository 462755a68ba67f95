import { execFileSync } from 'node:child_process';
import { parseArgs } from 'node:util';
import { rowsOf } from '../adapters/postgres/copy-text.ts';
import type { Format } from '../core/domain/report.ts';
import { fileFormatOf } from '../formats/index.ts';
import { percentile } from '../local/cloudwatch/statistic.ts';
import { orderPlan, orderText, orderValues } from './formats/order-rows.ts';

/**
 * Time and memory of the file formats alone, from what PostgreSQL sends to bytes that are counted and dropped. Each run is
 * a process of its own, with the options this one has, and the formats take turns:
 * `node bench/formats.ts --rows 1000000 --format xlsx --format parquet --runs 5`. The format `exceljs` is that library's
 * streaming writer, given the same rows as pg gives them; it needs `npm ci --ignore-scripts --prefix bench/rivals`.
 */
const { values } = parseArgs({
  options: {
    rows: { type: 'string', default: '1000000' },
    runs: { type: 'string', default: '1' },
    format: { type: 'string', multiple: true, default: ['csv', 'ndjson', 'xlsx', 'parquet'] },
    inside: { type: 'boolean', default: false },
  },
});

const RIVAL = 'exceljs';

interface Run {
  readonly seconds: number;
  readonly cpuSeconds: number;
  readonly peakMegabytes: number;
  readonly megabytes: number;
}

interface Rival {
  workbook(headers: readonly string[], rows: AsyncIterable<readonly unknown[]>): AsyncIterable<Uint8Array>;
}

async function fileOf(format: string, count: number): Promise<AsyncIterable<Uint8Array>> {
  if (format === RIVAL) {
    const { workbook }: Rival = await import(new URL('./rivals/exceljs-rows.mjs', import.meta.url).href);
    const headers = orderPlan.columns.map(({ header }) => header);
    return workbook(headers, orderValues(count));
  }
  return fileFormatOf(format as Format)(
    { plan: orderPlan, snapshot: { takenAt: Date.now() } },
    rowsOf(
      orderText(count),
      orderPlan.columns.map(({ type }) => type),
    ),
  );
}

async function measure(format: string, count: number): Promise<Run> {
  const startedAt = performance.now();
  let bytes = 0;
  for await (const chunk of await fileOf(format, count)) bytes += chunk.length;
  const { maxRSS, userCPUTime, systemCPUTime } = process.resourceUsage();
  return {
    seconds: (performance.now() - startedAt) / 1000,
    cpuSeconds: (userCPUTime + systemCPUTime) / 1e6,
    peakMegabytes: maxRSS / 1024,
    megabytes: bytes / 1e6,
  };
}

function runApart(format: string): Run {
  const inside = [...process.execArgv, import.meta.filename, '--inside', '--rows', values.rows, '--format', format];
  return JSON.parse(execFileSync(process.execPath, inside, { encoding: 'utf8' }));
}

function print(format: string, count: number, runs: readonly Run[]): void {
  const median = (pick: (run: Run) => number) => percentile(runs.map(pick), 50);
  const seconds = median((run) => run.seconds);
  console.log(
    `${format.padEnd(8)} ${Math.round(count / seconds).toLocaleString('en')} rows/s, ${seconds.toFixed(2)} s,`,
    `CPU ${median((run) => run.cpuSeconds).toFixed(2)} s,`,
    `RSS ${Math.max(...runs.map((run) => run.peakMegabytes)).toFixed(0)} MB,`,
    `file ${median((run) => run.megabytes).toFixed(0)} MB`,
  );
}

const count = Number(values.rows);
if (values.inside) {
  console.log(JSON.stringify(await measure(values.format[0] ?? '', count)));
} else {
  const runs = new Map(values.format.map((format) => [format, [] as Run[]]));
  for (let run = 1; run <= Number(values.runs); run += 1) {
    for (const format of values.format) runs.get(format)?.push(runApart(format));
  }
  for (const [format, own] of runs) print(format, count, own);
}
