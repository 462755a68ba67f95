import type { ContestantId, Run } from '../../bench/export/contestant.ts';
import type { Measurements, SizeRuns } from '../../bench/export/measurements.ts';

export const parties = (seconds: number): NonNullable<Run['parties']> => ({
  cloud: { cpuSeconds: seconds, peakMegabytes: 300 },
  database: { cpuSeconds: seconds * 2, peakMegabytes: 90 },
  records: { cpuSeconds: 0, peakMegabytes: 40 },
  others: { cpuSeconds: 0, peakMegabytes: 0 },
});

export const runOf = (seconds: number, peakMegabytes: number): Run => ({
  seconds,
  peakMegabytes,
  cpuSeconds: seconds / 2,
});

/** psql, and csv with as many seconds and megabytes at a million rows. */
export function measured({ csvSeconds, csvMegabytes }: { csvSeconds: number; csvMegabytes: number }): Measurements {
  return {
    machine: {
      ...{ processors: 2, model: 'Abacus', memoryGigabytes: 8, kernel: '6.1', node: '24.0.0', postgres: '18.0' },
    },
    sizes: [
      { rows: 10_000, runs: { psql: [runOf(0.1, 10)] } },
      {
        rows: 500_000,
        runs: {
          psql: [runOf(8, 10)],
          csv: [{ ...runOf(10, 140), fromRequestSeconds: 11, megabytes: 120, parties: parties(4) }],
        },
      },
      {
        rows: 1_000_000,
        runs: {
          psql: [runOf(16, 10), runOf(12, 10), runOf(20, 12)],
          csv: [{ ...runOf(csvSeconds, csvMegabytes), fromRequestSeconds: 21, megabytes: 240, parties: parties(8) }],
        },
      },
    ],
    profiles: [],
  };
}

/** Every budget's figures: all a little better than promised, or all a little worse. */
export function allMeasured(kind: 'good' | 'bad'): Measurements {
  const isGood = kind === 'good';
  const exports: readonly ContestantId[] = [
    ...(['csv', 'csv-parallel', 'csv-partitioned', 'csv-gzip', 'csv-zstd', 'ndjson', 'parquet', 'xlsx'] as const),
  ];
  const [csv, parallel, gzip, zstd, xlsx] = isGood ? [12, 8, 19, 16, 10] : [13, 9, 21, 17, 40];
  const seconds: Partial<Record<ContestantId, number>> = {
    csv,
    'csv-parallel': parallel,
    'csv-gzip': gzip,
    'csv-zstd': zstd,
    xlsx,
  };
  const size = (rows: number, megabytes: number): SizeRuns => ({
    rows,
    runs: {
      psql: [runOf(10, 10)],
      'csv-stringify': [{ ...runOf(isGood ? 64 : 48, 200), cpuSeconds: isGood ? 64 : 48 }],
      pandas: [runOf(isGood ? 125 : 120, 900)],
      exceljs: [runOf(isGood ? 60 : 100, 500)],
      ...Object.fromEntries(
        exports.map((id) => {
          const run = runOf(seconds[id] ?? 20, megabytes);
          return [id, [{ ...run, fromRequestSeconds: isGood ? 30 : 301, parties: parties(3) }]];
        }),
      ),
    },
  });
  const busyMs = isGood ? 1.4 : 1.6;
  return {
    sizes: [
      size(10_000, 100),
      size(500_000, isGood ? 140 : 180),
      size(1_000_000, 145),
      size(5_000_000, isGood ? 149 : 199),
    ],
    profiles: [],
    lookUps: {
      ...{ rows: 1_000_000, rounds: 3, perSecond: 50 },
      phases: [
        { beside: 'idle', count: 900, medianMs: 0.5, p95Ms: 1 },
        { beside: 'csv', count: 900, medianMs: 0.6, p95Ms: busyMs },
        { beside: 'csv', othersYield: true, count: 900, medianMs: 0.6, p95Ms: busyMs },
        { beside: 'csv-parallel', count: 900, medianMs: 0.6, p95Ms: busyMs },
        { beside: 'csv-parallel', othersYield: true, count: 900, medianMs: 0.6, p95Ms: busyMs },
        { beside: 'psql', count: 900, medianMs: 0.6, p95Ms: 1.5 },
        { beside: 'psql-twice', count: 900, medianMs: 0.6, p95Ms: 1.5 },
      ],
      connections: { most: isGood ? 2 : 41, cap: 40 },
    },
    api: { clients: 200, ratio: isGood ? 4.9 : 5.1, errors: 0 },
    lists: {
      sizes: { exports: 100_000, beside: 1_000, waiting: 10_000, waitingBeside: 50, rounds: 1 },
      taken: {
        ...{ short: [10], first: [busyMs * 10] },
        ...{ shortBesideLine: [20], firstOfLine: [busyMs * 20], admitShort: [30], admitLong: [busyMs * 30] },
      },
    },
    startUp: { firstSeconds: 30, laterSeconds: isGood ? [5, 9.9] : [5, 10.1] },
  };
}
