// @module-tag exact-values
// @module-tag verify

import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { parse } from 'csv-parse/sync';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { fileClient } from '../../adapters/s3/client.ts';
import { s3FileStore } from '../../adapters/s3/file-store.ts';
import { formulaStarts, neutralizeFormula } from '../../core/domain/delimited.ts';
import { fileColumns } from '../../core/domain/export-plan.ts';
import { freezeRequest } from '../../core/domain/freeze-request.ts';
import { systemClock } from '../../core/ports/clock.ts';
import type { ExportSource } from '../../core/ports/export-source.ts';
import type { FileStore } from '../../core/ports/file-store.ts';
import { runExport } from '../../pipeline/run-export.ts';
import type { RunOutcome } from '../../pipeline/run-outcome.ts';
import { catalog } from '../../reports/index.ts';
import { orders } from '../../reports/orders.ts';
import { type NastyCell, nastyCells } from '../../sample/nasty-values.ts';
import { READER_ROLE, seedSampleDatabase } from '../../sample/seed.ts';
import { BUCKET, CREDENTIALS, type LocalS3, startLocalS3 } from '../local/s3/local-s3.ts';
import { ExportInMemory } from '../support/export-in-memory.ts';
import { startTestPostgres, type TestPostgres } from '../support/postgres.ts';

const COUNTS = { acme: 3000, globex: 1000 };

let postgres: TestPostgres;
let source: ExportSource;
let s3: LocalS3;
let files: FileStore;
let directory: string;

beforeAll(async () => {
  postgres = await startTestPostgres();
  await seedSampleDatabase({ adminUrl: postgres.server.adminUrl, readerPassword: 'reader', orders: COUNTS });
  source = postgres.source({}, { user: READER_ROLE, password: 'reader' });
  s3 = await startLocalS3();
  const client = fileClient({ endpoint: s3.url, region: 'us-east-1', credentials: CREDENTIALS, forcePathStyle: true });
  files = s3FileStore({ client, bucket: BUCKET });
  directory = await mkdtemp(join(tmpdir(), 'waybill-orders-'));
});
afterAll(async () => {
  await postgres[Symbol.asyncDispose]();
  await s3[Symbol.asyncDispose]();
  await rm(directory, { recursive: true, force: true });
});

interface Request {
  readonly accountId?: 'acme' | 'globex';
  readonly filters?: Record<string, unknown>;
  readonly columns?: readonly string[];
  readonly timeZone?: string;
  readonly dialect?: 'rfc4180' | 'excel';
}

async function exportOrders({ accountId = 'acme', ...request }: Request): Promise<RunOutcome & { body: string }> {
  const frozen = freezeRequest(
    orders,
    {
      format: 'csv',
      compression: 'none',
      dialect: 'rfc4180',
      locale: 'en',
      timeZone: 'UTC',
      neutralizeFormulas: true,
      filters: {},
      ...request,
    },
    undefined,
    Date.now(),
  );
  if (!frozen.ok) throw new Error(JSON.stringify(frozen.issues));
  const records = new ExportInMemory(
    { accountId, report: orders, snapshot: frozen.snapshot, columns: fileColumns(orders, frozen.snapshot) },
    systemClock,
  );
  const outcome = await runExport(
    records.ref,
    {
      attempts: records,
      exports: records,
      files,
      source,
      connections: 1,
      catalog,
      clock: systemClock,
      // The export's id is the same for all; the claim keeps their keys apart.
      ids: { claim: () => crypto.randomUUID() },
      log: { info: () => {}, warn: () => {} },
    },
    { signal: new AbortController().signal },
  );
  const body = outcome.kind === 'ready' ? await files.readText(outcome.file.key) : undefined;
  return { ...outcome, body: body ?? '' };
}

/** Cells, with NULL told from an empty text. */
function cells(csv: string): Record<string, string | null>[] {
  return parse(csv, {
    columns: true,
    record_delimiter: '\r\n',
    cast: (value, { quoting }) => (value === '' && !quoting ? null : value),
  });
}

/** Where the sample's column stands in the file. */
const headers: Partial<Record<NastyCell['column'], string>> = {
  note: 'Note',
  customer_name: 'Customer',
  email: 'E-mail',
  order_number: 'Order number',
  external_id: 'External ID',
  order_uuid: 'UUID',
  total: 'Total',
  quantity: 'Quantity',
  metadata: 'Metadata',
  shipped_on: 'Shipped on',
  ip_address: 'IP address',
  weight_kg: 'Weight (kg)',
};
const protectedColumns: readonly string[] = [
  'note',
  'customer_name',
  'email',
  'order_number',
  'metadata',
  'ip_address',
];

describe('all orders of an account', () => {
  test('arrive complete, in order, each nasty value byte for byte but for the apostrophe', async () => {
    const outcome = await exportOrders({ columns: Object.keys(orders.columns) });
    const rows = cells(outcome.body);
    expect(rows.map((row) => Number(row['Order ID']))).toEqual(Array.from({ length: COUNTS.acme }, (_, i) => i + 1));

    const nasty = nastyCells(COUNTS).filter(({ accountId, column }) => accountId === 'acme' && headers[column]);
    expect(nasty.length).toBeGreaterThan(300);
    let neutralized = 0;
    for (const { orderId, column, value } of nasty) {
      const actual = rows[orderId - 1]?.[headers[column] ?? ''];
      const isProtected = protectedColumns.includes(column) && value !== null;
      expect({ orderId, column, value: actual }).toEqual({
        orderId,
        column,
        value: isProtected ? neutralizeFormula(value) : value,
      });
      if (isProtected && actual !== value) neutralized++;
    }
    expect(neutralized).toBeGreaterThan(50);
    for (const text of rows.map((row) => row.Note ?? '')) expect(formulaStarts).not.toContain(text.slice(0, 1));
  });

  test('instants read back as the same instants, with the offset of the time zone', async () => {
    const { body } = await exportOrders({ columns: ['orderId', 'placedAt', 'updatedAt'], timeZone: 'Europe/Berlin' });
    const rows = cells(body);
    const placed = nastyCells(COUNTS).filter(({ accountId, column }) => accountId === 'acme' && column === 'placed_at');
    for (const { orderId, value } of placed) {
      const text = rows[orderId - 1]?.['Placed at'] ?? '';
      expect(text).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,6})?\+0[12]:00$/);
      expect(new Date(text)).toEqual(new Date(value ?? ''));
      expect(text.split('.')[1]?.slice(0, -6)).toBe(value?.split('.')[1]?.slice(0, -3));
    }
    const at = (instant: string) =>
      placed.filter(({ value }) => value === instant).map(({ orderId }) => rows[orderId - 1]);
    expect(at('2025-10-26 00:30:00+00')[0]?.['Placed at']).toBe('2025-10-26T02:30:00+02:00');
    expect(at('2025-10-26 01:30:00+00')[0]?.['Placed at']).toBe('2025-10-26T02:30:00+01:00');
  });

  test('another account gets its own', async () => {
    const outcome = await exportOrders({ accountId: 'globex', columns: ['orderId'] });
    expect(outcome).toMatchObject({ kind: 'ready', file: { rows: COUNTS.globex } });
  });

  test('Python reads as many rows, and the waybill agrees until a byte changes', async () => {
    const outcome = await exportOrders({ dialect: 'excel' });
    if (outcome.kind !== 'ready') throw new Error(outcome.kind);
    const [file, manifest] = [join(directory, outcome.file.name), join(directory, 'waybill.json')];
    await writeFile(file, outcome.body);
    await writeFile(manifest, (await files.readText(outcome.file.waybillKey)) ?? '');
    expect(outcome.body.startsWith('\ufeffOrder ID,Order number,')).toBe(true);

    const verify = () => promisify(execFile)(process.execPath, ['scripts/waybill.ts', 'verify', file, manifest]);
    expect((await verify()).stdout).toBe(
      `OK ${outcome.file.bytes.toLocaleString('en')} bytes, 3,000 rows, SHA-256 ${outcome.file.sha256}\n`,
    );
    const bytes = await readFile(file);
    expect(createHash('sha256').update(bytes).digest('hex')).toBe(outcome.file.sha256);

    bytes[1000] = (bytes[1000] ?? 0) ^ 1;
    await writeFile(file, bytes);
    await expect(verify()).rejects.toMatchObject({ code: 1, stderr: expect.stringContaining('DIFFERENT SHA-256') });
    await writeFile(file, outcome.body.slice(0, outcome.body.lastIndexOf('\r\n', outcome.body.length - 3) + 2));
    await expect(verify()).rejects.toMatchObject({
      code: 1,
      stderr: expect.stringContaining('DIFFERENT rows: the waybill says 3000, the file has 2999'),
    });
    const usage = promisify(execFile)(process.execPath, ['scripts/waybill.ts', 'verify', file]);
    await expect(usage).rejects.toMatchObject({ code: 2, stderr: expect.stringContaining('Usage') });
  });
});

describe('filters', () => {
  async function ids(request: Request): Promise<number[]> {
    const { body } = await exportOrders({ ...request, columns: ['orderId'] });
    return cells(body).map((row) => Number(row['Order ID']));
  }
  async function expected(condition: string): Promise<number[]> {
    const { rows } = await postgres.admin.query<{ id: string }>(
      `SELECT order_id AS id FROM app.orders WHERE account_id = 'acme' AND ${condition} ORDER BY 1`,
    );
    return rows.map(({ id }) => Number(id));
  }

  test.each<[string, Request, string]>([
    [
      'days are days in the time zone of the file, the last one included',
      { filters: { placedFrom: '2025-03-30', placedTo: '2025-10-26' }, timeZone: 'Europe/Berlin' },
      "placed_at >= '2025-03-29 23:00+00' AND placed_at < '2025-10-26 23:00+00'",
    ],
    ['status', { filters: { status: ['refunded', 'cancelled'] } }, "status IN ('refunded', 'cancelled')"],
    ['an exact minimum', { filters: { minimumTotal: '9007199254740.993001' } }, 'total >= 9007199254740.993001'],
    [
      'all together',
      { filters: { placedFrom: '2024-06-01', status: ['paid'], minimumTotal: '-5' } },
      "placed_at >= '2024-06-01 00:00+00' AND status = 'paid' AND total >= -5",
    ],
  ])('%s', async (_, request, condition) => {
    const wanted = await expected(condition);
    expect(wanted.length).toBeGreaterThan(0);
    expect(await ids(request)).toEqual(wanted);
  });

  test('customer', async () => {
    const { rows } = await postgres.admin.query<{ id: string }>(
      `SELECT customer_id AS id FROM app.orders WHERE account_id = 'acme' AND order_id = 5`,
    );
    const customer = rows[0]?.id ?? '';
    expect(await ids({ filters: { customer } })).toEqual(await expected(`customer_id = ${customer}`));
  });

  test('nothing matches: a file with its heading alone', async () => {
    const outcome = await exportOrders({ columns: ['orderId'], filters: { placedFrom: '2050-01-01' } });
    expect(outcome).toMatchObject({ kind: 'ready', file: { rows: 0 }, body: 'Order ID\r\n' });
  });

  test.each([
    [{ placedFrom: '2025-02-30' }],
    [{ placedFrom: '2025-03-02', placedTo: '2025-03-01' }],
    [{ status: [] }],
    [{ status: ['lost'] }],
    [{ minimumTotal: '1e5' }],
    [{ minimumTotal: 5 }],
    [{ customer: "1' OR 'a'='a" }],
    [{ unknown: 1 }],
  ])('refuses %j', async (filters) => {
    await expect(exportOrders({ filters })).rejects.toThrow('/filters');
  });
});

test('database lost in the middle: the attempt fails, and no upload is left', async () => {
  // The export waits for this lock when the server crashes.
  await postgres.admin.query('BEGIN; LOCK TABLE app.orders IN ACCESS EXCLUSIVE MODE');
  const running = exportOrders({});
  await postgres.sessions(1);
  expect((await files.contents('exports/')).uploads).toHaveLength(1);
  await postgres.server.crash();
  expect(await running).toMatchObject({ kind: 'retry', code: 'source_unavailable' });
  expect((await files.contents('exports/')).uploads).toEqual([]);
});
