import { type Way, wayNames } from './call-point.ts';

/** One case that was run. */
export interface Trial {
  readonly scenario: string;
  /** Who makes which call. */
  readonly kind: string;
  readonly occurrence: number;
  readonly way: Way;
  /**
   * `not met`: the call was not made this time, so nothing was broken. `restless`: not everything ended in time, which
   * a machine without time for it also brings about; the case has to be repeated.
   */
  readonly outcome: 'held' | 'violated' | 'restless' | 'not met';
}

/** A kind of call that was made, whether or not it was ever broken. */
interface Sighting {
  readonly seen: string;
}

export type CoverageEntry = Trial | Sighting;

/** A kind of call, and a way of breaking it. */
export interface Goal {
  readonly kind: string;
  readonly way: Way;
}

/** How often a goal came to pass, and how often with a violation. */
export interface Tally {
  readonly held: number;
  readonly violated: number;
}

/** What trials have come to. What never came to pass is never counted as done. */
export class CrashCoverage {
  readonly #kinds = new Set<string>();
  /** The last outcome of each case: repeated alone, one that did not come to rest is judged anew. */
  readonly #cases = new Map<string, Trial>();

  constructor(entries: readonly CoverageEntry[] = []) {
    for (const entry of entries) this.add(entry);
  }

  add(entry: CoverageEntry): void {
    if ('seen' in entry) return void this.#kinds.add(entry.seen);
    this.#kinds.add(entry.kind);
    const name = [entry.scenario, entry.kind, entry.occurrence, entry.way].join('\n');
    const outcome = this.#cases.get(name)?.outcome;
    // A violation stays one, however often the case holds afterwards; and what came to pass once has come to pass.
    if (outcome === 'violated' || (outcome === 'held' && entry.outcome === 'not met')) return;
    this.#cases.set(name, entry);
  }

  /** Every kind of call that was ever seen, sorted. */
  get kinds(): readonly string[] {
    return [...this.#kinds].sort();
  }

  tally({ kind, way }: Goal): Tally {
    const own = [...this.#cases.values()].filter((trial) => trial.kind === kind && trial.way === way);
    const count = (outcome: Trial['outcome']) => own.filter((trial) => trial.outcome === outcome).length;
    return { held: count('held'), violated: count('violated') };
  }

  /** Whether it has not come to pass yet, or was violated. */
  isMissing(goal: Goal): boolean {
    const { held, violated } = this.tally(goal);
    return held === 0 || violated > 0;
  }

  missing(): readonly Goal[] {
    return this.kinds.flatMap((kind) => wayNames.map((way) => ({ kind, way })).filter((goal) => this.isMissing(goal)));
  }

  /** Kinds of calls for which every way came to pass, without a violation. */
  get covered(): readonly string[] {
    const missing = new Set(this.missing().map(({ kind }) => kind));
    return this.kinds.filter((kind) => !missing.has(kind));
  }

  /** How many cases of each scenario were run, came to pass, and were violated. */
  get scenarios(): ReadonlyMap<string, { run: number; cameToPass: number; violated: number; restless: number }> {
    const byScenario = Map.groupBy(this.#cases.values(), ({ scenario }) => scenario);
    return new Map(
      [...byScenario].map(([scenario, trials]) => {
        const count = (...outcomes: Trial['outcome'][]) =>
          trials.filter(({ outcome }) => outcomes.includes(outcome)).length;
        const counts = { run: trials.length, cameToPass: count('held', 'violated', 'restless') };
        return [scenario, { ...counts, violated: count('violated'), restless: count('restless') }];
      }),
    );
  }
}

/** Two tables in Markdown, of kinds of calls and of scenarios, with the sum of each. */
export function coverageReport(coverage: CrashCoverage): string {
  const rows = coverage.kinds.map((kind) => [kind, ...wayNames.map((way) => cell(coverage.tally({ kind, way })))]);
  const scenarios = [...coverage.scenarios].map(([scenario, { run, cameToPass, violated, restless }]) =>
    [scenario, run, cameToPass, violated, restless].map(String),
  );
  return [
    ...table(['call', ...wayNames], rows),
    '',
    ...table(['scenario', 'cases', 'came to pass', 'violated', 'not at rest in time'], scenarios),
    '',
    coverageFigure(coverage),
  ].join('\n');
}

export function coverageFigure({ covered, kinds }: CrashCoverage): string {
  return `Kinds of calls covered in all five ways: ${covered.length} of ${kinds.length}`;
}

function cell({ held, violated }: Tally): string {
  if (violated > 0) return `${held + violated}, ${violated} VIOLATED`;
  return held === 0 ? '-' : String(held);
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): readonly string[] {
  return [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`);
}
