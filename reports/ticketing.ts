import * as z from 'zod';
import { dateRange, withinDays } from '../core/domain/date-range.ts';
import { defineReport } from '../core/domain/report.ts';
import { all, sql } from '../core/domain/sql.ts';
import { eventChoices, eventFilter, ticketTypeChoices, ticketTypesFilter } from './filters/event.ts';

const statuses = ['valid', 'refunded'] as const;

const filters = z.object({
  event: eventFilter,
  ...dateRange('Issued'),
  status: z
    .array(z.enum(statuses))
    .min(1)
    .optional()
    .meta({ title: 'Status', description: 'Only tickets in one of these states.' }),
  ticketTypes: ticketTypesFilter,
});

/** The tickets of an event, one row each. */
export const ticketing = defineReport({
  id: 'ticketing',
  version: 1,
  title: 'Ticketing',
  description: 'All tickets of an event with their holder, price and state.',
  group: 'Events',
  permission: 'reports:events',
  filters,
  scope: 'event',
  choices: { event: eventChoices, ticketTypes: ticketTypeChoices },
  columns: {
    ticketId: { header: 'Ticket ID', type: 'integer' },
    barcode: { header: 'Barcode', type: 'text', description: 'Begins with zeros that belong to it.' },
    ticketType: { header: 'Ticket type', type: 'text' },
    holder: { header: 'Holder', type: 'text' },
    email: { header: 'E-mail', type: 'text' },
    status: { header: 'Status', type: 'enum' },
    price: { header: 'Price', type: 'decimal', precision: 12, scale: 2, description: 'As paid, vouchers taken off.' },
    currency: { header: 'Currency', type: 'text' },
    issuedAt: { header: 'Issued at', type: 'timestamp' },
    listPrice: { header: 'List price', type: 'decimal', precision: 12, scale: 2, byDefault: false },
    guestId: { header: 'Guest ID', type: 'integer', byDefault: false },
  },
  key: ['ticketId'],
  formats: ['csv', 'xlsx', 'pdf', 'json'],
  source: {
    kind: 'postgres',
    accountColumn: 'accountId',
    query: ({ event, from, to, status, ticketTypes }, { timeZone }) => sql`
      SELECT
        tickets.account_id AS "accountId", ticket_id AS "ticketId", barcode, ticket_types.name AS "ticketType",
        guests.name AS holder, email, tickets.status, tickets.price, tickets.currency, issued_at AS "issuedAt",
        ticket_types.price AS "listPrice", guest_id AS "guestId"
      FROM app.tickets
      JOIN app.guests USING (account_id, event_id, guest_id)
      JOIN app.ticket_types ON (ticket_types.account_id, ticket_types.event_id, ticket_types.ticket_type_id)
        = (tickets.account_id, tickets.event_id, tickets.ticket_type_id)
      WHERE ${all(
        sql`tickets.event_id = ${event}::bigint`,
        withinDays(sql`issued_at`, { from, to }, timeZone),
        status !== undefined && sql`tickets.status = ANY (${status}::app.ticket_status[])`,
        ticketTypes !== undefined && sql`tickets.ticket_type_id = ANY (${ticketTypes}::bigint[])`,
      )}`,
  },
});
