import * as fc from 'fast-check';
import type { TestCloud } from '../../e2e/test-cloud.ts';
import { HttpRun } from './http-run.ts';
import { httpSteps, refuseActivityLog } from './http-steps.ts';
import type { CommandsProof } from './prove.ts';
import { choose } from './step.ts';

const weights: Record<keyof typeof httpSteps, number> = {
  create: 10,
  wait: 6,
  get: 4,
  list: 2,
  cancel: 6,
  retry: 5,
  rerun: 4,
  remove: 4,
  download: 6,
  member: 3,
  clock: 1,
};

class HttpCommand implements fc.AsyncCommand<object, { run: HttpRun; tally: Map<string, number> }> {
  readonly #name: keyof typeof httpSteps;
  readonly #who: number;
  readonly #pick: number;
  readonly #arg: number;

  constructor(name: keyof typeof httpSteps, who: number, pick: number, arg: number) {
    this.#name = name;
    this.#who = who;
    this.#pick = pick;
    this.#arg = arg;
  }

  check(): boolean {
    return true;
  }

  async run(_model: object, { run, tally }: { run: HttpRun; tally: Map<string, number> }): Promise<void> {
    const who = choose(run.people, this.#who);
    if (!who) throw new Error('nobody');
    const known = choose(run.known, this.#pick);
    const happened = await httpSteps[this.#name]({ run, who, known, arg: this.#arg });
    if (happened === undefined) return;
    const key = `${this.#name}: ${happened}`;
    tally.set(key, (tally.get(key) ?? 0) + 1);
  }

  toString(): string {
    return `${this.#name}(${this.#who}, ${this.#pick}, ${this.#arg})`;
  }
}

const names = fc.oneof(
  ...Object.entries(weights).map(([name, weight]) => ({
    arbitrary: fc.constant(name as keyof typeof httpSteps),
    weight,
  })),
);
const command = fc.tuple(names, fc.nat(2), fc.nat(999), fc.nat(999)).map((parts) => new HttpCommand(...parts));

/**
 * The commands that the API has, over HTTP on one local cloud; each run has an account and people of its own. What goes on
 * by itself meanwhile is not steered, so the model knows what may follow what, not what is.
 * @throws Error with the commands that failed, unshortened: a run takes seconds
 */
export async function proveCommandsOverHttp(
  cloud: TestCloud,
  options: { runs: number; length: number; seed?: number; onRun?: (done: number) => void },
): Promise<CommandsProof> {
  await refuseActivityLog(cloud.database.adminUrl);
  const tally = new Map<string, number>();
  let started = 0;
  await fc.assert(
    fc.asyncProperty(fc.commands([command], { maxCommands: options.length, size: 'max' }), async (commands) => {
      started += 1;
      const run = await HttpRun.begin(cloud, started);
      await fc.asyncModelRun(() => ({ model: {}, real: { run, tally } }), commands);
      await run.settle();
      options.onRun?.(started);
    }),
    { numRuns: options.runs, endOnFailure: true, ...(options.seed !== undefined && { seed: options.seed }) },
  );
  const commands = [...tally.values()].reduce((sum, count) => sum + count, 0);
  return { runs: options.runs, commands, tally };
}
