import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import * as fc from 'fast-check';
import { parquetMetadata, parquetReadObjects } from 'hyparquet';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ExportFailedError } from '../../core/domain/errors.ts';
import type { Cell, Column, Columns } from '../../core/domain/report.ts';
import type { Row } from '../../core/ports/export-source.ts';
import { parquet } from '../../formats/parquet/parquet.ts';
import { bytesOf } from '../support/written-files.ts';
import { factsOf, fileOf } from './file-of.ts';
import { hostileTexts } from './hostile.ts';

type Connection = Awaited<ReturnType<DuckDBInstance['connect']>>;

let directory: string;
/** A new one for each file: DuckDB keeps what it has read. */
let path: string;
let files = 0;
let database: DuckDBInstance;
let connection: Connection;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'parquet-'));
  database = await DuckDBInstance.create(':memory:');
  connection = await database.connect();
  await connection.run("SET TimeZone = 'UTC'");
});

afterAll(async () => {
  connection.closeSync();
  database.closeSync();
  await rm(directory, { recursive: true });
});

async function query(sql: string): Promise<unknown[][]> {
  return (
    await connection.runAndReadAll(sql.replaceAll('FILE', `read_parquet('${path}')`))
  ).getRowsJson() as unknown[][];
}

async function keepFile(columns: Columns, rows: readonly Row[]): Promise<Buffer> {
  const file = await fileOf(parquet, factsOf(columns), rows);
  files += 1;
  path = join(directory, `${files}.parquet`);
  await writeFile(path, file);
  return file;
}

/** The file's columns with their types, and its cells as text. */
async function openFile(columns: Columns, rows: readonly Row[]) {
  await keepFile(columns, rows);
  const described = await query('DESCRIBE SELECT * FROM FILE');
  const types = Object.fromEntries(described.map(([name, type]) => [name, type]));
  // In hexadecimal digits, because the client takes a byte order mark away.
  const cells = await query('SELECT hex(CAST(COLUMNS(*) AS VARCHAR)) FROM FILE');
  const text = (cell: unknown) => (cell === null ? null : Buffer.from(String(cell), 'hex').toString('utf8'));
  return { types, rows: cells.map((row) => row.map(text)) };
}

async function cellsOf(column: Column, cells: readonly Cell[]) {
  const { types, rows } = await openFile(
    { value: column },
    cells.map((cell) => [cell]),
  );
  return { type: types.value, cells: rows.map(([cell]) => cell) };
}

async function refusal(column: Column, cell: string) {
  const error = await fileOf(parquet, factsOf({ value: column }), [[null], [cell]]).catch((cause) => cause);
  expect(error).toBeInstanceOf(ExportFailedError);
  expect(error).toMatchObject({ code: 'invalid_data', retryable: false });
  return error.userMessage;
}

describe('columns', () => {
  it.each(['text', 'enum', 'json'] as const)('has %s as it is, with NULL beside the empty text', async (type) => {
    const json = '{"a": 1.50, "b":  [12345678901234567890]}';
    const cells = [...hostileTexts, json, '', null, 'x'.repeat(40_000), 'ü'.repeat(1_000_000)];
    expect(await cellsOf({ header: 'Value', type }, cells)).toEqual({ type: 'VARCHAR', cells });
  });

  it('has UUIDs as such', async () => {
    const cells = ['0190a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b', 'ffffffff-ffff-ffff-ffff-ffffffffffff', null];
    expect(await cellsOf({ header: 'Value', type: 'uuid' }, cells)).toEqual({ type: 'UUID', cells });
  });

  it('has integers of 64 bits', async () => {
    const cells = ['0', '-1', '9223372036854775807', '-9223372036854775808', '9007199254740993', null];
    expect(await cellsOf({ header: 'Value', type: 'integer' }, cells)).toEqual({ type: 'BIGINT', cells });
  });

  it('has longer integers exactly', async () => {
    const cells = ['98765432109876543210', '-99999999999999999999', '0', null];
    const type = 'DECIMAL(20,0)';
    expect(await cellsOf({ header: 'Value', type: 'integer', digits: 20 }, cells)).toEqual({ type, cells });
    const widest = ['9'.repeat(38), `-${'9'.repeat(38)}`, '-1'];
    expect(await cellsOf({ header: 'Value', type: 'integer', digits: 38 }, widest)).toEqual({
      type: 'DECIMAL(38,0)',
      cells: widest,
    });
  });

  it.each([
    [18, 2, ['-5.20', '0.10', '9999999999999999.99', '-9999999999999999.99', '0.29', null]],
    [20, 6, ['-5.200000', '99999999999999.999999', '0.000001', '-0.000001', null]],
    [38, 37, [`9.${'9'.repeat(37)}`, `-0.${'0'.repeat(36)}1`]],
    [5, 0, ['99999', '-99999']],
  ])('has decimals of %i digits, %i after the point, exactly', async (precision, scale, cells) => {
    expect(await cellsOf({ header: 'Value', type: 'decimal', precision, scale }, cells)).toEqual({
      type: `DECIMAL(${precision},${scale})`,
      cells,
    });
  });

  it('takes decimals with fewer digits than their column has, and with zeros beyond', async () => {
    const column: Column = { header: 'Value', type: 'decimal', precision: 6, scale: 2 };
    expect((await cellsOf(column, ['7', '7.5', '7.5000', '-0'])).cells).toEqual(['7.00', '7.50', '7.50', '0.00']);
  });

  it('has floats, finite or not', async () => {
    const cells = ['1e+21', '-1.5e-07', '0.1', '-0', '5e-324', '1.7976931348623157e+308', null];
    const read = ['1e+21', '-1.5e-07', '0.1', '-0.0', '5e-324', '1.7976931348623157e+308', null];
    expect(await cellsOf({ header: 'Value', type: 'float' }, cells)).toEqual({ type: 'DOUBLE', cells: read });
    expect((await cellsOf({ header: 'Value', type: 'float' }, ['NaN', 'Infinity', '-Infinity'])).cells).toEqual([
      'nan',
      'inf',
      '-inf',
    ]);
  });

  it('has booleans', async () => {
    const cells = ['true', 'false', null];
    expect(await cellsOf({ header: 'Value', type: 'boolean' }, cells)).toEqual({ type: 'BOOLEAN', cells });
  });

  it('has dates of all times', async () => {
    const cells = ['2024-02-29', '1899-12-31', '0001-01-01', '1582-10-10', '9999-12-31', '12024-03-01', null];
    expect(await cellsOf({ header: 'Value', type: 'date' }, cells)).toEqual({ type: 'DATE', cells });
    expect((await cellsOf({ header: 'Value', type: 'date' }, ['0044-03-15 BC'])).cells).toEqual(['0044-03-15 (BC)']);
  });

  it('has timestamps in UTC, exact to the microsecond', async () => {
    const cells = [
      '2024-03-31T03:00:00.123456+02:00',
      '1969-12-31T23:59:59.999999Z',
      '1850-01-01T00:53:28+00:53:28',
      '2024-03-31T18:30:00.5-05:30',
      '9999-12-31T23:59:59.999999+00:00',
      null,
    ];
    expect(await cellsOf({ header: 'Value', type: 'timestamp' }, cells)).toEqual({
      type: 'TIMESTAMP WITH TIME ZONE',
      cells: [
        '2024-03-31 01:00:00.123456+00',
        '1969-12-31 23:59:59.999999+00',
        '1850-01-01 00:00:00+00',
        '2024-04-01 00:00:00.5+00',
        '9999-12-31 23:59:59.999999+00',
        null,
      ],
    });
  });

  it('may hold nothing but NULL', async () => {
    const types = ['text', 'json', 'uuid', 'integer', 'float', 'boolean', 'date', 'timestamp'] as const;
    for (const type of types) {
      expect((await cellsOf({ header: 'Value', type }, [null])).cells).toEqual([null]);
    }
    const decimal: Column = { header: 'Value', type: 'decimal', precision: 20, scale: 6 };
    expect((await cellsOf(decimal, [null])).cells).toEqual([null]);
  });

  it('comes back for any rows', async () => {
    const columns: Columns = {
      text: { header: 'Text', type: 'text' },
      integer: { header: 'Integer', type: 'integer' },
      decimal: { header: 'Decimal', type: 'decimal', precision: 30, scale: 4 },
      small: { header: 'Small', type: 'decimal', precision: 9, scale: 2 },
      at: { header: 'At', type: 'timestamp' },
      uuid: { header: 'UUID', type: 'uuid' },
      flag: { header: 'Flag', type: 'boolean' },
    };
    const decimalOf = (digits: number, scale: number) =>
      fc.bigInt({ min: -(10n ** BigInt(digits)) + 1n, max: 10n ** BigInt(digits) - 1n }).map((unscaled) => {
        const text = String(unscaled)
          .replace('-', '')
          .padStart(scale + 1, '0');
        return `${unscaled < 0n ? '-' : ''}${text.slice(0, -scale)}.${text.slice(-scale)}`;
      });
    const timestamp = fc
      .tuple(
        fc.date({ min: new Date('0001-01-01'), max: new Date('9999-12-31'), noInvalidDate: true }),
        fc.integer({ min: 1, max: 999 }),
      )
      .map(([date, microsecond]) => date.toISOString().replace('Z', `${String(microsecond).padStart(3, '0')}Z`));
    const row = fc.tuple(
      fc.option(fc.string({ unit: 'grapheme' })),
      fc.option(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }).map(String)),
      fc.option(decimalOf(30, 4)),
      fc.option(decimalOf(9, 2)),
      fc.option(timestamp),
      fc.option(fc.uuid()),
      fc.option(fc.boolean().map(String)),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(row, { maxLength: 40 }), async (rows) => {
        await keepFile(columns, rows);
        const read = await query(
          `SELECT text, integer::VARCHAR, decimal::VARCHAR, small::VARCHAR,
            strftime("at", '%Y-%m-%dT%H:%M:%S.%fZ'), uuid::VARCHAR, flag::VARCHAR FROM FILE`,
        );
        expect(read).toEqual(rows);
      }),
      { numRuns: 60 },
    );
  });
});

describe('the file', () => {
  const columns: Columns = {
    id: { header: 'Order ID', type: 'integer' },
    total: { header: 'Total (€)', type: 'decimal', precision: 20, scale: 2 },
    at: { header: 'Placed at', type: 'timestamp' },
    note: { header: 'Note', type: 'text' },
  };

  it('has the names and types of its columns without rows', async () => {
    expect(await openFile(columns, [])).toEqual({
      types: { id: 'BIGINT', total: 'DECIMAL(20,2)', at: 'TIMESTAMP WITH TIME ZONE', note: 'VARCHAR' },
      rows: [],
    });
  });

  it('tells what it is', async () => {
    await keepFile(columns, [['1', '2.00', null, 'a']]);
    const [[value] = []] = await query(
      `SELECT decode(value) FROM parquet_kv_metadata('${path}') WHERE decode(key) = 'waybill'`,
    );
    expect(JSON.parse(String(value))).toEqual({
      accountId: 'acme',
      report: { id: 'test-report', version: 1, title: 'Test report' },
      filters: {},
      columns: [
        { name: 'id', header: 'Order ID', type: 'integer' },
        { name: 'total', header: 'Total (€)', type: 'decimal' },
        { name: 'at', header: 'Placed at', type: 'timestamp' },
        { name: 'note', header: 'Note', type: 'text' },
      ],
      timeZone: 'UTC',
      snapshot: { takenAt: '2024-05-06T07:08:09.000Z', databaseSnapshotId: '7:7:' },
    });
  });

  it('has all rows of many groups, in order, with the least and greatest values of each', async () => {
    const rows = Array.from({ length: 25_001 }, (_, index) => [
      String(index - 12_000),
      index % 3 === 0 ? null : `${index - 12_000}.25`,
      `2024-01-01T00:00:00.${String(index).padStart(6, '0')}Z`,
      `note ${index % 7}`,
    ]);
    const file = await keepFile(columns, rows);
    expect(await query('SELECT id::VARCHAR, total::VARCHAR, note FROM FILE')).toEqual(
      rows.map(([id, total, , note]) => [id, total, note]),
    );
    // Filters are answered from the statistics where they can be.
    expect(await query('SELECT count(*)::INT FROM FILE WHERE id < -11990')).toEqual([[10]]);
    expect(await query('SELECT count(*)::INT FROM FILE WHERE total < -11990')).toEqual([[7]]);
    expect(await query('SELECT count(*)::INT FROM FILE WHERE "at" >= \'2024-01-01 00:00:00.025+00\'')).toEqual([[1]]);
    const { row_groups: groups, num_rows: count } = parquetMetadata(new Uint8Array(file).buffer);
    expect(Number(count)).toBe(rows.length);
    expect(groups.map((group) => Number(group.num_rows))).toEqual([10_000, 10_000, 5001]);
  });

  it('begins a new group early for long texts', async () => {
    const note = 'x'.repeat(7_000_000);
    const file = await fileOf(parquet, factsOf(columns), Array(5).fill(['1', null, null, note]));
    const { row_groups: groups } = parquetMetadata(new Uint8Array(file).buffer);
    expect(groups.map((group) => Number(group.num_rows))).toEqual([3, 2]);
  });

  it('is read alike by another reader', async () => {
    const file = await fileOf(parquet, factsOf(columns), [['42', '-5.20', '2024-03-31T03:00:00.123+02:00', '=1+1']]);
    expect(await parquetReadObjects({ file: new Uint8Array(file).buffer })).toEqual([
      { id: 42n, total: -5.2, at: new Date('2024-03-31T01:00:00.123Z'), note: '=1+1' },
    ]);
  });

  it('is the same for the same rows', async () => {
    const rows = [['1', '2.00', null, 'a']];
    expect(await fileOf(parquet, factsOf(columns), rows)).toEqual(await fileOf(parquet, factsOf(columns), rows));
  });
});

describe('values a type cannot hold', () => {
  it.each<[Column, string]>([
    [{ header: 'Amount', type: 'integer' }, '9223372036854775808'],
    [{ header: 'Amount', type: 'integer', digits: 20 }, '100000000000000000000'],
    [{ header: 'Amount', type: 'integer' }, '1.5'],
    [{ header: 'Amount', type: 'decimal', precision: 6, scale: 2 }, '10000.00'],
    [{ header: 'Amount', type: 'decimal', precision: 6, scale: 2 }, '0.001'],
    [{ header: 'Amount', type: 'decimal', precision: 6, scale: 2 }, 'NaN'],
    [{ header: 'Amount', type: 'date' }, 'Infinity'],
    [{ header: 'Amount', type: 'date' }, '2024-02-30'],
    [{ header: 'Amount', type: 'timestamp' }, '-Infinity'],
    [{ header: 'Amount', type: 'timestamp' }, '2024-03-31T03:00:00'],
    [{ header: 'Amount', type: 'timestamp' }, '300000-01-01T00:00:00Z'],
    [{ header: 'Amount', type: 'uuid' }, '0190a1b2'],
    [{ header: 'Amount', type: 'boolean' }, 'yes'],
    [{ header: 'Amount', type: 'float' }, 'much'],
  ])('are refused, naming column, row and value: %j %s', async (column, cell) => {
    const message = await refusal(column, cell);
    expect(message).toContain(`Row 2 has “${cell}” in the column “Amount”`);
    expect(message).toMatch(/cannot hold as (an? |true or false)/);
    expect(message).toContain('Choose CSV, or leave the column out.');
  });

  it('counts rows of earlier groups', async () => {
    const rows: Row[] = [...Array.from({ length: 10_000 }, () => ['1']), ['x']];
    const file = fileOf(parquet, factsOf({ id: { header: 'ID', type: 'integer' } }), rows);
    await expect(file).rejects.toMatchObject({ userMessage: expect.stringContaining('Row 10,001 has “x”') });
  });
});

describe('the stream', () => {
  const facts = factsOf({ id: { header: 'ID', type: 'integer' } });

  it('asks for rows only when it is read, and ends them when its reader stops', async () => {
    const state = { batches: 0, ended: false };
    async function* endless() {
      try {
        for (;;) {
          state.batches += 1;
          yield Array.from({ length: 5000 }, () => ['1']);
        }
      } finally {
        state.ended = true;
      }
    }
    const file = parquet(facts, endless())[Symbol.asyncIterator]();
    expect(state.batches).toBe(0);
    await file.next();
    expect(state.batches).toBe(2);
    await file.return?.();
    expect(state.ended).toBe(true);
  });

  it('hands on the failure of its rows', async () => {
    const failure = new ExportFailedError('source_unavailable', { retryable: true });
    async function* rows() {
      yield [['1']];
      throw failure;
    }
    await expect(bytesOf(parquet(facts, rows()))).rejects.toBe(failure);
  });
});
