import { availableParallelism, totalmem } from 'node:os';
import { drawLineChart } from '../line-chart.ts';
import { budgetsOf } from './budgets.ts';
import type { Result } from './result.ts';

/** docs/bench.md, and its chart if workers of more than one size were watched. */
export function pageOf(results: readonly Result[], runs: number): { readonly page: string; readonly chart?: string } {
  const sizes = [...new Set(results.map(({ rows }) => rows))];
  const page = `# How fast

    npm run bench                # an hour, with a million rows; writes this page with --write
    npm run bench -- --quick     # minutes

The same rows of 20 columns by the export and by what one would do by hand, by turns, in one run of the local cloud: what else
the machine does meets all alike. Medians of ${runs} runs (pandas and exceljs once), and the fastest and the slowest. An export's
seconds are those from the worker's claim to the file that is checked, with its upload; those from the request on stand
beside. Up to 10,000 rows a function makes the file, whose processor time and memory cannot be told from the rest.

Measured on ${availableParallelism()} processors and ${Math.round(totalmem() / 1e9)} GB that run the database, the storage and the client
at once, Node.js ${process.versions.node}.

## Budgets

What is not met is work to be done.

${table(
  ['', 'wanted', 'found', ''],
  budgetsOf(results).map(({ what, wanted, found, verdict }) => [what, wanted, found, verdict]),
)}

${sizes.map((rows) => sizeTable(results, rows)).join('\n\n')}
`;
  const watched = new Set(results.filter(isWatched).map(({ rows }) => rows));
  if (watched.size < 2) return { page };
  return {
    page: `${page}\n## Memory of the worker\n\n![Peak memory in megabytes](images/bench-memory.svg)\n`,
    chart: memoryChart(results.filter(isWatched), [...watched]),
  };
}

function sizeTable(results: readonly Result[], rows: number): string {
  const own = results.filter((result) => result.rows === rows);
  const reference = own.find(({ name }) => name.startsWith('psql'));
  const lines = own.map((result) => [
    result.name,
    result.seconds.toFixed(2),
    `${result.fastest.toFixed(2)} to ${result.slowest.toFixed(2)}`,
    Math.round(rows / result.seconds).toLocaleString('en'),
    reference === undefined ? '-' : (reference.seconds / result.seconds).toFixed(2),
    result.cpuSeconds?.toFixed(1) ?? '-',
    result.peakMegabytes?.toFixed(0) ?? '-',
    result.megabytes?.toFixed(0) ?? '-',
    result.fromRequestSeconds?.toFixed(2) ?? '-',
  ]);
  const heads = [
    '',
    'seconds',
    'range',
    'rows a second',
    'of psql’s rate',
    'CPU, s',
    'peak, MB',
    'file, MB',
    'from the request, s',
  ];
  return `## ${rows.toLocaleString('en')} rows\n\n${table(heads, lines)}`;
}

/** The first column to the left, the others to the right. */
function table(heads: readonly string[], lines: readonly (readonly string[])[]): string {
  const widths = heads.map((head, column) =>
    Math.max(3, head.length, ...lines.map((line) => line[column]?.length ?? 0)),
  );
  const row = (cells: readonly string[]) =>
    `| ${cells.map((cell, column) => (column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0))).join(' | ')} |`;
  const rule = `| ${widths.map((width, column) => (column === 0 ? '-'.repeat(width) : `${'-'.repeat(width - 1)}:`)).join(' | ')} |`;
  return [row(heads), rule, ...lines.map(row)].join('\n');
}

/** An export, by a worker of its own. */
function isWatched({ fromRequestSeconds, peakMegabytes }: Result): boolean {
  return fromRequestSeconds !== undefined && peakMegabytes !== undefined;
}

function memoryChart(results: readonly Result[], sizes: readonly number[]): string {
  const names = [...new Set(results.map(({ name }) => name))];
  return drawLineChart({
    title: 'Peak memory of the worker, MB, by rows',
    lines: names.map((label) => ({
      label,
      points: results
        .filter(({ name }) => name === label)
        .map(({ rows, peakMegabytes = 0 }) => [rows, peakMegabytes] as const),
    })),
    ticks: sizes.map((rows) => ({ x: rows, label: rows.toLocaleString('en') })),
  });
}
