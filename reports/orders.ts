import * as z from 'zod';
import { dateRange, withinDays } from '../core/domain/date-range.ts';
import { idFilter } from '../core/domain/id-filter.ts';
import { defineReport } from '../core/domain/report.ts';
import { all, sql } from '../core/domain/sql.ts';

const statuses = ['pending', 'paid', 'shipped', 'delivered', 'cancelled', 'refunded'] as const;

const filters = z.object({
  ...dateRange('Placed', { from: 'placedFrom', to: 'placedTo', period: 'placed' }),
  status: z
    .array(z.enum(statuses))
    .min(1)
    .optional()
    .meta({ title: 'Status', description: 'Only orders in one of these states.' }),
  minimumTotal: z
    .string()
    .regex(/^-?\d{1,14}(\.\d{1,6})?$/, 'must be an amount such as 99.95')
    .optional()
    .meta({ title: 'Minimum total', description: 'Only orders of at least this amount, in their own currency.' }),
  customer: idFilter('a customer')
    .optional()
    .meta({ title: 'Customer', description: 'Only orders of the customer with this number.' }),
});

/** Everything about an account's orders, one row each. */
export const orders = defineReport({
  id: 'orders',
  version: 1,
  title: 'Orders',
  description: 'All orders with their customer, amounts, state and dates.',
  group: 'Sales',
  permission: 'reports:orders',
  filters,
  columns: {
    orderId: { header: 'Order ID', type: 'integer' },
    orderNumber: { header: 'Order number', type: 'text' },
    externalId: {
      header: 'External ID',
      type: 'integer',
      digits: 20,
      description: 'The order in the shop’s other system.',
    },
    orderUuid: { header: 'UUID', type: 'uuid' },
    customerId: { header: 'Customer ID', type: 'integer' },
    customerName: { header: 'Customer', type: 'text' },
    email: { header: 'E-mail', type: 'text' },
    status: { header: 'Status', type: 'enum' },
    currency: { header: 'Currency', type: 'text' },
    subtotal: { header: 'Subtotal', type: 'decimal', precision: 20, scale: 6 },
    tax: { header: 'Tax', type: 'decimal', precision: 20, scale: 6 },
    total: { header: 'Total', type: 'decimal', precision: 20, scale: 6, description: 'Negative for refunds.' },
    quantity: { header: 'Quantity', type: 'integer' },
    isGift: { header: 'Gift', type: 'boolean' },
    note: { header: 'Note', type: 'text' },
    metadata: { header: 'Metadata', type: 'json' },
    placedAt: { header: 'Placed at', type: 'timestamp' },
    shippedOn: { header: 'Shipped on', type: 'date' },
    updatedAt: { header: 'Updated at', type: 'timestamp' },
    weightKg: { header: 'Weight (kg)', type: 'float' },
    ipAddress: { header: 'IP address', type: 'text', byDefault: false },
    tags: { header: 'Tags', type: 'json', byDefault: false },
  },
  key: ['orderId'],
  formats: ['csv', 'tsv', 'json', 'ndjson', 'parquet', 'xlsx'],
  maxFileBytes: 5_000_000_000,
  retentionDays: 7,
  partitionAboveRows: 5_000_000,
  source: {
    kind: 'postgres',
    accountColumn: 'accountId',
    query: ({ placedFrom, placedTo, status, minimumTotal, customer }, { timeZone }) => sql`
      SELECT
        account_id AS "accountId", order_id AS "orderId", order_number AS "orderNumber", external_id AS "externalId",
        order_uuid AS "orderUuid", customer_id AS "customerId", customer_name AS "customerName", email, status, currency,
        subtotal, tax, total, quantity, is_gift AS "isGift", note, metadata, placed_at AS "placedAt",
        shipped_on AS "shippedOn", updated_at AS "updatedAt", weight_kg AS "weightKg", abbrev(ip_address) AS "ipAddress",
        to_json(tags) AS tags
      FROM app.orders
      WHERE ${all(
        withinDays(sql`placed_at`, { from: placedFrom, to: placedTo }, timeZone),
        status !== undefined && sql`status = ANY (${status}::app.order_status[])`,
        minimumTotal !== undefined && sql`total >= ${minimumTotal}::numeric`,
        customer !== undefined && sql`customer_id = ${customer}::bigint`,
      )}`,
  },
});
