import * as fc from 'fast-check';
import { compare } from './compare.ts';
import { createEnvironment, type Environment } from './environment.ts';
import { Invariants } from './invariants.ts';
import { Model } from './model.ts';
import { personOf, requestSteps } from './request-steps.ts';
import { settle } from './settle.ts';
import { choose, type Step } from './step.ts';
import { systemSteps } from './system-steps.ts';
import { workerSteps } from './worker-steps.ts';

const steps: Record<string, Step> = { ...requestSteps, ...workerSteps, ...systemSteps };

/** How often each step is drawn, so that exports get somewhere and meet each other on the way. */
const weights: Record<keyof typeof requestSteps | keyof typeof workerSteps | keyof typeof systemSteps, number> = {
  create: 12,
  enqueue: 12,
  claim: 12,
  heartbeat: 5,
  upload: 8,
  publish: 7,
  work: 8,
  giveUp: 3,
  release: 3,
  outcome: 6,
  announce: 6,
  cancel: 5,
  retry: 4,
  rerun: 3,
  remove: 2,
  download: 3,
  get: 2,
  list: 1,
  abort: 2,
  reconcile: 2,
  pass: 6,
  twoPasses: 3,
  advance: 8,
  minutes: 6,
  flag: 3,
  fault: 3,
};

/** Both sides of a run, and what is never compared with the model. */
interface Run {
  readonly env: Environment;
  readonly invariants: Invariants;
  readonly tally: Map<string, number>;
}

class Command implements fc.AsyncCommand<Model, Run> {
  readonly #name: string;
  readonly #who: number;
  readonly #pick: number;
  readonly #arg: number;

  constructor(name: string, who: number, pick: number, arg: number) {
    this.#name = name;
    this.#who = who;
    this.#pick = pick;
    this.#arg = arg;
  }

  check(): boolean {
    return true;
  }

  async run(model: Model, { env, invariants, tally }: Run): Promise<void> {
    // Exports that are under way are met twice as often as those that have ended.
    const candidates = this.#arg % 3 === 0 ? model.exports : model.exports.filter((each) => !model.isOver(each));
    const each = choose(candidates.length > 0 ? candidates : model.exports, this.#pick);
    const happened = await steps[this.#name]?.({
      env,
      model,
      who: personOf(this.#who, each),
      each,
      pick: this.#pick,
      arg: this.#arg,
    });
    if (happened === undefined) return;
    const key = `${this.#name}: ${happened}`;
    tally.set(key, (tally.get(key) ?? 0) + 1);
    await compare(env, model);
    await invariants.check();
  }

  toString(): string {
    return `${this.#name}(${this.#who}, ${this.#pick}, ${this.#arg})`;
  }
}

const names = fc.oneof(...Object.entries(weights).map(([name, weight]) => ({ arbitrary: fc.constant(name), weight })));
const command = fc.tuple(names, fc.nat(9), fc.nat(999), fc.nat(999)).map((parts) => new Command(...parts));

export interface CommandsProof {
  readonly runs: number;
  /** Commands that found something to do. */
  readonly commands: number;
  /** How often each command had each outcome. */
  readonly tally: ReadonlyMap<string, number>;
}

/**
 * Runs random commands against the use cases on in-memory stores and against the model, compares after each, checks the
 * guarantees, and lets every run settle at its end.
 * @throws Error with the shortest failing commands found, their seed and path
 */
export async function proveCommands(options: {
  runs: number;
  length: number;
  seed?: number;
  /** Stands for a broken system in the tests of this proof. */
  breakIt?: (env: Environment) => void;
}): Promise<CommandsProof> {
  const tally = new Map<string, number>();
  await fc.assert(
    fc.asyncProperty(fc.commands([command], { maxCommands: options.length, size: 'max' }), async (commands) => {
      const env = createEnvironment();
      options.breakIt?.(env);
      const model = new Model(env.clock.now(), env.executions);
      const invariants = new Invariants(env);
      await fc.asyncModelRun(() => ({ model, real: { env, invariants, tally } }), commands);
      await settle(env, () => invariants.check());
    }),
    { numRuns: options.runs, ...(options.seed !== undefined && { seed: options.seed }) },
  );
  const commands = [...tally.values()].reduce((sum, count) => sum + count, 0);
  return { runs: options.runs, commands, tally };
}
