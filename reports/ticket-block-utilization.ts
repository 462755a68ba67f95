import * as z from 'zod';
import { defineReport } from '../core/domain/report.ts';
import { all, sql } from '../core/domain/sql.ts';
import { eventChoices, eventFilter, ticketTypeChoices, ticketTypesFilter } from './filters/event.ts';

/** What became of the tickets that were kept for sponsors, partners and staff. */
export const ticketBlockUtilization = defineReport({
  id: 'ticket-block-utilization',
  version: 1,
  title: 'Ticket block utilization',
  description: 'Blocks of tickets by holder: how many were kept, sold and given back.',
  group: 'Events',
  permission: 'reports:events',
  filters: z.object({ event: eventFilter, ticketTypes: ticketTypesFilter }),
  scope: 'event',
  choices: { event: eventChoices, ticketTypes: ticketTypeChoices },
  columns: {
    ticketBlockId: { header: 'Block ID', type: 'integer', byDefault: false },
    holder: { header: 'Holder', type: 'text' },
    ticketType: { header: 'Ticket type', type: 'text' },
    allocated: { header: 'Allocated', type: 'integer' },
    sold: { header: 'Sold', type: 'integer' },
    released: { header: 'Released', type: 'integer', description: 'Given back to public sale.' },
    remaining: { header: 'Remaining', type: 'integer', description: 'Still kept, neither sold nor released.' },
    utilization: {
      header: 'Utilization (%)',
      type: 'decimal',
      precision: 5,
      scale: 2,
      description: 'Sold in percent of allocated; empty where nothing is allocated.',
    },
    releasedOn: { header: 'Released on', type: 'date' },
  },
  key: ['ticketBlockId'],
  formats: ['csv', 'xlsx', 'pdf', 'json'],
  source: {
    kind: 'postgres',
    accountColumn: 'accountId',
    query: ({ event, ticketTypes }) => sql`
      SELECT
        ticket_blocks.account_id AS "accountId", ticket_block_id AS "ticketBlockId", holder, name AS "ticketType", allocated,
        sold, released, allocated - sold - released AS remaining,
        round(100.0 * sold / nullif(allocated, 0), 2) AS utilization, released_on AS "releasedOn"
      FROM app.ticket_blocks JOIN app.ticket_types USING (account_id, event_id, ticket_type_id)
      WHERE ${all(
        sql`event_id = ${event}::bigint`,
        ticketTypes !== undefined && sql`ticket_type_id = ANY (${ticketTypes}::bigint[])`,
      )}`,
  },
});
