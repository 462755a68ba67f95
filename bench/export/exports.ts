import { setTimeout as sleep } from 'node:timers/promises';
import type { ExportView } from '../../core/contract/export-schemas.ts';
import type { Waybill } from '../../core/domain/waybill.ts';
import type { TestCloud } from '../../test/e2e/test-cloud.ts';
import { type Contestant, type ContestantId, MANY_ROWS, MOST_ROWS, paces, type Run } from './contestant.ts';
import { withPartitionsAbove, withTaskEnvironment } from './environments.ts';
import { type Usage, usageOfAll, watchParties, watchProcess } from './process-usage.ts';

/** Who asks, for all orders of the account. */
export const USER = 'ada';

/** Often enough to find a task while it starts; each look at an export costs processor time that the export has not. */
const TASK_POLL_MS = 20;
const VIEW_POLL_MS = 200;

/** With how many connections an export is read; by default as many as the stage has. */
const readers = (connections: number) => ({ DATABASE_CONNECTIONS: String(connections) });

interface ExportContestant {
  readonly id: ContestantId;
  readonly name: string;
  readonly request: object;
  /** What the task is given besides. */
  readonly environment?: Readonly<Record<string, string>>;
  readonly rounds?: Contestant['rounds'];
  /** From how many rows on several tasks make it, each with one connection. @default one task does */
  readonly partitionAboveRows?: number;
}

/** An export over the API, of all orders of an account. */
function waybill({
  id,
  name,
  request,
  environment = {},
  rounds = paces.fast,
  partitionAboveRows,
}: ExportContestant): Contestant {
  const run = (cloud: TestCloud) => withTaskEnvironment(cloud, environment, () => runExport(cloud, request));
  return {
    id,
    name,
    kind: 'export',
    rounds,
    run: (cloud) =>
      partitionAboveRows === undefined ? run(cloud) : withPartitionsAbove(cloud, partitionAboveRows, () => run(cloud)),
  };
}

/** One export, from the request to its removal. */
async function runExport(cloud: TestCloud, request: object): Promise<Run> {
  const partiesOf = watchParties();
  const askedAt = Date.now();
  const { status, body } = await cloud.create(USER, { report: 'orders', ...request });
  if (status !== 202) throw new Error(`${JSON.stringify(request)}: ${JSON.stringify(body)}`);
  const { view, usage } = await untilEnded(cloud, body);
  const parties = partiesOf(usage?.cpuSeconds ?? 0);
  if (view.status !== 'ready' || view.readyAt === undefined) throw new Error(JSON.stringify(view));
  const { timings, file } = (await cloud.call<Waybill>(USER, 'GET', `/v1/exports/${view.id}/waybill`)).body;
  // So that files of gigabytes do not fill the disk.
  await cloud.call(USER, 'DELETE', `/v1/exports/${view.id}`);
  const [from, to] = [Date.parse(timings.startedAt), Date.parse(timings.finishedAt)];
  return {
    seconds: (to - from) / 1000,
    between: [from, to],
    // By the export's own word: no look is late by a poll.
    fromRequestSeconds: (Date.parse(view.readyAt) - askedAt) / 1000,
    megabytes: file.bytes / 1e6,
    parties,
    ...usage,
  };
}

async function untilEnded(cloud: TestCloud, asked: ExportView): Promise<{ view: ExportView; usage?: Usage }> {
  const usages = new Map<number, () => Usage>();
  let view = asked;
  for (let lookedAt = performance.now(); view.status === 'queued' || view.status === 'running'; ) {
    for (const { pid } of cloud.tasks.running()) {
      if (pid !== undefined && !usages.has(pid)) usages.set(pid, watchProcess(pid));
    }
    await sleep(TASK_POLL_MS);
    if (cloud.tasks.running().length > 0 || performance.now() - lookedAt < VIEW_POLL_MS) continue;
    view = (await cloud.call<ExportView>(USER, 'GET', `/v1/exports/${asked.id}`)).body;
    lookedAt = performance.now();
  }
  return { view, ...(usages.size > 0 && { usage: usageOfAll([...usages.values()].map((usageOf) => usageOf())) }) };
}

const csv = { format: 'csv' };

const zstd = waybill({ id: 'csv-zstd', name: 'csv, zstd', request: { ...csv, compression: 'zstd' } });

export const exportContestants: readonly Contestant[] = [
  waybill({ id: 'csv', name: 'csv', request: csv, environment: readers(1) }),
  waybill({ id: 'csv-parallel', name: 'csv, parallel', request: csv, environment: readers(2) }),
  waybill({
    ...{ id: 'csv-partitioned', name: 'csv, several tasks', request: csv, rounds: paces.seldom },
    // Far below the sizes at which it takes part: what counts is the planner's estimate.
    partitionAboveRows: MANY_ROWS,
  }),
  waybill({
    ...{ id: 'parquet-part-files', name: 'parquet, part files of several tasks', rounds: paces.seldom },
    ...{ request: { format: 'parquet' }, partitionAboveRows: MANY_ROWS },
  }),
  waybill({ id: 'csv-gzip', name: 'csv, gzip', request: { ...csv, compression: 'gzip' } }),
  { ...zstd, rounds: (rows, rounds) => (rows <= MOST_ROWS ? rounds : 0) },
  waybill({ id: 'ndjson', name: 'ndjson', request: { format: 'ndjson' }, rounds: paces.slow }),
  waybill({ id: 'parquet', name: 'parquet', request: { format: 'parquet' }, rounds: paces.slow }),
  waybill({ id: 'xlsx', name: 'xlsx', request: { format: 'xlsx' }, rounds: paces.slow }),
];
