import { availableParallelism } from 'node:os';
import { percentile } from '../../local/cloudwatch/statistic.ts';
import { markdownTable } from '../markdown-table.ts';
import type { Load } from './jobs.ts';

/** What is measured, by the names it has on the page. */
export const measured = {
  database: 'its database calls, straight to dynoxide',
  table: 'its database calls, to the local DynamoDB',
  create: 'POST /v1/exports',
  get: 'GET /v1/exports/{id}',
  poll: 'the same, with the ETag of before: 304',
  list: 'GET /v1/exports, first page',
} as const;

/** The promise: a creation's p95 beside that of its own database calls. */
const CREATE_RATIO = 5;

/** What requests are meant to be answered with. */
const wanted = new Set(['200', '202', '304', 'created']);

/** All requests of one kind, milliseconds. */
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
  return `${name.padEnd(44)} p50 / p95 ${figures} ms, ${perSecond.toFixed(0)} a second; ${load.cpuSeconds.toFixed(1)} s of CPU to ask: ${counts}`;
}

/** Whether the promise holds of these. @throws Error when one of the two was not measured */
export function verdictOf(results: readonly Result[]): { readonly ratio: number; readonly isMet: boolean } {
  const [create, table] = [measured.create, measured.table].map((name) => results.find((one) => one.name === name));
  if (create === undefined || table === undefined)
    throw new Error('A creation and its database calls are to be measured');
  const ratio = create.p95 / table.p95;
  return { ratio, isMet: ratio <= CREATE_RATIO && create.errors === 0 && table.errors === 0 };
}

/** docs/bench-api.md */
export function pageOf(results: readonly Result[], { clients, rounds }: { clients: number; rounds: number }): string {
  const { ratio, isMet } = verdictOf(results);
  const database = results.find(({ name }) => name === measured.database);
  const create = results.find(({ name }) => name === measured.create);
  const bare = database && create ? (create.p95 / database.p95).toFixed(1) : '-';
  const rows = results.map((one) => [
    one.name.replace(/^[A-Z]+ [^,]+/, (route) => `\`${route}\``),
    String(one.requests),
    ...[one.p50, one.p95, one.p99].map((milliseconds) => milliseconds.toFixed(0)),
    one.perSecond.toFixed(0),
    String(one.errors),
  ]);
  return `# How the API bears load

    npm run bench:api                # minutes; writes this page with --write

${clients} clients at once, each sending its next request when the last was answered, from a program of their own; by turns, ${rounds} rounds
in one run of the local cloud on ${availableParallelism()} processors, which run the API's functions, the database and the clients together. With so
many clients a time is mostly waiting for a processor: the ratios tell something, the times nothing of AWS. Workers are paused.

${markdownTable(['milliseconds', 'requests', 'p50', 'p95', 'p99', 'a second', 'errors'], rows)}

${markdownTable(
  ["a creation's p95", 'wanted', 'found', ''],
  [
    [
      'against its own database calls alone, sent to the local DynamoDB',
      `at most ${CREATE_RATIO.toFixed(1)} times`,
      `${ratio.toFixed(1)} times`,
      isMet ? 'met' : 'not met',
    ],
    ['against the same, without signatures and policies', '', `${bare} times`, ''],
  ],
)}

A creation's database calls are three: the caller's membership, the idempotency key, and one transaction of four items. What
else a creation takes: a token's signature, the start of an execution, and, while the clients go on, what that execution does
until it waits in line, which is four more calls to the database and a function of its own.

## Where the time goes

A profile of all threads is flat: no function of Waybill's own takes more than a few hundredths of it. The AWS SDK takes about a
millisecond of processor for a call, which the clients that ask the table alone pay as well. The local cloud is one process
that checks the signature and the policy of each call and hands it on: the first two rows of the table tell what that takes. On
AWS neither is shared: each request has a processor of its own, and DynamoDB and Step Functions are elsewhere. What counts
there is the number of calls one after the other and their units, which [tests hold](cost.md#what-the-table-is-asked-for).
`;
}
