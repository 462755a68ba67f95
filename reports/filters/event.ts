import { idFilter, idsFilter } from '../../core/domain/id-filter.ts';
import { all, type Sql, sql } from '../../core/domain/sql.ts';

/** What the reports about an event have in common: the event itself, and its kinds of tickets. */
export const eventFilter = idFilter('an event').meta({ title: 'Event', description: 'What the report is about.' });

/** The account's events, with their first day. */
export function eventChoices(): Sql {
  return sql`
    SELECT account_id AS "accountId", event_id AS value,
      concat_ws(', ', name, city, to_char(starts_at AT TIME ZONE time_zone, 'YYYY-MM-DD')) AS label
    FROM app.events`;
}

export const ticketTypesFilter = idsFilter('a ticket type')
  .optional()
  .meta({ title: 'Ticket types', description: 'Only tickets of these types.' });

/** The ticket types of the event, or of all events while none is chosen; each event has its own. */
export function ticketTypeChoices({ event }: { readonly event?: string | undefined }): Sql {
  return sql`
    SELECT account_id AS "accountId", ticket_type_id AS value, name AS label
    FROM app.ticket_types
    WHERE ${all(event !== undefined && sql`event_id = ${event}::bigint`)}`;
}
