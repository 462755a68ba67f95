import * as z from 'zod';
import { dateRange, withinDays } from '../core/domain/date-range.ts';
import { idsFilter } from '../core/domain/id-filter.ts';
import { defineReport } from '../core/domain/report.ts';
import { all, sql } from '../core/domain/sql.ts';
import { eventChoices, eventFilter } from './filters/event.ts';

const filters = z.object({
  event: eventFilter,
  ...dateRange('Scanned'),
  sponsors: idsFilter('a sponsor').optional().meta({ title: 'Sponsors', description: 'Only leads of these sponsors.' }),
  minimumScore: z
    .int()
    .min(0)
    .max(100)
    .optional()
    .meta({ title: 'Minimum score', description: 'Only leads that the sponsor rated at least so high, of 100.' }),
});

/** The guests whose badges sponsors scanned. */
export const sponsorLeads = defineReport({
  id: 'sponsor-leads',
  version: 1,
  title: 'Sponsor leads',
  description: 'The contacts that sponsors made at an event, with their rating and notes.',
  group: 'Events',
  permission: 'reports:events',
  filters,
  scope: 'event',
  choices: {
    event: eventChoices,
    sponsors: ({ event }) => sql`
      SELECT account_id AS "accountId", sponsor_id AS value, name AS label
      FROM app.sponsors
      WHERE ${all(event !== undefined && sql`event_id = ${event}::bigint`)}`,
  },
  columns: {
    leadId: { header: 'Lead ID', type: 'integer', byDefault: false },
    sponsor: { header: 'Sponsor', type: 'text' },
    tier: { header: 'Tier', type: 'text', byDefault: false },
    scannedAt: { header: 'Scanned at', type: 'timestamp' },
    guest: { header: 'Guest', type: 'text' },
    company: { header: 'Company', type: 'text' },
    email: { header: 'E-mail', type: 'text' },
    score: { header: 'Score', type: 'integer', description: 'The sponsor’s rating from 0 to 100, if there is one.' },
    notes: { header: 'Notes', type: 'text', description: 'As typed at the stand.' },
  },
  key: ['leadId'],
  formats: ['csv', 'xlsx', 'pdf', 'json'],
  source: {
    kind: 'postgres',
    accountColumn: 'accountId',
    query: ({ event, from, to, sponsors, minimumScore }, { timeZone }) => sql`
      SELECT
        leads.account_id AS "accountId", lead_id AS "leadId", sponsors.name AS sponsor, tier, scanned_at AS "scannedAt",
        guests.name AS guest, company, email, score, notes
      FROM app.leads
      JOIN app.sponsors USING (account_id, event_id, sponsor_id)
      JOIN app.guests USING (account_id, event_id, guest_id)
      WHERE ${all(
        sql`event_id = ${event}::bigint`,
        withinDays(sql`scanned_at`, { from, to }, timeZone),
        sponsors !== undefined && sql`sponsor_id = ANY (${sponsors}::bigint[])`,
        minimumScore !== undefined && sql`score >= ${minimumScore}`,
      )}`,
  },
});
