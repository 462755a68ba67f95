import * as z from 'zod';
import { dateRange, withinDays } from '../core/domain/date-range.ts';
import { defineReport } from '../core/domain/report.ts';
import { all, sql } from '../core/domain/sql.ts';
import { eventChoices, eventFilter, ticketTypeChoices, ticketTypesFilter } from './filters/event.ts';

const filters = z.object({
  event: eventFilter,
  ...dateRange('Checked in'),
  ticketTypes: ticketTypesFilter,
  firstEntriesOnly: z
    .boolean()
    .default(false)
    .meta({ title: 'First entries only', description: 'Leave out guests who went out and came back.' }),
});

/** Every scan at the doors of an event, in order. */
export const checkIn = defineReport({
  id: 'check-in',
  version: 1,
  title: 'Check-in',
  description: 'Who came to an event when, and through which door.',
  group: 'Events',
  permission: 'reports:events',
  filters,
  scope: 'event',
  choices: { event: eventChoices, ticketTypes: ticketTypeChoices },
  columns: {
    checkInId: { header: 'Check-in ID', type: 'integer', byDefault: false },
    checkedInAt: { header: 'Checked in at', type: 'timestamp' },
    guest: { header: 'Guest', type: 'text' },
    company: { header: 'Company', type: 'text' },
    ticketType: { header: 'Ticket type', type: 'text' },
    barcode: { header: 'Barcode', type: 'text' },
    gate: { header: 'Gate', type: 'text' },
    reEntry: {
      header: 'Re-entry',
      type: 'boolean',
      description: 'Whether the ticket had been scanned before that day.',
    },
    scanner: { header: 'Scanner', type: 'text', byDefault: false },
    guestId: { header: 'Guest ID', type: 'integer', byDefault: false },
    ticketId: { header: 'Ticket ID', type: 'integer', byDefault: false },
  },
  key: ['checkedInAt', 'checkInId'],
  chart: { title: 'Check-ins over time', kind: 'bars', x: 'checkedInAt' },
  formats: ['csv', 'xlsx', 'pdf', 'json'],
  source: {
    kind: 'postgres',
    accountColumn: 'accountId',
    query: ({ event, from, to, ticketTypes, firstEntriesOnly }, { timeZone }) => sql`
      SELECT
        check_ins.account_id AS "accountId", check_in_id AS "checkInId", checked_in_at AS "checkedInAt",
        guests.name AS guest, company, ticket_types.name AS "ticketType", barcode, gate, is_re_entry AS "reEntry", scanner,
        check_ins.guest_id AS "guestId", ticket_id AS "ticketId"
      FROM app.check_ins
      JOIN app.tickets USING (account_id, event_id, ticket_id)
      JOIN app.ticket_types USING (account_id, event_id, ticket_type_id)
      JOIN app.guests ON (guests.account_id, guests.event_id, guests.guest_id)
        = (check_ins.account_id, check_ins.event_id, check_ins.guest_id)
      WHERE ${all(
        sql`check_ins.event_id = ${event}::bigint`,
        withinDays(sql`checked_in_at`, { from, to }, timeZone),
        ticketTypes !== undefined && sql`tickets.ticket_type_id = ANY (${ticketTypes}::bigint[])`,
        firstEntriesOnly && sql`NOT is_re_entry`,
      )}`,
  },
});
