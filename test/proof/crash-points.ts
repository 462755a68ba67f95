import type { FaultKind, FaultSettings } from '../../local/faults/fault-rule.ts';
import { type ProofCloud, startProofCloud } from './proof-cloud.ts';
import { seededRandom } from './random.ts';
import { SCENARIO_ORDERS, type Scenario, SETTLE_LIMIT_MS, scenarios } from './scenarios.ts';

/** One call that a scenario makes. */
interface Point {
  readonly principal: string;
  readonly service: string;
  readonly operation: string;
  /** From 1: which of the scenario's calls of this principal to this operation. */
  readonly occurrence: number;
}

/** What may happen at a point. */
const variants = {
  'crash before': { kind: 'kill', tries: 'first' },
  'crash after': { kind: 'kill-after-apply', tries: 'first' },
  error: { kind: 'error', tries: 'all' },
  'reply lost once': { kind: 'timeout-after-apply', tries: 'first' },
  'all replies lost': { kind: 'timeout-after-apply', tries: 'all' },
} as const satisfies Record<string, { kind: FaultKind; tries: 'first' | 'all' }>;

type Variant = keyof typeof variants;

interface Case {
  readonly scenario: Scenario;
  readonly point: Point;
  readonly variant: Variant;
}

export interface CrashPointsOptions {
  /** Run only this many cases, evenly drawn by the seed. @default all */
  readonly sample?: number;
  readonly seed?: number;
  /** Run only cases number i, i + n, i + 2n ... @default all */
  readonly shard?: { readonly index: number; readonly count: number };
  /** Only the scenarios of these names. @default all */
  readonly only?: readonly string[];
  /** Each call only in the first of all scenarios that makes it. @default in every one */
  readonly once?: boolean;
  /** Only calls of roles with this in their name, in any case. @default all */
  readonly principal?: string;
  readonly progress?: (line: string) => void;
}

export interface CrashPointsResult {
  /** Calls found, by scenario. */
  readonly points: Readonly<Record<string, number>>;
  readonly cases: number;
  /** Cases whose call was not made this time: how often a worker looks at something depends on time. */
  readonly notMet: number;
  readonly violations: readonly string[];
}

/** A cloud whose table and bucket have grown makes each case slower than a new one takes to start. */
const CASES_PER_CLOUD = 60;

const RECORDING_STANDSTILL_MS = 15_000;

/**
 * Finds every call to AWS that each scenario makes, then repeats the scenario once for each of them and each thing that
 * may happen there. A call that is new in the code is found like any other.
 */
export async function runCrashPoints(options: CrashPointsOptions = {}): Promise<CrashPointsResult> {
  const { progress = () => {}, seed = 1, principal = '' } = options;
  const isChosen = ({ name }: Scenario) => options.only === undefined || options.only.includes(name);
  let cloud = await startProofCloud(SCENARIO_ORDERS);
  try {
    await warmUp(cloud);
    const found = new Map<Scenario, readonly Point[]>();
    const known = new Set<string>();
    for (const scenario of scenarios) {
      if (!(isChosen(scenario) || options.once)) continue;
      // Where others have left exports behind, time brings calls for them too.
      if (options.once) {
        await cloud.stop();
        cloud = await startProofCloud(SCENARIO_ORDERS);
        await warmUp(cloud);
      }
      const points = (await record(cloud, scenario)).filter((point) => !(options.once && known.has(callOf(point))));
      for (const point of points) known.add(callOf(point));
      if (!isChosen(scenario)) continue;
      found.set(scenario, points);
      progress(`${scenario.name}: ${points.length} calls`);
    }
    const isMeant = ({ point }: Case) => point.principal.toLowerCase().includes(principal.toLowerCase());
    const cases = select(casesOf(found).filter(isMeant), options, seed);
    const violations: string[] = [];
    const seen = new Set<string>();
    let notMet = 0;
    for (const [index, each] of cases.entries()) {
      if (index > 0 && index % CASES_PER_CLOUD === 0) {
        await cloud.stop();
        cloud = await startProofCloud(SCENARIO_ORDERS);
        await warmUp(cloud);
      }
      const startedAt = performance.now();
      const { met, wrong } = await runCase(cloud, each, seen);
      if (!met) notMet += 1;
      violations.push(...wrong.map((violation) => `${nameOf(each)}: ${violation}`));
      const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
      const verdict = wrong.length > 0 ? `VIOLATED: ${wrong.join('; ')}` : met ? 'holds' : 'not met';
      progress(`${index + 1}/${cases.length} ${nameOf(each)}: ${verdict} (${seconds} s)`);
      // An export that has not ended would be in the way of all that follow.
      if (wrong.length > 0) {
        await cloud.stop();
        cloud = await startProofCloud(SCENARIO_ORDERS);
        await warmUp(cloud);
      }
    }
    const points = Object.fromEntries([...found].map(([scenario, { length }]) => [scenario.name, length]));
    return { points, cases: cases.length, notMet, violations };
  } finally {
    await cloud.stop();
  }
}

/** Lets every function that carries exports start once; what it calls then, it calls only then. */
async function warmUp(cloud: ProofCloud): Promise<void> {
  for (const { name, run } of scenarios) if (name.endsWith(' export')) await run(cloud, '');
  await cloud.settle(SETTLE_LIMIT_MS);
}

/** Runs a scenario undisturbed, and lists the calls that roles make in it. */
async function record(cloud: ProofCloud, scenario: Scenario): Promise<readonly Point[]> {
  const id = await prepare(cloud, scenario);
  const points: Point[] = [];
  const seen = new Set<string>();
  const counters = new Map<string, number>();
  const stop = cloud.faults.observe(({ principal, service, operation, invocationId }) => {
    if (invocationId !== undefined && seen.has(invocationId)) return;
    seen.add(invocationId ?? '');
    const path = `${principal}/${service}/${operation}`;
    const occurrence = (counters.get(path) ?? 0) + 1;
    counters.set(path, occurrence);
    points.push({ principal, service, operation, occurrence });
  });
  await scenario.run(cloud, id);
  // Long enough not to take a slow start for a standstill, whose sweep would then be part of the list.
  await cloud.settle(SETTLE_LIMIT_MS, RECORDING_STANDSTILL_MS);
  stop();
  return points;
}

/** Brings the cloud into the same state each time: everything warm, what is kept for a minute forgotten. */
async function prepare(cloud: ProofCloud, scenario: Scenario): Promise<string> {
  await cloud.sweep();
  return scenario.prepare(cloud);
}

/** @param seen exports of earlier cases: in a scenario that lets weeks pass, records go before their mails do */
async function runCase(
  cloud: ProofCloud,
  each: Case,
  seen: Set<string>,
): Promise<{ met: boolean; wrong: readonly string[] }> {
  for (const { record } of await cloud.witness.exports()) seen.add(record.id);
  const id = await prepare(cloud, each.scenario);
  await cloud.faults.set(faultAt(each));
  await each.scenario.run(cloud, id);
  const hasEnded = await cloud.settle(SETTLE_LIMIT_MS);
  const met = cloud.faults.report().rules.some(({ calls }) => calls > 0);
  const verdicts = await cloud.judge((exportId) => !seen.has(exportId));
  const violations = verdicts.flatMap(({ id: name, violations }) => violations.map((text) => `${name}: ${text}`));
  return { met, wrong: hasEnded ? violations : ['it did not come to rest', ...violations] };
}

function faultAt({ point, variant }: Case): FaultSettings {
  const { principal, service, operation, occurrence } = point;
  return { rules: [{ ...variants[variant], principal, service, operation, skip: occurrence - 1, limit: 1 }] };
}

function casesOf(found: ReadonlyMap<Scenario, readonly Point[]>): Case[] {
  const names = Object.keys(variants) as Variant[];
  return [...found].flatMap(([scenario, points]) =>
    points.flatMap((point) => names.map((variant) => ({ scenario, point, variant }))),
  );
}

function select(cases: readonly Case[], { sample, shard }: CrashPointsOptions, seed: number): readonly Case[] {
  const own = shard === undefined ? cases : cases.filter((_, index) => index % shard.count === shard.index);
  if (sample === undefined || sample >= own.length) return own;
  // One out of each stretch, so that every scenario has its share.
  const random = seededRandom(seed);
  return Array.from(
    { length: sample },
    (_, index) => own[Math.floor(((index + random.next()) * own.length) / sample)],
  ).filter((each) => each !== undefined);
}

function nameOf({ scenario, point, variant }: Case): string {
  return `${scenario.name}, ${variant} at ${callOf(point)}`;
}

function callOf({ principal, service, operation, occurrence }: Point): string {
  return `${principal} ${service}:${operation} #${occurrence}`;
}
