import { setTimeout as sleep } from 'node:timers/promises';
import type { FaultReport } from '../../local/faults/fault-injector.ts';
import type { FaultSettings } from '../../local/faults/fault-rule.ts';
import { insist } from './insistent-client.ts';
import type { Verdict } from './invariants.ts';
import { type ProofCloud, startProofCloud } from './proof-cloud.ts';
import { type Random, seededRandom } from './random.ts';

export interface ChaosOptions {
  readonly seed: number;
  readonly exports: number;
  /** The share of calls that meet a fault. */
  readonly rate: number;
  /** How long the exports may take with faults, in milliseconds of real time; what is left then ends without. */
  readonly limitMs: number;
  readonly progress?: (line: string) => void;
}

export interface ChaosResult {
  readonly faults: FaultReport;
  readonly statuses: Readonly<Record<string, number>>;
  /** How the failed ones failed. */
  readonly failures: Readonly<Record<string, number>>;
  readonly verdicts: readonly Verdict[];
}

/** Enough for a fifth of the exports to be too large for a function. */
const ORDERS = { acme: 12_000, globex: 2_000 };

const users = ['ada', 'olga', 'gus'] as const;

/** How the rate is shared out among the kinds of faults. */
export function chaosFaults(seed: number, rate: number): FaultSettings {
  return {
    seed,
    rules: [
      { kind: 'stale-index-read', rate },
      { kind: 'transaction-conflict', rate: rate * 0.2 },
      { kind: 'connection-cut', service: 'postgresql', rate },
      { kind: 'error', tries: 'all', rate: rate * 0.2 },
      { kind: 'error', rate: rate * 0.1 },
      { kind: 'throttle', rate: rate * 0.2 },
      { kind: 'timeout-after-apply', tries: 'all', rate: rate * 0.1 },
      { kind: 'timeout-after-apply', rate: rate * 0.15 },
      { kind: 'connection-cut', rate: rate * 0.15 },
      { kind: 'kill', rate: rate * 0.05 },
      { kind: 'kill-after-apply', rate: rate * 0.05 },
    ],
  };
}

/** Queues exports, cancels and retries some, all under faults, lets all end, and judges what is there then. */
export async function runChaos(options: ChaosOptions): Promise<ChaosResult> {
  const { progress = () => {} } = options;
  const random = seededRandom(options.seed);
  const cloud = await startProofCloud(ORDERS);
  try {
    progress('the local cloud is up');
    await cloud.faults.set(chaosFaults(options.seed, options.rate));
    const requests = Array.from({ length: options.exports }, (_, number) => planRequest(random, number));
    const settled = new AbortController();
    const [accepted] = await Promise.all([
      Promise.all(
        users.map((user) =>
          queueAll(
            cloud,
            user,
            requests.filter((each) => each.user === user),
          ),
        ),
      ).finally(() => settled.abort()),
      keepMoving(cloud, settled.signal),
    ]);
    progress(`${accepted.flat().length} exports accepted`);
    if (!(await cloud.settle(options.limitMs))) progress('not all ended under faults; the rest ends without');
    progress('ended; some are retried');
    await retrySome(cloud, random, accepted.flat());
    await cloud.settle(options.limitMs);
    const faults = cloud.faults.report();
    progress('faults cleared');
    await cloud.faults.set({ rules: [] });
    await cloud.settle(options.limitMs);
    progress('judging');
    const verdicts = [...(await cloud.judge()), await accountedFor(cloud, accepted.flat())];
    const exports = await cloud.witness.exports();
    return {
      faults,
      statuses: countBy(exports, ({ record }) => record.status),
      failures: countBy(
        exports.filter(({ record }) => record.status === 'failed'),
        ({ record }) => record.failure?.code ?? 'none',
      ),
      verdicts,
    };
  } finally {
    await cloud.stop();
  }
}

interface PlannedRequest {
  readonly user: (typeof users)[number];
  /** Names the request in the record, so that a second export of it would show. */
  readonly note: string;
  readonly filters: object;
  /** Milliseconds after its acceptance; undefined leaves it alone. */
  readonly cancelAfterMs: number | undefined;
}

interface Accepted {
  readonly request: PlannedRequest;
  readonly id: string;
}

function planRequest(random: Random, number: number): PlannedRequest {
  const year = random.pick(['2023', '2024', '2025', '2026']);
  const filters = random.chance(0.15)
    ? {}
    : {
        placedFrom: `${year}-0${1 + Math.floor(random.next() * 6)}-01`,
        placedTo: `${year}-12-31`,
        ...(random.chance(0.5) && { status: [random.pick(['paid', 'shipped', 'delivered', 'refunded'])] }),
      };
  return {
    user: random.pick(users),
    note: `chaos ${number}`,
    filters,
    cancelAfterMs: random.chance(0.15) ? random.next() * 2_000 : undefined,
  };
}

async function queueAll(cloud: ProofCloud, user: string, requests: readonly PlannedRequest[]): Promise<Accepted[]> {
  const accepted: Accepted[] = [];
  const cancellations: Promise<unknown>[] = [];
  for (const request of requests) {
    const body = { report: 'orders', filters: request.filters, note: request.note };
    const headers = { 'idempotency-key': request.note.replace(' ', '-') };
    const view = await insist(() => cloud.create(user, body, headers));
    accepted.push({ request, id: view.id });
    if (request.cancelAfterMs === undefined) continue;
    cancellations.push(
      sleep(request.cancelAfterMs).then(() => insist(() => cloud.call(user, 'POST', `/v1/exports/${view.id}/cancel`))),
    );
  }
  await Promise.all(cancellations);
  return accepted;
}

/** While users wait for their exports to end before they may queue more, somebody must move the clock. */
async function keepMoving(cloud: ProofCloud, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) await cloud.settle(1_000);
}

async function retrySome(cloud: ProofCloud, random: Random, accepted: readonly Accepted[]): Promise<void> {
  const failed = new Set(
    (await cloud.witness.exports()).filter(({ record }) => record.status === 'failed').map(({ record }) => record.id),
  );
  for (const { request, id } of accepted) {
    if (!random.chance(0.3) || !failed.has(id as never)) continue;
    await insist(() => cloud.call(request.user, 'POST', `/v1/exports/${id}/retry`));
  }
}

/** Nothing that was accepted is lost, and nothing was made twice of it. */
async function accountedFor(cloud: ProofCloud, accepted: readonly Accepted[]): Promise<Verdict> {
  const roots = (await cloud.witness.exports()).filter(({ record }) => record.retryOf === undefined);
  const violations = accepted.flatMap(({ request, id }) => {
    const own = roots.filter(({ record }) => record.note === request.note).map(({ record }) => record.id);
    return own.length === 1 && own[0] === id ? [] : [`"${request.note}" was accepted as ${id} and became ${own}`];
  });
  return {
    id: 'requests',
    statement: 'every accepted request is exactly one export',
    checked: accepted.length,
    violations,
  };
}

function countBy<Value>(values: readonly Value[], name: (value: Value) => string): Record<string, number> {
  const groups = Map.groupBy(values, name);
  return Object.fromEntries([...groups].map(([key, members]) => [key, members.length]));
}
