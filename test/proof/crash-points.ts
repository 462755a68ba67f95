import { type CallPoint, kindOfCall, nameOfCall, wayNames } from './call-point.ts';
import { CrashCoverage, type Goal } from './crash-coverage.ts';
import { CrashRecord } from './crash-record.ts';
import { type CaseOutcome, type CrashCase, CrashStand, nameOfCase } from './crash-stand.ts';
import { seededRandom } from './random.ts';
import type { Scenario } from './scenarios/scenario.ts';
import { scenarios } from './scenarios/scenarios.ts';

export interface CrashPointsOptions {
  /** Run only this many cases, evenly drawn by the seed. @default all */
  readonly sample?: number;
  readonly seed?: number;
  /** Run only cases number i, i + n, i + 2n ...; with `missing`, begin at this part of what is missing. @default all */
  readonly shard?: { readonly index: number; readonly count: number };
  /** Only the scenarios of these names. @default all */
  readonly only?: readonly string[];
  /** Each call only in the first of all scenarios that makes it. @default in every one */
  readonly once?: boolean;
  /** Each kind of call once in each way, where the record does not say that this came to pass; needs a record. */
  readonly missing?: boolean;
  /** Only calls of roles with this in their name, in any case. @default all */
  readonly principal?: string;
  /** Where to note what came to pass. @default nowhere */
  readonly recordDirectory?: string;
  readonly progress?: (line: string) => void;
}

export interface CrashPointsResult {
  /** Calls found, by scenario. */
  readonly points: Readonly<Record<string, number>>;
  readonly cases: number;
  /** Cases whose call was not made, however often it was waited for: how often a worker looks at something depends on time. */
  readonly notMet: readonly string[];
  readonly violations: readonly string[];
  /** Roles of functions and tasks that made no call at all. */
  readonly silent: readonly string[];
  /** What the record knows by now, as tables; undefined without one. */
  readonly report: string | undefined;
}

/** What is to come to pass; when a case does not meet its call, the next one is tried. */
interface Task {
  readonly goal: Goal;
  readonly tries: readonly CrashCase[];
}

/** A case is repeated this often when its call was not made. */
const REPETITIONS = 1;

/** So many places in all are tried for one kind of call. */
const MAX_PLACES = 4;

type Found = ReadonlyMap<Scenario, readonly CallPoint[]>;

/**
 * Finds every call to AWS that each scenario makes, then repeats the scenario once for each of them and each way of
 * breaking it. A call that is new in the code is found like any other.
 */
export async function runCrashPoints(options: CrashPointsOptions = {}): Promise<CrashPointsResult> {
  const { progress = () => {}, seed = 1, recordDirectory } = options;
  const sighted = new Set<string>();
  let record: CrashRecord | undefined;
  const stand = await CrashStand.start(scenarios.find(isChosenBy(options)), (kind) => {
    if (!sighted.has(kind)) record?.add({ seen: kind });
    sighted.add(kind);
  });
  try {
    if (recordDirectory !== undefined) record = new CrashRecord(recordDirectory, stand.build);
    for (const seen of sighted) record?.add({ seen });
    const found = await findPoints(stand, options, progress);
    const known = record?.coverage() ?? new CrashCoverage();
    const all = options.missing ? tasksOf(known.missing(), found, progress) : everyCase(found);
    const meant = all.filter(isMeantBy(options));
    const own = options.missing ? fromOwnPlace(meant, options) : ownShare(meant, options);
    const tasks = drawn(own, options, seed);

    const violations: string[] = [];
    const notMet: string[] = [];
    let cases = 0;
    for (const [index, task] of tasks.entries()) {
      const { kind, way } = task.goal;
      // Another run may have done it meanwhile.
      if (options.missing && !record?.coverage().isMissing(task.goal)) continue;
      cases += 1;
      const report = (name: string, what: string) => progress(`${index + 1}/${tasks.length} ${name}: ${what}`);
      const { outcome, name, wrong } = await attempt(stand, task, record, report);
      if (outcome === 'not met') notMet.push(options.missing ? `${way} at ${kind}` : name);
      violations.push(...wrong.map((violation) => `${name}: ${violation}`));
    }
    const points = Object.fromEntries([...found].map(([scenario, { length }]) => [scenario.name, length]));
    const callers = new Set([...sighted].map((kind) => kind.split(/[ /]/)[0]));
    const silent = stand.roles.filter((role) => !callers.has(role));
    return { points, cases, notMet, violations, silent, report: record?.writeReport() };
  } finally {
    await stand.stop();
  }
}

function isChosenBy({ only }: CrashPointsOptions): (scenario: Scenario) => boolean {
  return ({ name }) => only === undefined || only.includes(name);
}

async function findPoints(
  stand: CrashStand,
  { once = false, ...options }: CrashPointsOptions,
  progress: (line: string) => void,
): Promise<Found> {
  const isChosen = isChosenBy(options);
  const found = new Map<Scenario, readonly CallPoint[]>();
  const known = new Set<string>();
  for (const scenario of scenarios) {
    if (!(isChosen(scenario) || once)) continue;
    // Where others have left exports behind, time brings calls for them too.
    if (once) await stand.renew();
    const points = (await stand.record(scenario)).filter((point) => !(once && known.has(nameOfCall(point))));
    for (const point of points) known.add(nameOfCall(point));
    if (!isChosen(scenario)) continue;
    found.set(scenario, points);
    progress(`${scenario.name}: ${points.length} calls`);
  }
  return found;
}

function isMeantBy({ principal = '' }: CrashPointsOptions): (task: Task) => boolean {
  return ({ goal }) => goal.kind.split(' ')[0]?.toLowerCase().includes(principal.toLowerCase()) === true;
}

function everyCase(found: Found): Task[] {
  return [...found].flatMap(([scenario, points]) =>
    points.flatMap((point) =>
      wayNames.map((way) => {
        const tries = Array<CrashCase>(1 + REPETITIONS).fill({ scenario, point, way });
        return { goal: { kind: kindOfCall(point), way }, tries };
      }),
    ),
  );
}

/** For each goal the surest places: first calls rather than later ones, and in scenarios with few calls. */
function tasksOf(goals: readonly Goal[], found: Found, progress: (line: string) => void): Task[] {
  const shortFirst = [...found].sort(([, a], [, b]) => a.length - b.length);
  const places = shortFirst.flatMap(([scenario, points]) => points.map((point) => ({ scenario, point })));
  const byKind = Map.groupBy(
    places.sort((a, b) => a.point.occurrence - b.point.occurrence),
    ({ point }) => kindOfCall(point),
  );
  for (const kind of new Set(goals.map((goal) => goal.kind))) {
    if (!byKind.has(kind)) progress(`${kind}: no scenario makes it undisturbed`);
  }
  return goals.flatMap((goal) => {
    const cases = (byKind.get(goal.kind) ?? []).slice(0, MAX_PLACES).map((place) => ({ ...place, way: goal.way }));
    const tries = [...cases, ...cases.slice(0, REPETITIONS)];
    return tries.length > 0 ? [{ goal, tries }] : [];
  });
}

/** Tries until something was broken. What did not come to rest is repeated alone, once. */
async function attempt(
  stand: CrashStand,
  { goal, tries }: Task,
  record: CrashRecord | undefined,
  report: (name: string, what: string) => void,
): Promise<{ outcome: CaseOutcome['outcome']; name: string; wrong: readonly string[] }> {
  let last: { outcome: CaseOutcome['outcome']; name: string; wrong: readonly string[] } | undefined;
  for (const each of tries) {
    const name = nameOfCase(each);
    const runOnce = async () => {
      const startedAt = performance.now();
      const { outcome, violations } = await stand.run(each);
      const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
      record?.add({ ...goal, scenario: each.scenario.name, occurrence: each.point.occurrence, outcome });
      report(name, `${[outcome, ...violations].join('; ')} (${seconds} s)`);
      return { outcome, name, wrong: violations };
    };
    last = await runOnce();
    if (last.outcome === 'restless') last = await runOnce();
    if (last.outcome !== 'not met') return last;
  }
  if (last === undefined) throw new Error(`nothing was tried for ${goal.kind}`);
  return last;
}

function ownShare(tasks: readonly Task[], { shard }: CrashPointsOptions): readonly Task[] {
  return shard === undefined ? tasks : tasks.filter((_, index) => index % shard.count === shard.index);
}

/**
 * All of them, from another place on for each shard: runs that go on from one record do not find the same list, so each
 * does what no other has done when it comes to it.
 */
function fromOwnPlace(tasks: readonly Task[], { shard }: CrashPointsOptions): readonly Task[] {
  const first = shard === undefined ? 0 : Math.floor((tasks.length * shard.index) / shard.count);
  return [...tasks.slice(first), ...tasks.slice(0, first)];
}

function drawn(tasks: readonly Task[], { sample }: CrashPointsOptions, seed: number): readonly Task[] {
  if (sample === undefined || sample >= tasks.length) return tasks;
  // One out of each stretch, so that every scenario has its share.
  const random = seededRandom(seed);
  return Array.from(
    { length: sample },
    (_, index) => tasks[Math.floor(((index + random.next()) * tasks.length) / sample)],
  ).filter((each) => each !== undefined);
}
