import { percentile } from '../../local/cloudwatch/statistic.ts';
import { costOfExport } from '../../scripts/cost/estimate.ts';
import type { LineChart } from '../line-chart.ts';
import type { Minute, Outcome, SimulatedDay } from './simulate.ts';
import { isNoisy } from './workload.ts';

const TEN_MINUTES_MS = 600_000;
const HOUR_MS = 3_600_000;

/** How many of what costs most have a line of their own. */
const COST_LINES = 3;

const ticks = [0, 3, 6, 9, 12, 15, 18, 21, 24].map((hour) => ({ x: hour, label: `${hour}:00` }));

/** The charts of docs/scale.md, by name. */
export function chartsOf({ outcomes, minutes }: SimulatedDay): Readonly<Record<string, LineChart>> {
  const byMinute = (pick: (minute: Minute) => number) =>
    minutes.map((each) => [each.at / HOUR_MS, pick(each)] as const);
  const turns = (isMeant: (outcome: Outcome) => boolean) =>
    ofMost(
      outcomes.filter(isMeant),
      (each) => each.arrival.at + each.waitMs,
      (each) => each.waitMs / 60_000,
    );
  return {
    flow: {
      title: 'Exports a minute',
      lines: [
        { label: 'asked for', points: byMinute(({ asked }) => asked) },
        { label: 'ended', points: byMinute(({ ended }) => ended) },
      ],
      ticks,
    },
    waits: {
      title: 'Minutes until the turn, of 19 of 20, by when it came',
      lines: [
        { label: 'the account with many', points: turns(({ arrival }) => isNoisy(arrival)) },
        { label: 'all others', points: turns(({ arrival }) => !isNoisy(arrival)) },
      ],
      ticks,
    },
    quotas: {
      title: 'Seconds behind a quota, of 19 of 20',
      lines: [
        { label: 'task launches', points: ofMost(outcomes, askedAt, ({ launchMs }) => launchMs / 1000) },
        { label: 'mails', points: ofMost(outcomes, askedAt, ({ mailMs }) => mailMs / 1000) },
      ],
      ticks,
    },
    cost: { title: 'US dollars an hour, besides what stands idle', lines: costLines(outcomes), ticks },
  };
}

function askedAt({ arrival }: Outcome): number {
  return arrival.at;
}

/** For each ten minutes what 19 of 20 stay below. */
function ofMost(
  outcomes: readonly Outcome[],
  at: (outcome: Outcome) => number,
  pick: (outcome: Outcome) => number,
): (readonly [hour: number, value: number])[] {
  const stretches = Map.groupBy(outcomes, (each) => Math.floor(at(each) / TEN_MINUTES_MS));
  return [...stretches]
    .sort(([a], [b]) => a - b)
    .map(([stretch, own]) => [(stretch * TEN_MINUTES_MS) / HOUR_MS, percentile(own.map(pick), 95)] as const);
}

function costLines(outcomes: readonly Outcome[]): LineChart['lines'] {
  const hours = new Map<number, Map<string, number>>();
  const wholes = new Map<string, number>();
  for (const { arrival } of outcomes) {
    const hour = Math.floor(arrival.at / HOUR_MS);
    const sums = hours.get(hour) ?? new Map<string, number>();
    hours.set(hour, sums);
    for (const { what, usd } of costOfExport({ rows: arrival.rows, downloads: 1 })) {
      for (const to of [sums, wholes]) to.set(what, (to.get(what) ?? 0) + usd);
    }
  }
  const large = [...wholes]
    .sort(([, a], [, b]) => b - a)
    .slice(0, COST_LINES)
    .map(([what]) => what);
  const line = (label: string, isMeant: (what: string) => boolean) => ({
    label,
    points: [...hours].map(([hour, sums]) => {
      const usd = [...sums].reduce((sum, [what, each]) => sum + (isMeant(what) ? each : 0), 0);
      return [hour, usd] as const;
    }),
  });
  return [
    ...large.map((what) => line(what, (each) => each === what)),
    line('all else', (each) => !large.includes(each)),
  ];
}
