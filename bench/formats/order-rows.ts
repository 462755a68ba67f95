import { setImmediate } from 'node:timers/promises';
import type { ExportPlan, FileColumn } from '../../core/domain/export-plan.ts';
import type { Row } from '../../core/ports/export-source.ts';

const columns: readonly FileColumn[] = [
  { name: 'orderId', header: 'Order ID', type: 'integer' },
  { name: 'orderNumber', header: 'Order number', type: 'text' },
  { name: 'externalId', header: 'External ID', type: 'integer', digits: 20 },
  { name: 'orderUuid', header: 'UUID', type: 'uuid' },
  { name: 'customerId', header: 'Customer ID', type: 'integer' },
  { name: 'customerName', header: 'Customer', type: 'text' },
  { name: 'email', header: 'E-mail', type: 'text' },
  { name: 'status', header: 'Status', type: 'enum' },
  { name: 'currency', header: 'Currency', type: 'text' },
  { name: 'subtotal', header: 'Subtotal', type: 'decimal', precision: 20, scale: 6 },
  { name: 'tax', header: 'Tax', type: 'decimal', precision: 20, scale: 6 },
  { name: 'total', header: 'Total', type: 'decimal', precision: 20, scale: 6 },
  { name: 'quantity', header: 'Quantity', type: 'integer' },
  { name: 'isGift', header: 'Gift', type: 'boolean' },
  { name: 'note', header: 'Note', type: 'text' },
  { name: 'metadata', header: 'Metadata', type: 'json' },
  { name: 'placedAt', header: 'Placed at', type: 'timestamp' },
  { name: 'shippedOn', header: 'Shipped on', type: 'date' },
  { name: 'updatedAt', header: 'Updated at', type: 'timestamp' },
  { name: 'weightKg', header: 'Weight (kg)', type: 'float' },
];
const statuses = ['pending', 'paid', 'shipped', 'delivered', 'cancelled', 'refunded'];
const names = ['Ana Sousa', 'Björn Öberg', '山田 花子', 'Chloé & Co.', 'Mohamed El-Sayed', 'O’Neill', 'Li Wei'];
/** As many as differ from each other: to make rows up must not be what is measured. */
const POOL_ROWS = 20_000;
/** What Node.js reads from a socket at once. */
const CHUNK_BYTES = 64 * 1024;

function orderRow(n: number): Row {
  const mixed = Math.imul(n, 2_654_435_761) >>> 0;
  const hex = mixed.toString(16).padStart(8, '0');
  const cents = String(mixed % 1_000_000).padStart(6, '0');
  const day = `2024-${String((mixed % 12) + 1).padStart(2, '0')}-${String((mixed % 28) + 1).padStart(2, '0')}`;
  const clock = `${String(mixed % 24).padStart(2, '0')}:${String(n % 60).padStart(2, '0')}:${String(mixed % 60).padStart(2, '0')}`;
  return [
    String(n),
    `ORD-${n}`,
    `9${String(mixed).padStart(19, '0')}`,
    `${hex}-0000-4000-8000-${hex}0000`,
    String(mixed % 50_000),
    `${names[n % names.length]} ${mixed % 1000}`,
    `customer.${mixed % 50_000}@example.com`,
    statuses[mixed % statuses.length] ?? null,
    mixed % 3 === 0 ? 'USD' : 'EUR',
    `${mixed % 5000}.${cents}`,
    `${mixed % 900}.${cents}`,
    `-${mixed % 5900}.${cents}`,
    String((mixed % 9) + 1),
    mixed % 7 === 0 ? 'true' : 'false',
    mixed % 3 === 0 ? null : `Leave at the door, ring "${mixed % 100}" & wait\nThanks`,
    `{"channel": "web", "utm": {"source": "news", "campaign": "c${mixed % 40}"}}`,
    `${day}T${clock}.${cents}+02:00`,
    mixed % 4 === 0 ? null : day,
    `${day}T${clock}+02:00`,
    String((mixed % 100_000) / 1000),
  ];
}

/** Only what formats look at. */
export const orderPlan = {
  report: { id: 'orders', version: 1, title: 'Orders', description: '', sheetOverflow: 'split' },
  snapshot: {
    report: { id: 'orders', version: 1, title: 'Orders' },
    filters: {},
    dialect: 'rfc4180',
    locale: 'en',
    timeZone: 'Europe/Berlin',
    neutralizeFormulas: true,
  },
  columns,
} as unknown as ExportPlan;

/** As PostgreSQL sends rows. */
export async function* orderText(count: number): AsyncGenerator<readonly Uint8Array[]> {
  const pool = Array.from({ length: Math.min(POOL_ROWS, count) }, (_, index) => copyLine(orderRow(index + 1)));
  let chunk: string[] = [];
  let characters = 0;
  for (let index = 0; index < count; index += 1) {
    const line = pool[index % pool.length] ?? '';
    chunk.push(line);
    characters += line.length;
    if (characters < CHUNK_BYTES && index + 1 < count) continue;
    yield [Buffer.from(chunk.join(''))];
    chunk = [];
    characters = 0;
    // As from a socket: between chunks the process has time for other things.
    await setImmediate();
  }
}

/** As pg gives rows to a program. */
export async function* orderValues(count: number): AsyncGenerator<readonly unknown[]> {
  const pool = Array.from({ length: Math.min(POOL_ROWS, count) }, (_, index) => orderRow(index + 1));
  for (let index = 0; index < count; index += 1) {
    yield pool[index % pool.length]?.map((cell, column) => parsed(cell, columns[column]?.type)) ?? [];
    if (index % 500 === 0) await setImmediate();
  }
}

function parsed(cell: string | null, type: FileColumn['type'] | undefined): unknown {
  if (cell === null) return null;
  switch (type) {
    case 'boolean':
      return cell === 'true';
    case 'float':
      return Number(cell);
    case 'json':
      return JSON.parse(cell);
    case 'date':
    case 'timestamp':
      return new Date(cell);
    default:
      return cell;
  }
}

function copyLine(row: Row): string {
  const cells = row.map((cell, column) =>
    cell === null ? '\\N' : sent(cell, columns[column]?.type).replaceAll('\\', '\\\\').replaceAll('\n', '\\n'),
  );
  return `${cells.join('\t')}\r\n`;
}

function sent(cell: string, type: FileColumn['type'] | undefined): string {
  if (type === 'boolean') return cell.slice(0, 1);
  return type === 'timestamp' ? cell.replace('T', ' ').replace(/:00$/, '') : cell;
}
