import type { Filters } from './sample-reports.ts';

/** How a report's rows can be had without it. */
interface Example {
  /** What the report is asked for. */
  readonly filters: Filters;
  /** The column that tells rows apart. */
  readonly id: string;
  /** A plain SELECT of the same ids. */
  readonly plain: string;
  /** The timestamp that its days are about. */
  readonly instant?: string;
  /** More filters, and what they add to the plain SELECT. */
  readonly narrowed: readonly (readonly [Filters, string])[];
}

const event = "t.account_id = 'acme' AND t.event_id = 1002";

/** By report id. */
export const examples: Readonly<Record<string, Example>> = {
  'guest-list': {
    filters: { event: '1002' },
    id: 'guestId',
    plain: `SELECT guest_id FROM app.guests t WHERE ${event}`,
    instant: 'registeredAt',
    narrowed: [
      [{ status: ['cancelled', 'waitlisted'] }, "status IN ('cancelled', 'waitlisted')"],
      [{ ticketTypes: ['10023', '10025'] }, 'ticket_type_id IN (10023, 10025)'],
      [{ status: ['cancelled'], from: '2025-10-01' }, "status = 'cancelled' AND registered_at >= '2025-10-01Z'"],
    ],
  },
  'check-in': {
    filters: { event: '1002' },
    id: 'checkInId',
    plain: `SELECT check_in_id FROM app.check_ins t WHERE ${event}`,
    instant: 'checkedInAt',
    narrowed: [
      [{ firstEntriesOnly: true }, 'NOT is_re_entry'],
      [{ ticketTypes: ['10023'] }, 'ticket_id IN (SELECT ticket_id FROM app.tickets WHERE ticket_type_id = 10023)'],
    ],
  },
  attendance: {
    filters: { event: '1002' },
    id: 'sessionId',
    plain: `SELECT session_id FROM app.sessions t WHERE ${event}`,
    instant: 'startsAt',
    narrowed: [],
  },
  'registration-timeline': {
    filters: { event: '1002' },
    id: 'day',
    plain: `SELECT day::date::text FROM (
        SELECT min(registered_at AT TIME ZONE 'UTC')::date AS first, max(registered_at AT TIME ZONE 'UTC')::date AS last
        FROM app.guests t WHERE ${event}
      ) AS bounds, generate_series(first::timestamp, last, '1 day') AS day WHERE true`,
    narrowed: [[{ from: '2025-10-01', to: '2025-10-09' }, "day BETWEEN '2025-10-01' AND '2025-10-09'"]],
  },
  ticketing: {
    filters: { event: '1002' },
    id: 'ticketId',
    plain: `SELECT ticket_id FROM app.tickets t WHERE ${event}`,
    instant: 'issuedAt',
    narrowed: [
      [{ status: ['refunded'] }, "status = 'refunded'"],
      [{ ticketTypes: ['10021'] }, 'ticket_type_id = 10021'],
    ],
  },
  'ticket-block-utilization': {
    filters: { event: '1002' },
    id: 'ticketBlockId',
    plain: `SELECT ticket_block_id FROM app.ticket_blocks t WHERE ${event}`,
    narrowed: [[{ ticketTypes: ['10022'] }, 'ticket_type_id = 10022']],
  },
  'sponsor-leads': {
    filters: { event: '1002' },
    id: 'leadId',
    plain: `SELECT lead_id FROM app.leads t WHERE ${event}`,
    instant: 'scannedAt',
    narrowed: [
      [{ sponsors: ['10022', '10024'] }, 'sponsor_id IN (10022, 10024)'],
      [{ minimumScore: 60 }, 'score >= 60'],
    ],
  },
  'email-deliverability': {
    filters: { event: '1002' },
    id: 'mailDeliveryId',
    plain: `SELECT mail_delivery_id FROM app.mail_deliveries t WHERE ${event}`,
    instant: 'queuedAt',
    narrowed: [[{ status: ['bounced', 'complained'] }, "status IN ('bounced', 'complained')"]],
  },
  transactions: {
    filters: {},
    id: 'transactionId',
    plain: "SELECT transaction_id FROM app.transactions t WHERE t.account_id = 'acme'",
    instant: 'bookedAt',
    narrowed: [
      [{ accountIds: ['3', '5'] }, 'financial_account_id IN (3, 5)'],
      [{ tagIds: ['8'] }, '8 = ANY (tag_ids)'],
      [
        { tagIds: ['1', '10'], accountIds: ['2'] },
        '(1 = ANY (tag_ids) OR 10 = ANY (tag_ids)) AND financial_account_id = 2',
      ],
    ],
  },
  'activity-log': {
    filters: { from: '2025-01-01' },
    id: 'activityId',
    plain: "SELECT activity_id FROM app.activity_log t WHERE t.account_id = 'acme'",
    instant: 'occurredAt',
    narrowed: [
      [{ actors: ['usr_mel', 'usr_val'] }, "actor_id IN ('usr_mel', 'usr_val')"],
      [{ actions: ['guest.deleted'] }, "action = 'guest.deleted'"],
    ],
  },
  orders: {
    filters: {},
    id: 'orderId',
    plain: "SELECT order_id FROM app.orders t WHERE t.account_id = 'acme'",
    narrowed: [[{ status: ['refunded'] }, "status = 'refunded'"]],
  },
};
