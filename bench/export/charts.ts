import { drawBarChart } from '../bar-chart.ts';
import { drawLineChart } from '../line-chart.ts';
import { MANY_ROWS, MOST_ROWS } from './contestant.ts';
import type { Span } from './measurements.ts';
import { parties } from './process-usage.ts';
import type { Result } from './result.ts';
import { contestants } from './sizes.ts';

export const nameOf = (id: Result['id']): string => contestants.find((each) => each.id === id)?.name ?? id;

export const isExport = ({ id }: Result): boolean => contestants.find((each) => each.id === id)?.kind === 'export';

/** Names of the parties of a run, the worker or rival first. */
export const partyNames = {
  client: 'worker or rival',
  database: 'database',
  cloud: 'local cloud: storage, functions',
  records: 'table',
  others: 'others',
} as const;

/** At the largest size that the rates are about. */
export function rateChart(results: readonly Result[]): string | undefined {
  const rows = Math.max(
    ...results.filter(({ id, rows }) => id === 'psql' && rows <= MOST_ROWS).map((each) => each.rows),
  );
  const own = results.filter((result) => result.rows === rows);
  const reference = own.find(({ id }) => id === 'psql');
  if (reference === undefined || own.length < 2) return undefined;
  const lines = own.map((result) => {
    const times = reference.seconds / result.seconds;
    const series = result === reference ? 'psql' : isExport(result) ? 'export' : 'by hand';
    return { label: nameOf(result.id), bars: [{ from: 0, to: times, series }], note: times.toFixed(2) };
  });
  const title = `Rate, in times of psql's, ${rows.toLocaleString('en')} rows`;
  return drawBarChart({ title, lines, series: ['export', 'by hand', 'psql'], marks: [{ x: 1, label: 'psql' }] });
}

/** Who of the machine's processes used how much, at the same size. */
export function processorChart(results: readonly Result[]): string | undefined {
  const watched = results.filter(({ partySeconds, rows }) => partySeconds !== undefined && rows <= MOST_ROWS);
  if (watched.length === 0) return undefined;
  const rows = Math.max(...watched.map((each) => each.rows));
  const lines = watched
    .filter((result) => result.rows === rows)
    .map((result) => {
      const shares = [
        [partyNames.client, result.cpuSeconds ?? 0] as const,
        ...parties.map((party) => [partyNames[party], result.partySeconds?.[party] ?? 0] as const),
      ].toSorted(([a], [b]) => order.indexOf(a) - order.indexOf(b));
      let reached = 0;
      const bars = shares.map(([series, seconds]) => {
        const from = reached;
        reached += seconds;
        return { from, to: reached, series };
      });
      return { label: nameOf(result.id), bars, note: `${reached.toFixed(1)} s` };
    });
  const title = `Processor time, seconds, by whose it is, ${rows.toLocaleString('en')} rows`;
  return drawBarChart({ title, lines, series: order });
}

const order: readonly string[] = Object.values(partyNames);

/** Of workers of more than one size. */
export function memoryChart(results: readonly Result[]): string | undefined {
  const watched = results.filter((result) => isExport(result) && result.peakMegabytes && result.rows >= MANY_ROWS);
  const sizes = [...new Set(watched.map(({ rows }) => rows))];
  if (sizes.length < 2) return undefined;
  const ids = [...new Set(watched.map(({ id }) => id))];
  return drawLineChart({
    title: 'Peak memory of the worker, MB, medians, by rows',
    lines: ids.map((id) => ({
      label: nameOf(id),
      points: watched
        .filter((result) => result.id === id)
        .map(({ rows, usualMegabytes = 0 }) => [rows, usualMegabytes] as const),
    })),
    ticks: sizes.map((rows) => ({ x: rows, label: rows.toLocaleString('en') })),
    marks: [{ y: 192, label: 'csv: at most 192 MB' }],
  });
}

const services: Readonly<Record<string, string>> = {
  dynamodb: 'DynamoDB',
  s3: 'S3',
  secretsmanager: 'Secrets Manager',
  states: 'Step Functions',
};
const STATE = 'state';
const WORK = 'work';

/** Everything that began before the file was ready, by when it began. */
export function timelineChart(spans: readonly Span[]): string | undefined {
  const shown = spans.filter(({ lane }) => lane !== 'export').toSorted((a, b) => a.startMs - b.startMs);
  const readyMs = Math.max(...shown.filter(({ lane }) => lane === 'run-small-export').map(({ endMs }) => endMs));
  if (!Number.isFinite(readyMs)) return undefined;
  const lines = shown
    .filter(({ startMs, endMs, service }) => startMs < readyMs && (service !== undefined || endMs > startMs))
    .map(({ lane, name, startMs, endMs, service }) => {
      const series = service === undefined ? (lane === 'Step Functions' ? STATE : WORK) : (services[service] ?? WORK);
      const label = lane === 'Step Functions' ? name : lane === 'request' ? name : `${lane}: ${name}`;
      return { label, bars: [{ from: startMs, to: endMs, series }], note: `${Math.round(endMs - startMs)} ms` };
    });
  return drawBarChart({
    title: 'One export from the request on, milliseconds',
    lines,
    series: [STATE, WORK, ...Object.values(services)],
    marks: [{ x: readyMs, label: 'ready' }],
  });
}
