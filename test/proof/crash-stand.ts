import { basename, dirname } from 'node:path';
import type { FaultSettings } from '../../local/faults/fault-rule.ts';
import { type CallPoint, kindOfCall, nameOfCall, roleOf, type Way, ways } from './call-point.ts';
import type { Trial } from './crash-coverage.ts';
import type { ProofCloud } from './proof-cloud.ts';
import { type Scenario, SETTLE_LIMIT_MS } from './scenarios/scenario.ts';
import { scenarios } from './scenarios/scenarios.ts';
import { type Stage, usualStage } from './scenarios/stages.ts';

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

/** A machine that is busy may let a scenario take another course. */
const RECORDINGS = 3;

export function nameOfCase({ scenario, point, way }: CrashCase): string {
  return `${scenario.name}, ${way} at ${nameOfCall(point)}`;
}

/** Where scenarios are run, undisturbed or broken: a cloud that is replaced now and then, and where another stage is needed. */
export class CrashStand {
  #cloud: ProofCloud;
  #stage: Stage;
  #cases = 0;
  /** Exports of earlier cases: in a scenario that lets weeks pass, records go before their mails do. */
  readonly #earlier = new Set<string>();
  readonly #sees: (kind: string) => void;

  private constructor(cloud: ProofCloud, stage: Stage, sees: (kind: string) => void) {
    this.#cloud = cloud;
    this.#stage = stage;
    this.#sees = sees;
  }

  /**
   * @param first the scenario that will be run first
   * @param sees is told of every call that is ever made, by its kind
   */
  static async start(first: Scenario | undefined, sees: (kind: string) => void): Promise<CrashStand> {
    const stage = first?.stage ?? usualStage;
    const stand = new CrashStand(await stage.start(), stage, sees);
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
    this.#cloud = await this.#stage.start();
    await this.#warmUp();
  }

  async #enter({ stage = usualStage }: Scenario): Promise<void> {
    if (this.#stage === stage) return;
    this.#stage = stage;
    await this.renew();
  }

  stop(): Promise<void> {
    return this.#cloud.stop();
  }

  /**
   * Runs a scenario undisturbed, and lists the calls that roles make in it.
   * @throws Error when it is not about what it says
   */
  async record(scenario: Scenario): Promise<readonly CallPoint[]> {
    await this.#enter(scenario);
    for (let recordings = 0; recordings < RECORDINGS; recordings += 1) {
      const linesBefore = this.#cloud.output.length;
      const points = await this.#record(scenario);
      const lines = this.#cloud.output.slice(linesBefore);
      if ((scenario.shows ?? []).every((words) => lines.some((line) => line.includes(words)))) return points;
    }
    throw new Error(`${scenario.name} does not show: ${scenario.shows?.join(', ')}`);
  }

  async #record(scenario: Scenario): Promise<readonly CallPoint[]> {
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
    await this.#enter(each.scenario);
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
      if (this.#stage.warmUp.includes(name)) await run(this.#cloud, '');
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
