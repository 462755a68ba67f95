import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { withinDays } from '../../../core/domain/date-range.ts';
import { type Sql, sql } from '../../../core/domain/sql.ts';
import { readAll, testPlan, testReport } from '../../support/plans.ts';
import { startTestPostgres, type TestPostgres } from '../../support/postgres.ts';

let postgres: TestPostgres;
beforeAll(async () => {
  postgres = await startTestPostgres();
});
afterAll(() => postgres[Symbol.asyncDispose]());

/** Days on which the clocks of a zone change, most of them around midnight, and the first and last zone at a year's end. */
const days = [
  ['Europe/Berlin', '2025-03-30'],
  ['Europe/Berlin', '2025-10-26'],
  ['America/New_York', '2025-11-02'],
  // Clocks go back over midnight: the day has it twice.
  ['Atlantic/Azores', '2025-10-26'],
  ['America/Havana', '2025-11-02'],
  // They go forward at midnight: the day has none.
  ['Asia/Beirut', '2026-03-29'],
  ['Africa/Cairo', '2025-04-25'],
  ['America/Havana', '2025-03-09'],
  // Back to the evening before.
  ['Africa/Cairo', '2025-10-30'],
  ['Africa/Cairo', '2025-10-31'],
  ['Australia/Lord_Howe', '2025-04-06'],
  // A day that never was, and the one after it.
  ['Pacific/Apia', '2011-12-30'],
  ['Pacific/Apia', '2011-12-31'],
  ['Pacific/Kiritimati', '2025-12-31'],
  ['Pacific/Kiritimati', '2026-01-01'],
  ['Pacific/Pago_Pago', '2025-12-31'],
  ['Pacific/Pago_Pago', '2026-01-01'],
] as const;

/** The quarters of an hour around a day that satisfy the condition, as epoch seconds. */
async function chosen(day: string, condition: (instant: Sql) => Sql): Promise<number[]> {
  const query = sql`
    SELECT 'acme' AS account, extract(epoch FROM instant)::bigint AS id
    FROM generate_series(${day}::timestamptz - interval '2 days', ${day}::timestamptz + interval '3 days', '15 minutes') AS instant
    WHERE ${condition(sql`instant`)}`;
  const { text } = await readAll(postgres.source(), testPlan(testReport({ id: 'integer' }, query)));
  return text.split('\r\n').filter(Boolean).map(Number);
}

/** The same by what the clocks on the wall show. */
function expected(day: string, timeZone: string): number[] {
  const middle = Date.parse(`${day}T00:00Z`);
  const format = new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short' });
  const quarters = Array.from({ length: 5 * 96 + 1 }, (_, index) => middle - 2 * 86_400_000 + index * 900_000);
  return quarters.filter((instant) => format.format(instant) === day).map((instant) => instant / 1000);
}

describe('a day has every instant at which clocks show it', () => {
  test.each(days)('%s %s', async (timeZone, day) => {
    const range = { from: day, to: day };
    expect(await chosen(day, (instant) => withinDays(instant, range, timeZone))).toEqual(expected(day, timeZone));
  });

  test('midnight as the server alone takes it would miss an hour', async () => {
    const naive = (instant: Sql) => sql`${instant} >= '2025-10-26'::timestamp AT TIME ZONE 'Atlantic/Azores'
      AND ${instant} < '2025-10-27'::timestamp AT TIME ZONE 'Atlantic/Azores'`;
    const wanted = expected('2025-10-26', 'Atlantic/Azores');
    expect(wanted).toHaveLength(25 * 4);
    expect(await chosen('2025-10-26', naive)).toEqual(wanted.slice(4));
  });
});

test('either end may be open, or both', async () => {
  const all = await chosen('2026-01-01', () => sql`true`);
  const from = await chosen('2026-01-01', (instant) => withinDays(instant, { from: '2026-01-01' }, 'UTC'));
  const to = await chosen('2026-01-01', (instant) => withinDays(instant, { to: '2025-12-31' }, 'UTC'));
  expect([...to, ...from]).toEqual(all);
  expect([to.length, from.length]).toEqual([2 * 96, 3 * 96 + 1]);
  expect(await chosen('2026-01-01', (instant) => withinDays(instant, {}, 'UTC'))).toEqual(all);
});

test('the calendar’s first and last day', async () => {
  const range = { from: '0001-01-01', to: '9999-12-31' };
  expect(await chosen('2026-01-01', (instant) => withinDays(instant, range, 'Europe/Berlin'))).toHaveLength(5 * 96 + 1);
});
