import { execFileSync } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { budgetsOf } from './export/budgets.ts';
import { contestantIdOf } from './export/contestant.ts';
import { runLookUps } from './export/look-ups.ts';
import { machineOf } from './export/machine.ts';
import { keepMeasurements, RESULTS_FILE, readMeasurements } from './export/measurement-store.ts';
import type { Measurements } from './export/measurements.ts';
import { pageOf } from './export/page.ts';
import { cases, type Part, planOf } from './export/plan.ts';
import { runProfile } from './export/profile.ts';
import { contestants, runSize, withOrders } from './export/sizes.ts';
import { runStartUp } from './export/start-up.ts';
import { runTimeline } from './export/timeline.ts';

/**
 * How fast an export is, beside what one would do by hand: the same rows, by turns, in one run of the local cloud.
 *
 *     npm run bench                                       everything, and the page
 *     npm run bench -- --quick                            a few minutes, and no page
 *     npm run bench -- --rows 1000000 --runs 3            one size
 *     npm run bench -- --case timeline --case start-up    parts
 *     npm run bench -- --profile csv --rows 500000        what the worker is at
 *     npm run bench -- --page                             the page of what was measured before
 *
 * Whatever is measured is kept in a file, each part until it is measured again.
 */
const { values } = parseArgs({
  options: {
    rows: { type: 'string', multiple: true },
    runs: { type: 'string' },
    case: { type: 'string', multiple: true },
    profile: { type: 'string', multiple: true },
    /** Only these contestants. */
    only: { type: 'string', multiple: true },
    quick: { type: 'boolean', default: false },
    page: { type: 'boolean', default: false },
    /** @default .build/bench/results.json, or quick.json */
    results: { type: 'string' },
  },
});
const file = values.results ?? (values.quick ? '.build/bench/quick.json' : RESULTS_FILE);
const only = values.only?.map(contestantIdOf);
const taking = contestants.filter(({ id }) => only === undefined || only.includes(id));
/** Each takes a second, and their medians are of milliseconds. */
const timelineRuns = 20;
const isWhole = !values.quick && !values.rows && !values.runs && !values.case && !values.profile && !values.only;
let measured = readMeasurements(file);

function keep(now: Partial<Measurements>): void {
  measured = keepMeasurements(file, now);
}

function writePage(): void {
  const { page, charts } = pageOf(measured);
  writeFileSync('docs/bench.md', page);
  for (const [name, svg] of charts) writeFileSync(`docs/images/${name}`, svg);
}

async function measure({ rows, rounds, parts, profiles }: Part): Promise<void> {
  console.info(`\n${rows.toLocaleString('en')} rows`);
  await withOrders(rows, async (cloud) => {
    keep({ machine: await machineOf(cloud.info().postgresUrl) });
    if (parts.has('sizes')) await runSize(cloud, { rows, rounds, taking }, (size) => keep({ sizes: [size] }));
    if (parts.has('timeline')) keep({ timeline: await runTimeline(cloud, rows, values.quick ? 5 : timelineRuns) });
    if (parts.has('look-ups')) keep({ lookUps: await runLookUps(cloud, rows, rounds) });
    if (!parts.has('profile')) return;
    for (const contestant of contestants.filter(({ id }) => profiles.includes(id))) {
      console.info(`  profile of ${contestant.name}`);
      keep({ profiles: [await runProfile(cloud, contestant, rows)] });
    }
  });
}

if (!values.page) {
  const rivals = new URL('rivals', import.meta.url).pathname;
  if (!existsSync(`${rivals}/node_modules`)) {
    execFileSync('npm', ['ci', '--ignore-scripts', '--prefix', rivals], { stdio: 'inherit' });
  }
  const asked = {
    ...{ rows: values.rows?.map(Number), rounds: values.runs === undefined ? undefined : Number(values.runs) },
    ...{
      cases: values.case?.map((name) => cases.parse(name)),
      profiles: values.profile?.map(contestantIdOf),
      isQuick: values.quick,
    },
  };
  const plan = planOf(asked);
  for (const part of plan.clouds) await measure(part);
  if (plan.startsUp) {
    console.info('\nnpm start');
    keep({ startUp: await runStartUp(values.quick ? 1 : 3, values.quick ? '20000,1000' : undefined) });
  }
  for (const { what, wanted, found, verdict } of budgetsOf(measured)) {
    console.info(`${verdict.padEnd(8)} ${what}: ${found}, wanted ${wanted}`);
  }
}
if (values.page || isWhole) writePage();
const hasFailures = measured.sizes.some(({ failures = {} }) => Object.keys(failures).length > 0);
process.exit(hasFailures ? 1 : 0);
