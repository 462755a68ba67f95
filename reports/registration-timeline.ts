import * as z from 'zod';
import { dateRange, withinDays } from '../core/domain/date-range.ts';
import { defineReport } from '../core/domain/report.ts';
import { all, sql } from '../core/domain/sql.ts';
import { eventChoices, eventFilter } from './filters/event.ts';

/** How registrations came in, day by day, with the days on which none did. */
export const registrationTimeline = defineReport({
  id: 'registration-timeline',
  version: 1,
  title: 'Registration timeline',
  description: 'Registrations for an event by day, from the first to the last.',
  group: 'Events',
  permission: 'reports:events',
  filters: z.object({ event: eventFilter, ...dateRange('Registered') }),
  scope: 'event',
  choices: { event: eventChoices },
  columns: {
    day: { header: 'Day', type: 'date', description: 'In the time zone of the file.' },
    registrations: { header: 'Registrations', type: 'integer' },
    sinceCancelled: {
      header: 'Since cancelled',
      type: 'integer',
      description: 'How many of the day’s registrations are cancelled by now.',
    },
    cumulative: {
      header: 'Cumulative',
      type: 'integer',
      description: 'Registrations from the first day of the file up to this one.',
    },
  },
  key: ['day'],
  chart: { title: 'Registrations, cumulative', kind: 'line', x: 'day', y: 'registrations', cumulative: true },
  formats: ['csv', 'xlsx', 'pdf', 'json'],
  source: {
    kind: 'postgres',
    accountColumn: 'accountId',
    query: ({ event, from, to }, { timeZone }) => sql`
      WITH counted AS (
        SELECT
          account_id, (registered_at AT TIME ZONE ${timeZone})::date AS day, count(*) AS registrations,
          count(*) FILTER (WHERE status = 'cancelled') AS cancelled
        FROM app.guests
        WHERE ${all(sql`event_id = ${event}::bigint`, withinDays(sql`registered_at`, { from, to }, timeZone))}
        GROUP BY 1, 2
      ), calendar AS (
        SELECT account_id, first + n AS day
        FROM (SELECT account_id, min(day) AS first, max(day) AS last FROM counted GROUP BY 1) AS bounds
        CROSS JOIN LATERAL generate_series(0, last - first) AS n
      )
      SELECT
        account_id AS "accountId", day, coalesce(registrations, 0) AS registrations,
        coalesce(cancelled, 0) AS "sinceCancelled",
        (sum(registrations) OVER (PARTITION BY account_id ORDER BY day))::bigint AS cumulative
      FROM calendar LEFT JOIN counted USING (account_id, day)`,
  },
});
