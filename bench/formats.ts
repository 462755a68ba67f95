import { execFileSync } from 'node:child_process';
import { setImmediate } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import type { ExportPlan, FileColumn } from '../core/domain/export-plan.ts';
import type { Format } from '../core/domain/report.ts';
import type { Row } from '../core/ports/export-source.ts';
import { fileFormatOf } from '../formats/index.ts';

/**
 * Time and memory of the file formats alone: rows are made up, bytes are counted and dropped. Each run is a process of
 * its own, with the options this one has: `node bench/formats.ts --rows 1000000 --format xlsx --format parquet --runs 5`,
 * `node --max-semi-space-size=16 bench/formats.ts`.
 */
const { values } = parseArgs({
  options: {
    rows: { type: 'string', default: '1000000' },
    runs: { type: 'string', default: '1' },
    format: { type: 'string', multiple: true, default: ['csv', 'xlsx', 'parquet'] },
    inside: { type: 'boolean', default: false },
  },
});

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
const BATCH_ROWS = 500;

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

async function* orderRows(count: number) {
  for (let start = 1; start <= count; start += BATCH_ROWS) {
    // As from a socket: between batches the process has time for other things.
    await setImmediate();
    yield Array.from({ length: Math.min(BATCH_ROWS, count - start + 1) }, (_, index) => orderRow(start + index));
  }
}

/** Only what formats look at. */
const plan = {
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

async function measure(format: Format, count: number) {
  const startedAt = performance.now();
  let bytes = 0;
  const file = fileFormatOf(format)({ plan, snapshot: { takenAt: Date.now() } }, orderRows(count));
  for await (const chunk of file) bytes += chunk.length;
  const seconds = (performance.now() - startedAt) / 1000;
  const { maxRSS, userCPUTime, systemCPUTime } = process.resourceUsage();
  return { seconds, bytes, rssMegabytes: maxRSS / 1024, cpuSeconds: (userCPUTime + systemCPUTime) / 1e6 };
}

const count = Number(values.rows);
if (values.inside) {
  console.log(JSON.stringify(await measure(values.format[0] as Format, count)));
} else {
  for (let run = 1; run <= Number(values.runs); run += 1) {
    for (const format of values.format) {
      const inside = [...process.execArgv, import.meta.filename, '--inside', '--rows', values.rows, '--format', format];
      const result = JSON.parse(execFileSync(process.execPath, inside, { encoding: 'utf8' }));
      console.log(
        `${format.padEnd(8)} ${Math.round(count / result.seconds).toLocaleString('en')} rows/s,`,
        `${result.seconds.toFixed(1)} s, CPU ${result.cpuSeconds.toFixed(1)} s,`,
        `RSS ${Math.round(result.rssMegabytes)} MB, file ${Math.round(result.bytes / 1e6)} MB`,
      );
    }
  }
}
