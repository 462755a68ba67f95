import { markdownTable } from '../markdown-table.ts';
import { budgetsOf } from './budgets.ts';
import { isExport, memoryChart, nameOf, partyNames, processorChart, rateChart, timelineChart } from './charts.ts';
import type { ContestantId } from './contestant.ts';
import {
  type Measurements,
  type Profile,
  resultsOf,
  type SizeRuns,
  type StagePart,
  stageParts,
  type Timeline,
} from './measurements.ts';
import { parties } from './process-usage.ts';
import type { Result } from './result.ts';
import { workerGroupsOf } from './worker-groups.ts';

export interface Page {
  readonly page: string;
  /** SVG by file name. */
  readonly charts: ReadonlyMap<string, string>;
}

/** docs/bench.md and its charts, of whatever has been measured. */
export function pageOf(measurements: Measurements): Page {
  const results = resultsOf(measurements);
  const { machine, timeline, profiles, lookUps, startUp } = measurements;
  const charts = new Map<string, string>();
  /** A picture only of what was measured. */
  const picture = (file: string, alternative: string, svg: string | undefined): string => {
    if (svg === undefined) return '';
    charts.set(file, svg);
    return `\n\n![${alternative}](images/${file})`;
  };
  const parts = [
    introduction(machine),
    budgetPart(measurements),
    `## Rates${picture('bench-rate.svg', 'Rates in times of that of psql', rateChart(results))}${picture('bench-cpu.svg', 'Processor seconds by process', processorChart(results))}

The seconds of an export are those from the worker's claim to the file that is checked, with its upload; those from the request
until it is ready stand beside. Up to 10,000 rows a function of the local cloud makes the file: its processor time is the local
cloud's, and its memory cannot be told apart. Slower contestants take part in fewer rounds.
One connection reads \`csv\`, two read \`csv, parallel\`, and as many as the stage has read what is compressed. A lead and its workers
make \`csv, several tasks\`: their processor time is that of all, and their memory that of the largest.`,
    ...measurements.sizes.map((size) =>
      sizePart(
        size,
        results.filter((result) => result.rows === size.rows),
      ),
    ),
    memoryPart(results, (svg) => picture('bench-memory.svg', 'Peak memory of the worker by rows', svg)),
    timeline === undefined
      ? ''
      : timelinePart(
          timeline,
          picture('bench-timeline.svg', 'A small export, call by call', timelineChart(timeline.spans)),
        ),
    lookUps === undefined ? '' : lookUpPart(lookUps),
    startUp === undefined ? '' : startUpPart(startUp),
    profiles.length === 0 ? '' : `## What the worker is at\n\n${profiles.map(profilePart).join('\n\n')}`,
  ];
  return { page: `${parts.filter((part) => part !== '').join('\n\n')}\n`, charts };
}

function introduction(machine: Measurements['machine']): string {
  const measuredOn =
    machine === undefined
      ? ''
      : `\n\nMeasured on ${machine.processors} processors (${machine.model}) and ${machine.memoryGigabytes} GB, which run the database, the storage and the
client at once; Linux ${machine.kernel}, Node.js ${machine.node}, PostgreSQL ${machine.postgres}.`;
  return `# How fast

    npm run bench                # half an hour and more; writes this page
    npm run bench -- --quick     # minutes, and no page
    npm run bench -- --page      # this page again, of what was measured before

The same rows of 20 columns by the export and by what one would do by hand, by turns, in one run of the local cloud: what else
the machine does meets all alike. Medians, and the fastest and the slowest. By hand is: psql; Node.js programs with
the worker's own upload; pandas to nowhere; and DuckDB, which reads what psql writes, since its own reader of PostgreSQL has
to be downloaded first.${measuredOn}`;
}

function budgetPart(measurements: Measurements): string {
  const verdicts = budgetsOf(measurements);
  const lines = verdicts.map(({ what, wanted, found, verdict, rows }) => [
    what,
    wanted,
    found,
    rows?.toLocaleString('en') ?? '-',
    verdict,
  ]);
  const missed = verdicts.filter(({ verdict }) => verdict === 'not met');
  const reasons = missed.map(({ what, why }) => `- ${what}: ${why}`).join('\n');
  const why =
    missed.length === 0 ? '' : `\n\nWhat is not met is work to be done. What the figures say of it:\n\n${reasons}`;
  return `## Budgets\n\n${markdownTable(['', 'wanted', 'found', 'rows', ''], lines)}${why}

What else is promised is counted, not timed: the [units of DynamoDB](cost.md#what-the-table-is-asked-for) of each request. The API with
200 clients at once has [a page of its own](bench-api.md), which \`npm run bench:api\` writes, and so have
[long lists and lines](bench-lists.md), by \`npm run bench:lists\`.`;
}

function sizePart({ rows, failures = {} }: SizeRuns, own: readonly Result[]): string {
  const reference = own.find(({ id }) => id === 'psql');
  const lines = own.map((result) => [
    nameOf(result.id),
    String(result.runs),
    result.seconds.toFixed(2),
    `${result.fastest.toFixed(2)} to ${result.slowest.toFixed(2)}`,
    Math.round(rows / result.seconds).toLocaleString('en'),
    reference === undefined ? '-' : (reference.seconds / result.seconds).toFixed(2),
    result.cpuSeconds?.toFixed(1) ?? '-',
    result.peakMegabytes?.toFixed(0) ?? '-',
    result.megabytes?.toFixed(0) ?? '-',
    result.fromRequestSeconds?.toFixed(2) ?? '-',
  ]);
  const heads = [
    ...['', 'runs', 'seconds', 'range', 'rows a second', 'of psql’s rate'],
    ...['CPU, s', 'peak, MB', 'file, MB', 'from the request, s'],
  ];
  const shared = own.filter(({ partySeconds }) => partySeconds !== undefined);
  const shares = shared.map((result) => [
    nameOf(result.id),
    secondsAndMegabytes(result.cpuSeconds, result.peakMegabytes),
    ...parties.map((party) => secondsAndMegabytes(result.partySeconds?.[party], result.partyMegabytes?.[party])),
  ]);
  const names = ['', partyNames.client, ...parties.map((party) => partyNames[party])];
  const everyone =
    shares.length === 0
      ? ''
      : `\n\nProcessor seconds of everyone meanwhile, and the most megabytes that one process of theirs had:\n\n${markdownTable(names, shares)}`;
  const failed = Object.keys(failures).map((id) => nameOf(id as ContestantId));
  const missing = failed.length === 0 ? '' : `\n\nFailed: ${failed.join('; ')}.`;
  return `### ${rows.toLocaleString('en')} rows\n\n${markdownTable(heads, lines)}${missing}${everyone}`;
}

function secondsAndMegabytes(seconds: number | undefined, megabytes: number | undefined): string {
  if (seconds === undefined) return '-';
  return megabytes ? `${seconds.toFixed(1)} s, ${megabytes.toFixed(0)} MB` : `${seconds.toFixed(1)} s`;
}

function memoryPart(results: readonly Result[], picture: (svg: string | undefined) => string): string {
  const watched = results.filter((result) => isExport(result) && result.peakMegabytes !== undefined);
  if (watched.length === 0) return '';
  const sizes = [...new Set(watched.map(({ rows }) => rows))];
  const lines = [...new Set(watched.map(({ id }) => id))].map((id) => [
    nameOf(id),
    ...sizes.map((size) => {
      const result = watched.find(({ id: own, rows }) => own === id && rows === size);
      return result === undefined ? '-' : `${result.usualMegabytes?.toFixed(0)}, ${result.peakMegabytes?.toFixed(0)}`;
    }),
  ]);
  const heads = ['peak, MB: median, most', ...sizes.map((rows) => `${rows.toLocaleString('en')} rows`)];
  return `## Memory of the worker${picture(memoryChart(results))}

${markdownTable(heads, lines)}

Sizes are compared by medians, and what a worker may have with the most of any run. What grows with the time that a file takes is
garbage, a few megabytes that V8 leaves lying until it has reason to look at its old generation; and the chance that storage is slow for
once, so that one more of the four buffers for parts of the upload is needed, which have 8 MiB each.`;
}

const stagePartNames: Readonly<Record<StagePart, string>> = {
  dynamodb: 'DynamoDB',
  s3: 'S3',
  states: 'Step Functions',
  secretsmanager: 'Secrets Manager',
  database: 'database, and the rows',
  rest: 'programs, and the way between',
};

function timelinePart({ rows, runs, stages, readyMs }: Timeline, picture: string): string {
  const lines = stages.map(({ name, startMs, endMs, parts }) => [
    name,
    `${startMs} to ${endMs}`,
    ...[endMs - startMs, ...stageParts.map((part) => parts[part])].map(String),
  ]);
  const sum = (pick: (stage: (typeof stages)[number]) => number) =>
    String(stages.reduce((total, stage) => total + pick(stage), 0));
  const total = [
    ...['all', ''],
    sum(({ startMs, endMs }) => endMs - startMs),
    ...stageParts.map((part) => sum(({ parts }) => parts[part])),
  ];
  const heads = ['milliseconds', 'from, to', 'in all', ...stageParts.map((part) => stagePartNames[part])];
  return `## From the request to the file

An export of ${rows.toLocaleString('en')} rows as csv, ${runs} runs with every function warm and nobody asking how far it is: ready after ${Math.min(...readyMs)} to ${Math.max(...readyMs)} ms.
Medians of each step, and the calls of the run that took the median time.

${markdownTable(heads, [...lines, total])}${picture}`;
}

function lookUpPart({ rows, rounds, perSecond, phases, connections }: NonNullable<Measurements['lookUps']>): string {
  const idle = phases.find(({ beside }) => beside === 'idle')?.p95Ms;
  const lines = phases.map(({ beside, othersYield, count, medianMs, p95Ms }) => [
    beside === 'idle' ? 'nothing' : nameOf(beside) + (othersYield ? ', worker and storage yielding' : ''),
    String(count),
    medianMs.toFixed(2),
    p95Ms.toFixed(2),
    idle === undefined ? '-' : (p95Ms / idle).toFixed(2),
  ]);
  return `## Look-ups beside an export

Somebody else of the same database reads single orders by their key, ${perSecond} a second, while nothing else is done and while all
${rows.toLocaleString('en')} orders are read, by turns, ${rounds} times each. All share the processors of this machine, which is not so where a database has its own. So there are
psql, which has a database and nothing else, and exports whose worker and storage yield: they have the processors when nobody else
wants them; a kernel that groups processes by session is told not to, and one that is not preempted while it copies what was sent
gets it in small pieces, for as long as they yield. A parallel export keeps a processor busy with each of its two readers. Waybill had at most ${connections.most} of the ${connections.cap} sessions that its role may have.

${markdownTable(['beside', 'look-ups', 'median, ms', 'p95, ms', 'times idle'], lines)}`;
}

function startUpPart({ firstSeconds, laterSeconds }: NonNullable<Measurements['startUp']>): string {
  const later = laterSeconds.map((seconds) => seconds.toFixed(1)).join(', ');
  return `## Start

\`npm start\` to the report center answering, with a state of its own: ${firstSeconds.toFixed(1)} s the first time, which fills the sample
database; then ${later} s.`;
}

/** Of the product's own functions, those that matter. */
const SHOWN_FUNCTIONS = 12;

function profilePart(profile: Profile): string {
  const groups = workerGroupsOf(profile);
  // The profiler looks by the clock: on a busy machine it finds more than the processors have given.
  const all = groups.reduce((sum, { seconds }) => sum + seconds, 0);
  const percent = (seconds: number) => `${((seconds / all) * 100).toFixed(0)} %`;
  const lines = groups.map(({ what, seconds }) => [what, seconds.toFixed(2), percent(seconds)]);
  const own = profile.shares
    .filter(({ what }) => what !== 'idle')
    .slice(0, SHOWN_FUNCTIONS)
    .map(({ what, seconds }) => [what, seconds.toFixed(2), percent(seconds)]);
  return `### ${nameOf(profile.id)}, ${profile.rows.toLocaleString('en')} rows

${profile.seconds.toFixed(1)} s from the claim to the file under the profiler, ${profile.workerCpuSeconds.toFixed(1)} s of processor time from start to end.

${markdownTable(['', 'CPU, s', ''], lines)}

By function, most first:

${markdownTable(['', 'CPU, s', ''], own)}`;
}
