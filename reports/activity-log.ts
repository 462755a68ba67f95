import * as z from 'zod';
import { dateRange, withinDays } from '../core/domain/date-range.ts';
import { defineReport } from '../core/domain/report.ts';
import { all, sql } from '../core/domain/sql.ts';

const actions = [
  'session.started',
  'event.updated',
  'guest.updated',
  'guest.deleted',
  'ticket.refunded',
  'report.exported',
  'member.invited',
] as const;

const filters = z.object({
  ...dateRange('Occurred', { byDefault: 'last_30_days' }),
  actors: z
    .array(z.string().min(1).max(64))
    .min(1)
    .max(100)
    .optional()
    .meta({ title: 'Actors', description: 'Only what these people did.' }),
  actions: z
    .array(z.enum(actions))
    .min(1)
    .optional()
    .meta({ title: 'Actions', description: 'Only these kinds of actions.' }),
});

/** Who did what, when and from where. */
export const activityLog = defineReport({
  id: 'activity-log',
  version: 1,
  title: 'Activity log',
  description: 'What people did in the account, when and from where.',
  group: 'Administration',
  permission: 'reports:activity-log',
  filters,
  choices: {
    // Also people who have left; under the name they had last.
    actors: () => sql`
      SELECT DISTINCT ON (account_id, actor_id) account_id AS "accountId", actor_id AS value, actor_name AS label
      FROM app.activity_log
      ORDER BY account_id, actor_id, occurred_at DESC`,
  },
  columns: {
    activityId: { header: 'Activity ID', type: 'integer', byDefault: false },
    occurredAt: { header: 'Occurred at', type: 'timestamp' },
    actorName: { header: 'Actor', type: 'text', description: 'The name at that time.' },
    actorId: { header: 'Actor ID', type: 'text', byDefault: false },
    action: { header: 'Action', type: 'enum' },
    targetType: { header: 'Target', type: 'text' },
    targetId: { header: 'Target ID', type: 'text' },
    ipAddress: { header: 'IP address', type: 'text' },
    userAgent: { header: 'User agent', type: 'text', byDefault: false },
    details: { header: 'Details', type: 'json' },
  },
  key: ['occurredAt', 'activityId'],
  formats: ['csv', 'xlsx', 'pdf', 'json'],
  source: {
    kind: 'postgres',
    accountColumn: 'accountId',
    query: ({ from, to, actors, actions: wanted }, { timeZone }) => sql`
      SELECT
        account_id AS "accountId", activity_id AS "activityId", occurred_at AS "occurredAt", actor_id AS "actorId",
        actor_name AS "actorName", action, target_type AS "targetType", target_id AS "targetId",
        abbrev(ip_address) AS "ipAddress", user_agent AS "userAgent", details
      FROM app.activity_log
      WHERE ${all(
        withinDays(sql`occurred_at`, { from, to }, timeZone),
        actors !== undefined && sql`actor_id = ANY (${actors})`,
        wanted !== undefined && sql`action = ANY (${wanted})`,
      )}`,
  },
});
