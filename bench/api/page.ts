import { availableParallelism } from 'node:os';
import { percentile } from '../../local/cloudwatch/statistic.ts';
import type { Load } from './jobs.ts';

/** What requests are meant to be answered with. */
const wanted = new Set(['200', '202', '304', 'created']);

/** All requests of one kind: milliseconds. */
export interface Result {
  readonly name: string;
  readonly requests: number;
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
  readonly perSecond: number;
  readonly errors: number;
}

export function resultOf(name: string, loads: readonly Load[]): Result {
  const requests = loads.flatMap((load) => load.requests);
  const taken = requests.map(({ milliseconds }) => milliseconds);
  return {
    name,
    requests: requests.length,
    p50: percentile(taken, 50),
    p95: percentile(taken, 95),
    p99: percentile(taken, 99),
    perSecond: requests.length / loads.reduce((sum, { seconds }) => sum + seconds, 0),
    errors: requests.filter(({ outcome }) => !wanted.has(outcome)).length,
  };
}

/** One line of what a load was answered with. */
export function summaryOf(name: string, load: Load): string {
  const { p50, p95, perSecond } = resultOf(name, [load]);
  const outcomes = Object.entries(Object.groupBy(load.requests, ({ outcome }) => outcome));
  const counts = outcomes.map(([outcome, requests]) => `${requests?.length} ${outcome}`).join(', ');
  const figures = [p50, p95].map((milliseconds) => milliseconds.toFixed(0)).join(' / ');
  return `${name.padEnd(24)} p50 / p95 ${figures} ms, ${perSecond.toFixed(0)} a second, asking took ${load.cpuSeconds.toFixed(1)} s of CPU: ${counts}`;
}

export function pageOf(results: readonly Result[], { clients, rounds }: { clients: number; rounds: number }): string {
  return JSON.stringify({ results, clients, rounds, cpus: availableParallelism() }, null, 1);
}
