import { basename, dirname } from 'node:path';
import type { FaultSettings } from '../../local/faults/fault-rule.ts';
import { type CallPoint, kindOfCall, nameOfCall, roleOf, type Way, ways } from './call-point.ts';
import type { Trial } from './crash-coverage.ts';
import { type ProofCloud, startProofCloud } from './proof-cloud.ts';
import { SCENARIO_ORDERS, type Scenario, SETTLE_LIMIT_MS } from './scenarios/scenario.ts';
import { scenarios } from './scenarios/scenarios.ts';

/** One call of a scenario, and what is to become of it. */
export interface CrashCase {
  readonly scenario: Scenario;
  readonly point: CallPoint;
  readonly way: Way;
}

export interface CaseOutcome {
  readonly outcome: Trial['outcome'];
  readonly violations: readonly string[];
}

/** A cloud whose table and bucket have grown makes each case slower than a new one takes to start. */
const CASES_PER_CLOUD = 60;

const RECORDING_STANDSTILL_MS = 15_000;

export function nameOfCase({ scenario, point, way }: CrashCase): string {
  return `${scenario.name}, ${way} at ${nameOfCall(point)}`;
}

/** Where scenarios are run, undisturbed or broken: a cloud that is replaced now and then. */
export class CrashStand {
  #cloud: ProofCloud;
  #cases = 0;
  /** Exports of earlier cases: in a scenario that lets weeks pass, records go before their mails do. */
  readonly #earlier = new Set<string>();
  readonly #sees: (kind: string) => void;

  private constructor(cloud: ProofCloud, sees: (kind: string) => void) {
    this.#cloud = cloud;
    this.#sees = sees;
  }

  /** @param sees is told of every call that is ever made, by its kind */
  static async start(sees: (kind: string) => void): Promise<CrashStand> {
    const stand = new CrashStand(await startProofCloud(SCENARIO_ORDERS), sees);
    await stand.#warmUp();
    return stand;
  }

  /** What the product is built from. */
  get build(): string {
    const [first] = this.#cloud.plan.functions;
    return basename(dirname(first?.codeDirectory ?? ''));
  }

  /** The roles that functions and tasks act as, as {@link roleOf} has them. */
  get roles(): readonly string[] {
    const { functions, taskDefinitions } = this.#cloud.plan;
    const arns = [...functions.map(({ roleArn }) => roleArn), ...taskDefinitions.map(({ taskRoleArn }) => taskRoleArn)];
    return [...new Set(arns)].map((arn) => roleOf(arn.slice(arn.lastIndexOf('/') + 1))).sort();
  }

  async renew(): Promise<void> {
    await this.#cloud.stop();
    this.#cases = 0;
    this.#cloud = await startProofCloud(SCENARIO_ORDERS);
    await this.#warmUp();
  }

  stop(): Promise<void> {
    return this.#cloud.stop();
  }

  /** Runs a scenario undisturbed, and lists the calls that roles make in it. */
  async record(scenario: Scenario): Promise<readonly CallPoint[]> {
    const { faults } = this.#cloud;
    const id = await this.#prepare(scenario);
    const points: CallPoint[] = [];
    const known = new Set<string>();
    const counters = new Map<string, number>();
    await faults.set({ rules: [...(scenario.faults ?? [])] });
    const stop = faults.observe(({ principal, service, operation, invocationId }) => {
      if (invocationId !== undefined && known.has(invocationId)) return;
      known.add(invocationId ?? '');
      const path = `${principal}/${service}/${operation}`;
      const occurrence = (counters.get(path) ?? 0) + 1;
      counters.set(path, occurrence);
      points.push({ principal, service, operation, occurrence });
    });
    await scenario.run(this.#cloud, id);
    // Long enough not to take a slow start for a standstill, whose sweep would then be part of the list.
    await this.#cloud.settle(SETTLE_LIMIT_MS, RECORDING_STANDSTILL_MS);
    stop();
    await faults.set({ rules: [] });
    return points;
  }

  /** Runs a scenario with one of its calls broken, and judges what became of its exports. */
  async run(each: CrashCase): Promise<CaseOutcome> {
    if (this.#cases === CASES_PER_CLOUD) await this.renew();
    this.#cases += 1;
    for (const { record } of await this.#cloud.witness.exports()) this.#earlier.add(record.id);
    const id = await this.#prepare(each.scenario);
    await this.#cloud.faults.set(faultsOf(each));
    const failure = await failureOf(() => each.scenario.run(this.#cloud, id));
    const hasEnded = await this.#cloud.settle(SETTLE_LIMIT_MS);
    const isMet = (this.#cloud.faults.report().rules[0]?.calls ?? 0) > 0;
    const verdicts = await this.#cloud.judge((exportId) => !this.#earlier.has(exportId));
    const violations = [
      ...failure,
      ...verdicts.flatMap(({ id: name, violations: all }) => all.map((text) => `${name}: ${text}`)),
    ];
    const isSound = hasEnded && violations.length === 0;
    // An export that has not ended would be in the way of all that follow.
    if (!isSound) await this.renew();
    if (!hasEnded) return { outcome: 'restless', violations: ['it did not come to rest', ...violations] };
    if (!isSound) return { outcome: 'violated', violations };
    return { outcome: isMet ? 'held' : 'not met', violations };
  }

  /** Lets every function that carries exports start once; what it calls then, it calls only then. */
  async #warmUp(): Promise<void> {
    this.#cloud.faults.observe((call) => this.#sees(kindOfCall(call)));
    for (const { name, run } of scenarios) {
      if (name === 'small export' || name === 'large export') await run(this.#cloud, '');
    }
    await this.#cloud.settle(SETTLE_LIMIT_MS);
  }

  /** Brings the cloud into the same state each time: everything warm, what is kept for a minute forgotten. */
  async #prepare({ prepare }: Scenario): Promise<string> {
    await this.#cloud.sweep();
    return prepare === undefined ? '' : prepare(this.#cloud);
  }
}

/** What a scenario itself found wrong. */
async function failureOf(run: () => Promise<unknown>): Promise<readonly string[]> {
  try {
    await run();
    return [];
  } catch (error) {
    return [`scenario: ${String(error)}`];
  }
}

/** The break comes before what is wrong all along: a call meets one fault alone. */
function faultsOf({ scenario, point, way }: CrashCase): FaultSettings {
  const { principal, service, operation, occurrence } = point;
  const broken = { ...ways[way], principal, service, operation, skip: occurrence - 1, limit: 1 };
  return { rules: [broken, ...(scenario.faults ?? [])] };
}
