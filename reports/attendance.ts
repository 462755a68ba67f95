import * as z from 'zod';
import { dateRange, withinDays } from '../core/domain/date-range.ts';
import { defineReport } from '../core/domain/report.ts';
import { all, sql } from '../core/domain/sql.ts';
import { eventChoices, eventFilter } from './filters/event.ts';

/** How many people were in each session of an event. */
export const attendance = defineReport({
  id: 'attendance',
  version: 1,
  title: 'Attendance',
  description: 'The sessions of an event with their guests, against what the room holds.',
  group: 'Events',
  permission: 'reports:events',
  filters: z.object({ event: eventFilter, ...dateRange('Session begins') }),
  scope: 'event',
  choices: { event: eventChoices },
  columns: {
    sessionId: { header: 'Session ID', type: 'integer', byDefault: false },
    title: { header: 'Session', type: 'text' },
    room: { header: 'Room', type: 'text' },
    startsAt: { header: 'Starts at', type: 'timestamp' },
    endsAt: { header: 'Ends at', type: 'timestamp' },
    capacity: { header: 'Capacity', type: 'integer' },
    attendees: { header: 'Attendees', type: 'integer' },
    utilization: {
      header: 'Utilization (%)',
      type: 'decimal',
      precision: 9,
      scale: 2,
      description: 'Attendees in percent of the capacity.',
    },
    averageMinutes: {
      header: 'Average stay (min)',
      type: 'decimal',
      precision: 9,
      scale: 1,
      description: 'Of the guests who were seen leaving.',
    },
  },
  key: ['startsAt', 'sessionId'],
  chart: { title: 'Attendees by session', kind: 'bars', x: 'title', y: 'attendees' },
  formats: ['csv', 'xlsx', 'pdf', 'json'],
  source: {
    kind: 'postgres',
    accountColumn: 'accountId',
    query: ({ event, from, to }, { timeZone }) => sql`
      SELECT
        account_id AS "accountId", session_id AS "sessionId", title, room, starts_at AS "startsAt", ends_at AS "endsAt",
        capacity, count(guest_id) AS attendees,
        round(100.0 * count(guest_id) / nullif(capacity, 0), 2) AS utilization,
        round(avg(extract(epoch FROM left_at - entered_at)) / 60, 1) AS "averageMinutes"
      FROM app.sessions LEFT JOIN app.session_visits USING (account_id, event_id, session_id)
      WHERE ${all(sql`event_id = ${event}::bigint`, withinDays(sql`starts_at`, { from, to }, timeZone))}
      GROUP BY account_id, event_id, session_id, title, room, starts_at, ends_at, capacity`,
  },
});
