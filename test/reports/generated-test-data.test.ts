import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { rowsExportSource } from '../../adapters/rows/source.ts';
import { type ExportPlan, fileColumns } from '../../core/domain/export-plan.ts';
import { freezeRequest, type RequestedRun } from '../../core/domain/freeze-request.ts';
import type { Cell } from '../../core/domain/report.ts';
import { systemClock } from '../../core/ports/clock.ts';
import type { Row } from '../../core/ports/export-source.ts';
import { runExport } from '../../pipeline/run-export.ts';
import { generatedTestData } from '../../reports/generated-test-data.ts';
import { verifyFile } from '../../scripts/verify-file.ts';
import { ExportInMemory } from '../support/export-in-memory.ts';
import { MemoryFiles } from '../support/memory-files.ts';

type Field = Readonly<Record<string, unknown>>;

const plainTypes = [
  ...['rowNumber', 'uuid', 'firstName', 'lastName', 'fullName', 'email', 'phone', 'company', 'street', 'city'],
  ...['country', 'postalCode', 'product', 'price', 'sentence', 'ip', 'url'],
];

/** A field of each type. */
const everyType: readonly Field[] = [
  ...plainTypes.map((type) => ({ name: `${type}Field`, type })),
  { name: 'age', type: 'integer', min: -3, max: 12 },
  { name: 'ratio', type: 'decimal', min: -0.25, max: 0.29, scale: 4, nullShare: 0.2 },
  { name: 'active', type: 'boolean', trueShare: 0.9 },
  { name: 'day', type: 'date', from: '1899-12-30', to: '1900-03-02' },
  { name: 'at', type: 'timestamp', from: '2024-03-31T00:00:00Z', to: '2024-03-31T04:00:00+02:00' },
  { name: 'colour', type: 'enum', values: ['=red', 'green', ''] },
];

function freeze(filters: Readonly<Record<string, unknown>>, run: Partial<RequestedRun> = {}) {
  const defaults = { compression: 'none', dialect: 'rfc4180', locale: 'en', timeZone: 'UTC' } as const;
  const request = { format: 'csv', ...defaults, neutralizeFormulas: false, ...run, filters } as const;
  return freezeRequest(generatedTestData, request, undefined, Date.UTC(2026, 0, 2));
}

function planOf(filters: Readonly<Record<string, unknown>>, run: Partial<RequestedRun> = {}): ExportPlan {
  const frozen = freeze(filters, run);
  if (!frozen.ok) throw new Error(JSON.stringify(frozen.issues));
  const { snapshot } = frozen;
  return { accountId: 'acme', report: generatedTestData, snapshot, columns: fileColumns(generatedTestData, snapshot) };
}

const source = rowsExportSource(systemClock);

async function batchesOf(plan: ExportPlan): Promise<(readonly Row[])[]> {
  const { items } = await source.openRows(plan, new AbortController().signal);
  const batches: (readonly Row[])[] = [];
  for await (const batch of items) batches.push(batch);
  return batches;
}

const rowsOf = async (plan: ExportPlan) => (await batchesOf(plan)).flat();

async function cellsOf(field: Field, rows = 500, run: Partial<RequestedRun> = {}): Promise<Cell[]> {
  const plan = planOf({ schema: [{ name: 'value', ...field }], seed: 1, rows }, { columns: ['value'], ...run });
  return (await rowsOf(plan)).map(([cell]) => cell ?? null);
}

function sha256(rows: readonly Row[]): string {
  return createHash('sha256').update(JSON.stringify(rows)).digest('hex');
}

describe('the same request gives the same rows', () => {
  test('in this version, whatever libraries it is built with', async () => {
    const rows = await rowsOf(planOf({ schema: everyType, seed: 42, rows: 5_000 }));
    // If this changes, files that people make again will differ from the first ones: raise the report's version then.
    expect([generatedTestData.version, sha256(rows)]).toEqual([
      1,
      'de9131dc4ef741fc667c94af47663cdcb84937ba57dd419cd1536bfa0a4a078f',
    ]);
  });

  test('twice, and with another seed others', async () => {
    const [once, again, other] = await Promise.all(
      [7, 7, 8].map(async (seed) => sha256(await rowsOf(planOf({ schema: everyType, seed, rows: 1_500 })))),
    );
    expect(again).toBe(once);
    expect(other).not.toBe(once);
  });

  test('in chunks of 1,000, each of which depends on its place alone', async () => {
    const batches = await batchesOf(planOf({ schema: everyType, seed: 7, rows: 2_500 }));
    expect(batches.map(({ length }) => length)).toEqual([1_000, 1_000, 500]);
    expect(batches[0]).not.toEqual(batches[1]);
    const longer = await rowsOf(planOf({ schema: everyType, seed: 7, rows: 3_000 }));
    // Row by row: to print how two long lists differ would take minutes.
    expect(sha256(longer.slice(0, 2_500))).toBe(sha256(batches.flat()));
  });

  test('whatever columns are chosen, in whatever order', async () => {
    const filters = { schema: everyType, seed: 7, rows: 1_200 };
    const all = planOf(filters);
    const columns = ['colour', 'row', 'ratio', 'emailField'];
    const positions = columns.map((name) => all.snapshot.columns.indexOf(name));
    const expected = (await rowsOf(all)).map((row) => positions.map((position) => row[position]));
    expect(await rowsOf(planOf(filters, { columns }))).toEqual(expected);
  });

  test('in another time zone as the same instants', async () => {
    const field = { type: 'timestamp', from: '2024-03-30T00:00:00Z', to: '2024-04-01T00:00:00Z' };
    const [utc, berlin, newfoundland] = await Promise.all(
      ['UTC', 'Europe/Berlin', 'America/St_Johns'].map((timeZone) => cellsOf(field, 300, { timeZone })),
    );
    const instants = (cells: readonly Cell[] = []) => cells.map((cell) => Date.parse(cell ?? ''));
    expect(instants(berlin)).toEqual(instants(utc));
    expect(instants(newfoundland)).toEqual(instants(utc));
    expect(utc?.[0]).toMatch(/^2024-03-3\dT\d\d:\d\d:\d\d\+00:00$/);
    expect(new Set(berlin?.map((cell) => cell?.slice(-6)))).toEqual(new Set(['+01:00', '+02:00']));
    expect(new Set(newfoundland?.map((cell) => cell?.slice(-6)))).toEqual(new Set(['-02:30']));
  });

  test('after the caller has changed the schema: the request is frozen', async () => {
    const schema = [{ name: 'value', type: 'enum', values: ['a', 'b'] }];
    const plan = planOf({ schema, seed: 1, rows: 100 });
    const before = await rowsOf(plan);
    schema[0]?.values.push('c');
    schema.push({ name: 'other', type: 'enum', values: ['x'] });
    expect(await rowsOf(plan)).toEqual(before);
    expect(plan.snapshot.columns).toEqual(['row', 'value']);
  });
});

describe('values', () => {
  test('come first with the number of their row', async () => {
    const plan = planOf({ schema: [{ name: 'a', type: 'uuid' }], seed: 1, rows: 2_001 });
    expect(plan.columns.map(({ name, header, type }) => ({ name, header, type }))).toEqual([
      { name: 'row', header: 'row', type: 'integer' },
      { name: 'a', header: 'a', type: 'uuid' },
    ]);
    expect((await rowsOf(plan)).map(([row]) => row)).toEqual(Array.from({ length: 2_001 }, (_, i) => String(i + 1)));
  });

  test.each([
    ['rowNumber', /^\d+$/],
    ['uuid', /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/],
    ['email', /^[^@\s]+@example\.(com|net|org)$/],
    ['price', /^\d{1,4}\.\d\d$/],
    ['ip', /^(\d{1,3}\.){3}\d{1,3}$/],
    ['url', /^https:\/\/[a-z-]+\.example\/[a-z-]+$/],
    ['fullName', /^\S.* .*\S$/],
    ['sentence', /^[A-Z].*\.$/],
  ])('of %s', async (type, pattern) => {
    for (const cell of await cellsOf({ type })) expect(cell).toMatch(pattern);
  });

  test('of integer reach both bounds and go no further', async () => {
    const cells = await cellsOf({ type: 'integer', min: -3, max: 3 });
    expect(new Set(cells)).toEqual(new Set(['-3', '-2', '-1', '0', '1', '2', '3']));
  });

  test('of decimal have their scale exactly and stay within their bounds', async () => {
    const amount = fc
      .tuple(fc.integer({ min: -999_999_999, max: 999_999_999 }), fc.nat(999_999))
      .map(([whole, fraction]) => Number(`${whole}.${String(fraction).padStart(6, '0')}`));
    await fc.assert(
      fc.asyncProperty(amount, amount, fc.nat(6), async (one, other, scale) => {
        const [min, max] = [Math.min(one, other), Math.max(one, other)];
        fc.pre(Math.ceil(min) < Math.floor(max));
        for (const cell of await cellsOf({ type: 'decimal', min, max, scale }, 20)) {
          expect(cell).toMatch(scale === 0 ? /^-?\d+$/ : new RegExp(`^-?\\d+\\.\\d{${scale}}$`));
          expect(Number(cell)).toBeGreaterThanOrEqual(min);
          expect(Number(cell)).toBeLessThanOrEqual(max);
        }
      }),
      { numRuns: 50 },
    );
    const hundredths = await cellsOf({ type: 'decimal', min: -0.02, max: 0.29, scale: 2 }, 2_000);
    expect(hundredths).toEqual(expect.arrayContaining(['-0.02', '-0.01', '0.00', '0.28', '0.29']));
    expect(new Set(hundredths).size).toBe(32);
  });

  test('of date and timestamp include both ends', async () => {
    const days = await cellsOf({ type: 'date', from: '2024-02-28', to: '2024-03-01' });
    expect(new Set(days)).toEqual(new Set(['2024-02-28', '2024-02-29', '2024-03-01']));
    const seconds = await cellsOf({ type: 'timestamp', from: '1969-12-31T23:59:59Z', to: '1970-01-01T00:00:00Z' });
    expect(new Set(seconds)).toEqual(new Set(['1969-12-31T23:59:59+00:00', '1970-01-01T00:00:00+00:00']));
  });

  test('of enum and boolean are what they may be, as often as was asked for', async () => {
    expect(new Set(await cellsOf({ type: 'enum', values: ['', '=1', 'b'] }))).toEqual(new Set(['', '=1', 'b']));
    const truths = await cellsOf({ type: 'boolean', trueShare: 0.9 }, 2_000);
    expect(new Set(truths)).toEqual(new Set(['true', 'false']));
    expect(truths.filter((cell) => cell === 'true').length).toBeGreaterThan(1_700);
    expect(new Set(await cellsOf({ type: 'boolean', trueShare: 0 }))).toEqual(new Set(['false']));
  });

  test('are absent as often as was asked for, which changes no other', async () => {
    const absent = (cells: readonly Cell[]) => cells.filter((cell) => cell === null).length;
    expect(absent(await cellsOf({ type: 'city' }))).toBe(0);
    expect(absent(await cellsOf({ type: 'city', nullShare: 1 }))).toBe(500);
    const half = absent(await cellsOf({ type: 'city', nullShare: 0.5 }, 2_000));
    expect(half).toBeGreaterThan(800);
    expect(half).toBeLessThan(1_200);

    const withShare = (nullShare: number) =>
      planOf(
        {
          schema: [
            { name: 'a', type: 'city', nullShare },
            { name: 'b', type: 'email' },
          ],
          seed: 1,
          rows: 200,
        },
        { columns: ['b'] },
      );
    expect(await rowsOf(withShare(0.7))).toEqual(await rowsOf(withShare(0)));
  });
});

describe('mistakes are told with a pointer each', () => {
  const ok = { schema: [{ name: 'a', type: 'uuid' }], seed: 1, rows: 1 };
  const many = (count: number) => Array.from({ length: count }, (_, index) => ({ name: `f${index}`, type: 'uuid' }));

  test.each<[string, Readonly<Record<string, unknown>>, string[]]>([
    ['nothing at all', {}, ['/filters/schema', '/filters/seed', '/filters/rows']],
    ['no field', { ...ok, schema: [] }, ['/filters/schema']],
    ['too many fields', { ...ok, schema: many(51) }, ['/filters/schema']],
    ['no row', { ...ok, rows: 0 }, ['/filters/rows']],
    ['too many rows', { ...ok, rows: 1_000_001 }, ['/filters/rows']],
    ['a seed that is no whole number', { ...ok, seed: 0.5 }, ['/filters/seed']],
    ['too much context', { ...ok, promptContext: 'x'.repeat(2_001) }, ['/filters/promptContext']],
    [
      'names',
      { ...ok, schema: ['', '1a', 'a b', '__proto__', 'x'.repeat(64)].map((name) => ({ name, type: 'uuid' })) },
      [0, 1, 2, 3, 4].map((index) => `/filters/schema/${index}/name`),
    ],
    [
      'names that are taken',
      { ...ok, schema: ['a', 'b', 'A', 'Row'].map((name) => ({ name, type: 'uuid' })) },
      ['/filters/schema/2/name', '/filters/schema/3/name'],
    ],
    [
      'one of each',
      {
        ...ok,
        schema: [
          { name: 'a', type: 'shoe' },
          { name: 'b', type: 'uuid', min: 1 },
          { name: 'c', type: 'integer', min: 5, max: 4 },
          { name: 'd', type: 'decimal', min: 0.1, max: 0.2, scale: 0 },
          { name: 'e', type: 'decimal', min: 0.0000001 },
          { name: 'f', type: 'date', from: '2024-01-02', to: '2024-01-01' },
          { name: 'g', type: 'timestamp', from: '2024-01-01T00:00:00.5Z' },
          { name: 'h', type: 'timestamp', from: '2030-01-01T00:00:00Z' },
          { name: 'i', type: 'enum', values: [] },
          { name: 'j', type: 'enum', values: ['a', 1] },
          { name: 'k', type: 'boolean', trueShare: 1.1, nullShare: -0.1 },
          { name: 'l' },
        ],
      },
      [
        ...['0/type', '1/min', '2/max', '3/scale', '4/min', '5/to', '6/from', '7/to', '8/values', '9/values/1'],
        ...['10/nullShare', '10/trueShare', '11/type'],
      ].map((place) => `/filters/schema/${place}`),
    ],
  ])('%s', (_, filters, expected) => {
    const frozen = freeze(filters);
    expect(frozen.ok ? [] : frozen.issues.map(({ pointer }) => pointer)).toEqual(expected);
  });

  test.each([1, 50])('%i fields are none', (count) => {
    expect(freeze({ ...ok, schema: many(count), rows: 1_000_000, seed: 0xffff_ffff })).toMatchObject({ ok: true });
  });

  test('and names that every object has are names like any other', async () => {
    const names = ['constructor', 'toString', 'hasOwnProperty'];
    const plan = planOf({ ...ok, schema: names.map((name) => ({ name, type: 'integer', min: 7, max: 7 })) });
    expect(await rowsOf(plan)).toEqual([['1', '7', '7', '7']]);
  });
});

describe('an export', () => {
  const promptContext = 'for the launch of a secret thing';

  async function exported(run: Partial<RequestedRun>) {
    const schema = [
      { name: 'customer', type: 'fullName' },
      { name: 'colour', type: 'enum', values: ['=red'], nullShare: 0.5 },
    ];
    const records = new ExportInMemory(planOf({ schema, seed: 3, rows: 2_345, promptContext }, run), systemClock);
    const files = new MemoryFiles();
    const logged: unknown[] = [];
    const log = (...line: unknown[]) => void logged.push(line);
    const outcome = await runExport(
      records.ref,
      {
        attempts: records,
        exports: records,
        files,
        source,
        catalog: { reports: [generatedTestData] },
        clock: systemClock,
        ids: { claim: () => 'claim1' },
        log: { info: log, warn: log },
      },
      { signal: new AbortController().signal },
    );
    if (outcome.kind !== 'ready') throw new Error(JSON.stringify(outcome));
    const body = files.objects.get(outcome.file.key)?.body ?? Buffer.alloc(0);
    const waybill = (await files.readText(outcome.file.waybillKey)) ?? '';
    const { snapshot } = records.record;
    return { outcome, body, file: body.toString('utf8'), waybill, logged: JSON.stringify(logged), snapshot };
  }

  test('has all of its rows', async () => {
    const { outcome, file } = await exported({ format: 'csv', neutralizeFormulas: true });
    expect(outcome.file.rows).toBe(2_345);
    const lines = file.split('\r\n');
    expect(lines).toHaveLength(1 + 2_345 + 1);
    expect(lines[0]).toBe('row,customer,colour');
    expect(lines[2_345]).toMatch(/^2345,[^,]+,('=red)?$/);
  });

  test('is of the same rows in another format', async () => {
    const { file } = await exported({ format: 'json' });
    const rows: unknown[] = JSON.parse(file);
    expect(rows).toHaveLength(2_345);
    expect(rows[0]).toEqual({ row: '1', customer: expect.any(String), colour: null });
  });

  test.each(generatedTestData.formats)('is as its waybill says: %s', async (format) => {
    const { body, waybill } = await exported({ format });
    const directory = await mkdtemp(join(tmpdir(), 'waybill-test-data-'));
    try {
      const path = join(directory, 'file');
      await writeFile(path, body);
      expect(await verifyFile(path, waybill)).toMatchObject({ differences: [], countsRows: true });
    } finally {
      await rm(directory, { recursive: true });
    }
  });

  test('keeps its context with the request, and out of file and logs', async () => {
    const { file, logged, snapshot } = await exported({ format: 'ndjson' });
    expect(snapshot.filters.promptContext).toBe(promptContext);
    expect(file).not.toContain('secret thing');
    expect(logged).not.toContain('secret thing');
  });
});

test('names and words are loaded only by those who write a file', async () => {
  const program = `
    import { registerHooks } from 'node:module';
    registerHooks({ resolve(name, context, next) {
      if (name.includes('faker')) console.log('loaded');
      return next(name, context);
    } });
    const { generatedTestData } = await import('./reports/generated-test-data.ts');
    console.log(generatedTestData.id);
    for await (const _ of generatedTestData.source.rows({ schema: [], seed: 1, rows: 1 }, { timeZone: 'UTC' })) break;`;
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', program]);
  const [first, second] = stdout.split('\n');
  expect([first, second]).toEqual(['generated-test-data', 'loaded']);
});
