import * as z from 'zod';
import { dateRange, withinDays } from '../core/domain/date-range.ts';
import { defineReport } from '../core/domain/report.ts';
import { all, sql } from '../core/domain/sql.ts';
import { eventChoices, eventFilter, ticketTypeChoices, ticketTypesFilter } from './filters/event.ts';

const statuses = ['registered', 'waitlisted', 'cancelled'] as const;

const filters = z.object({
  event: eventFilter,
  ...dateRange('Registered'),
  status: z
    .array(z.enum(statuses))
    .min(1)
    .optional()
    .meta({ title: 'Status', description: 'Only guests in one of these states.' }),
  ticketTypes: ticketTypesFilter,
});

/** Everybody who asked for a ticket to an event, by name. */
export const guestList = defineReport({
  id: 'guest-list',
  version: 1,
  title: 'Guest list',
  description: 'The guests of an event with their company, ticket and dietary notes, by name.',
  group: 'Events',
  permission: 'reports:events',
  filters,
  scope: 'event',
  choices: { event: eventChoices, ticketTypes: ticketTypeChoices },
  columns: {
    guestId: { header: 'Guest ID', type: 'integer', byDefault: false },
    name: { header: 'Name', type: 'text' },
    email: { header: 'E-mail', type: 'text' },
    company: { header: 'Company', type: 'text' },
    status: { header: 'Status', type: 'enum' },
    ticketType: { header: 'Ticket type', type: 'text' },
    dietaryNotes: { header: 'Dietary notes', type: 'text', description: 'In the guest’s own words.' },
    registeredAt: { header: 'Registered at', type: 'timestamp' },
    cancelledAt: { header: 'Cancelled at', type: 'timestamp', byDefault: false },
    answers: {
      header: 'Answers',
      type: 'json',
      byDefault: false,
      description: 'What the guest answered in the registration form.',
    },
  },
  key: ['name', 'guestId'],
  formats: ['csv', 'xlsx', 'pdf', 'json'],
  source: {
    kind: 'postgres',
    accountColumn: 'accountId',
    query: ({ event, from, to, status, ticketTypes }, { timeZone }) => sql`
      SELECT
        guests.account_id AS "accountId", guest_id AS "guestId", guests.name, email, company, status,
        ticket_types.name AS "ticketType", dietary_notes AS "dietaryNotes", registered_at AS "registeredAt",
        cancelled_at AS "cancelledAt", answers
      FROM app.guests JOIN app.ticket_types USING (account_id, event_id, ticket_type_id)
      WHERE ${all(
        sql`event_id = ${event}::bigint`,
        withinDays(sql`registered_at`, { from, to }, timeZone),
        status !== undefined && sql`status = ANY (${status}::app.guest_status[])`,
        ticketTypes !== undefined && sql`ticket_type_id = ANY (${ticketTypes}::bigint[])`,
      )}`,
  },
});
