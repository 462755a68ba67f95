import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { percentile } from '../local/cloudwatch/statistic.ts';
import { costOfExport, total } from '../scripts/cost/estimate.ts';
import { drawLineChart } from './line-chart.ts';
import { chartsOf } from './simulate/charts.ts';
import { type Outcome, simulateDay } from './simulate/simulate.ts';
import { isNearBurst, isNearNoisy, isNoisy, type Workload } from './simulate/workload.ts';

/**
 * A day of exports at a size that cannot run here: the real admission in virtual time, against models of work and quotas.
 * `npm run simulate -- --exports 1000000 --pool 200 --write`
 */
const { values } = parseArgs({
  options: {
    exports: { type: 'string', default: '1000000' },
    accounts: { type: 'string', default: '2000' },
    pool: { type: 'string', default: '200' },
    'account-cap': { type: 'string', default: '5' },
    seed: { type: 'string', default: '1' },
    /** Draws the charts of docs/scale.md. */
    write: { type: 'boolean', default: false },
  },
});
const exports = Number(values.exports);
const workload: Workload = {
  exports,
  accounts: Number(values.accounts),
  seed: Number(values.seed),
  burst: { fromHour: 9, minutes: 10, factor: 5 },
  noisy: { atHour: 20, exports: exports / 50 },
};
const caps = { pool: Number(values.pool), account: Number(values['account-cap']) };
const quotas = {
  starts: { perSecond: 150, burst: 800 },
  launches: { perSecond: 20, burst: 100 },
  mails: { perSecond: 20, burst: 20 },
};

const startedAt = performance.now();
const day = await simulateDay({ workload, caps, quotas });
const seconds = (performance.now() - startedAt) / 1000;

const groups: readonly { readonly name: string; readonly isMeant: (outcome: Outcome) => boolean }[] = [
  {
    name: 'on an ordinary hour',
    isMeant: ({ arrival: { at } }) => !isNearBurst(workload, at) && !isNearNoisy(workload, at),
  },
  { name: 'in the two hours from the burst on', isMeant: ({ arrival: { at } }) => isNearBurst(workload, at) },
  {
    name: 'beside the noisy account',
    isMeant: (outcome) => isNearNoisy(workload, outcome.arrival.at) && !isNoisy(outcome.arrival),
  },
  { name: 'of the noisy account itself', isMeant: ({ arrival }) => isNoisy(arrival) },
];
const number = (value: number) => value.toLocaleString('en', { maximumFractionDigits: value < 10 ? 1 : 0 });

console.info(
  `${number(day.outcomes.length)} exports of ${values.accounts} accounts, ${caps.pool} slots, ${number(seconds)} s`,
);
console.info('wait for the turn, s                 exports       half   19 of 20   the longest');
for (const { name, isMeant } of groups) {
  const waits = day.outcomes.filter(isMeant).map(({ waitMs }) => waitMs / 1000);
  const columns = [waits.length, percentile(waits, 50), percentile(waits, 95), percentile(waits, 100)].map(number);
  console.info(`  ${name.padEnd(35)}${columns.map((column) => column.padStart(10)).join(' ')}`);
}
const p95Of = (pick: (outcome: Outcome) => number) => number(percentile(day.outcomes.map(pick), 95) / 1000);
const usd = day.outcomes.reduce(
  (sum, { arrival }) => sum + total(costOfExport({ rows: arrival.rows, downloads: 1 })),
  0,
);
const most = (pick: (minute: (typeof day.minutes)[number]) => number) =>
  number(day.minutes.reduce((top, minute) => Math.max(top, pick(minute)), 0));
console.info(`  at most waiting                 ${most(({ waiting }) => waiting)}, running ${number(day.mostRunning)}, accounts ${number(day.mostAccounts)}
  all over                        ${number((day.minutes.at(-1)?.at ?? 0) / 3_600_000)} h after midnight
  starts refused                  ${number(day.refusedStarts)}
  behind the quota of launches    ${p95Of(({ launchMs }) => launchMs)} s (19 of 20)
  behind the quota of mails       ${p95Of(({ mailMs }) => mailMs)} s (19 of 20)
  the pool's item is busy         ${number(day.poolItemBusy * 100)} % of the busiest hour
  cost of the day                 $${number(usd)}, besides what stands idle`);

if (values.write) {
  for (const [name, chart] of Object.entries(chartsOf(day))) {
    writeFileSync(`docs/images/simulated-${name}.svg`, drawLineChart(chart));
  }
}
