import type { Caps } from '../../../core/domain/admission.ts';
import { percentile } from '../../../local/cloudwatch/statistic.ts';
import { type Random, seededRandom } from '../random.ts';
import { type Arrival, type Simulation, type SimulationOptions, simulate } from './simulate.ts';

export interface Scenario {
  readonly name: string;
  readonly caps: Caps;
  readonly noisyExports: number;
  readonly quietAccounts: number;
  /** Over how long the quiet accounts come; 0 for all at once, right after the noisy one. */
  readonly quietOverMs: number;
}

export interface FairnessProof {
  readonly scenario: Scenario;
  /** Seconds that 95 of 100 quiet accounts waited at most, without and with the noisy one. */
  readonly quietP95: { readonly alone: number; readonly beside: number };
  readonly noisyP95: number;
  readonly beside: Simulation;
  /** What does not hold; empty when the queue is fair. */
  readonly violations: readonly string[];
}

/** Exports of one person that may be queued at a time: the noisy account needs many people. */
const EXPORTS_PER_USER = 10;

export const scenarios: readonly Scenario[] = [
  { name: 'all at once', caps: { pool: 20, account: 5 }, noisyExports: 2000, quietAccounts: 50, quietOverMs: 0 },
  { name: 'a small pool', caps: { pool: 4, account: 5 }, noisyExports: 2000, quietAccounts: 50, quietOverMs: 0 },
  {
    name: 'one by one, over two hours',
    caps: { pool: 20, account: 5 },
    noisyExports: 2000,
    quietAccounts: 50,
    quietOverMs: 2 * 3_600_000,
  },
];

/** Compares how long quiet accounts wait with and without one that queues thousands. */
export async function proveFairness(
  scenario: Scenario,
  options: Omit<SimulationOptions, 'caps'> = {},
): Promise<FairnessProof> {
  const { caps } = scenario;
  const quiet = quietArrivals(scenario);
  const alone = await simulate(quiet, { caps, ...(options.distort && { distort: options.distort }) });
  const beside = await simulate([...noisyArrivals(scenario), ...quiet], { ...options, caps });
  const quietP95 = { alone: p95(waits(alone, isQuiet)), beside: p95(waits(beside, isQuiet)) };
  const violations = [
    quietP95.beside > 2 * quietP95.alone && `quiet accounts wait ${quietP95.beside} s instead of ${quietP95.alone} s`,
    beside.ended.length !== scenario.noisyExports + scenario.quietAccounts && `${beside.ended.length} have ended`,
    beside.ended.some(({ record }) => record.status !== 'ready') && 'some have not ended ready',
    beside.ended.some(({ record }) => record.takingLongerAt !== undefined) && 'some were shown as stuck',
    beside.peakPool > caps.pool && `${beside.peakPool} ran at once`,
    beside.peakAccount > caps.account && `${beside.peakAccount} of one account ran at once`,
    beside.readsOfBound > 1 && 'an admission read more than the active accounts',
    beside.emptyLooks > 1 && 'admissions look again at lines that were empty',
  ];
  return {
    scenario,
    quietP95,
    noisyP95: p95(waits(beside, (account) => !isQuiet(account))),
    beside,
    violations: violations.filter((violation) => violation !== false),
  };
}

function noisyArrivals({ noisyExports }: Scenario): Arrival[] {
  const random = seededRandom(1);
  return Array.from({ length: noisyExports }, (_, index) => ({
    at: 0,
    accountId: 'noisy',
    userId: `user-${Math.floor(index / EXPORTS_PER_USER)}`,
    durationMs: durationMs(random),
  }));
}

function quietArrivals({ quietAccounts, quietOverMs }: Scenario): Arrival[] {
  const random = seededRandom(2);
  return Array.from({ length: quietAccounts }, (_, index) => ({
    at: 1_000 + Math.floor((quietOverMs * index) / quietAccounts),
    accountId: `quiet-${String(index).padStart(2, '0')}`,
    userId: 'user',
    durationMs: durationMs(random),
  }));
}

const isQuiet = (accountId: string) => accountId.startsWith('quiet');

function waits({ ended }: Simulation, wanted: (accountId: string) => boolean): number[] {
  return ended.filter(({ arrival }) => wanted(arrival.accountId)).map(({ waitMs }) => waitMs / 1000);
}

/** 10 s to 50 s. */
function durationMs(random: Random): number {
  return 10_000 + Math.floor(random.next() * 40_000);
}

function p95(values: readonly number[]): number {
  return percentile(values, 95);
}
