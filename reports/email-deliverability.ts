import * as z from 'zod';
import { dateRange, withinDays } from '../core/domain/date-range.ts';
import { defineReport } from '../core/domain/report.ts';
import { all, sql } from '../core/domain/sql.ts';
import { eventChoices, eventFilter } from './filters/event.ts';

const statuses = ['queued', 'delivered', 'opened', 'bounced', 'complained'] as const;

const filters = z.object({
  event: eventFilter,
  ...dateRange('Queued'),
  status: z
    .array(z.enum(statuses))
    .min(1)
    .optional()
    .meta({ title: 'Status', description: 'Only mail that has come this far.' }),
});

/** Every mail to the guests of an event, and what became of it. */
export const emailDeliverability = defineReport({
  id: 'email-deliverability',
  version: 1,
  title: 'E-mail deliverability',
  description: 'Mail to the guests of an event: delivered, opened, bounced with the reason, or reported as spam.',
  group: 'Events',
  permission: 'reports:events',
  filters,
  scope: 'event',
  choices: { event: eventChoices },
  columns: {
    mailDeliveryId: { header: 'Mail ID', type: 'integer', byDefault: false },
    template: { header: 'Mail', type: 'text' },
    recipient: { header: 'Recipient', type: 'text' },
    status: { header: 'Status', type: 'enum' },
    queuedAt: { header: 'Queued at', type: 'timestamp' },
    deliveredAt: { header: 'Delivered at', type: 'timestamp' },
    openedAt: { header: 'Opened at', type: 'timestamp' },
    bouncedAt: { header: 'Bounced at', type: 'timestamp', byDefault: false },
    bounceKind: {
      header: 'Bounce',
      type: 'enum',
      description: 'Permanent: the address is wrong. Transient: another try may succeed.',
    },
    bounceReason: { header: 'Bounce reason', type: 'text', description: 'The receiving server’s own words.' },
    complainedAt: {
      header: 'Complained at',
      type: 'timestamp',
      byDefault: false,
      description: 'When the recipient reported it as spam.',
    },
    guestId: { header: 'Guest ID', type: 'integer', byDefault: false },
  },
  key: ['mailDeliveryId'],
  formats: ['csv', 'xlsx', 'pdf', 'json'],
  source: {
    kind: 'postgres',
    accountColumn: 'accountId',
    query: ({ event, from, to, status }, { timeZone }) => sql`
      SELECT
        account_id AS "accountId", mail_delivery_id AS "mailDeliveryId", template, recipient, status,
        queued_at AS "queuedAt", delivered_at AS "deliveredAt", opened_at AS "openedAt", bounced_at AS "bouncedAt",
        bounce_kind AS "bounceKind", bounce_reason AS "bounceReason", complained_at AS "complainedAt", guest_id AS "guestId"
      FROM app.mail_deliveries
      WHERE ${all(
        sql`event_id = ${event}::bigint`,
        withinDays(sql`queued_at`, { from, to }, timeZone),
        status !== undefined && sql`status = ANY (${status}::app.mail_status[])`,
      )}`,
  },
});
