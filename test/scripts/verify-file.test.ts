// @module-tag verify-counts

import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ZipFile } from 'yazl';
import { type Compression, compressions, type Dialect, type Format } from '../../core/domain/report.ts';
import { sql } from '../../core/domain/sql.ts';
import type { OneFileWaybill } from '../../core/domain/waybill.ts';
import { compressed } from '../../formats/compression.ts';
import { verifyFiles } from '../../scripts/verify-files.ts';
import { exportId } from '../support/exports.ts';
import { testPlan, testReport } from '../support/plans.ts';
import { bytesOf, writtenFile } from '../support/written-files.ts';

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'waybill-verify-'));
});
afterAll(() => rm(directory, { recursive: true }));

interface Kind {
  readonly format: Format;
  readonly compression?: Compression;
  readonly dialect?: Dialect;
  readonly locale?: string;
}

const kinds: readonly Kind[] = [
  ...(['csv', 'tsv'] as const).flatMap((format) => [
    { format, dialect: 'excel' as const, locale: 'de' },
    ...compressions.map((compression) => ({ format, compression })),
  ]),
  ...(['json', 'ndjson'] as const).flatMap((format) => compressions.map((compression) => ({ format, compression }))),
  { format: 'xlsx' },
  { format: 'parquet' },
];

const nastyName = 'two\r\nlines, "quoted"; <row> {\n\t';

/** A file of this kind with so many rows. */
async function fileWith(rows: number, kind: Kind): Promise<Buffer> {
  const names = Array.from({ length: rows }, (_, index) => `${index} ${nastyName}`);
  switch (kind.format) {
    case 'xlsx':
      return sheetsWith(names);
    case 'parquet':
      return Buffer.from(parquetWriteBuffer({ columnData: [{ name: 'name', data: names }], rowGroupSize: 7 }));
    case 'pdf':
      return Buffer.from('%PDF-1.7');
    default: {
      const { compression = 'none', ...style } = kind;
      const plan = testPlan(testReport({ id: 'integer', name: 'text', price: 'decimal' }, sql``), style);
      const file = await writtenFile(
        plan,
        names.map((name, index) => [String(index), index % 3 === 0 ? null : name, '-1.50']),
      );
      return bytesOf(
        compressed(
          (async function* () {
            yield Buffer.from(file);
          })(),
          compression,
        ),
      );
    }
  }
}

/** Two sheets, each with a heading, and parts that are no sheets. */
async function sheetsWith(names: readonly string[]): Promise<Buffer> {
  const zip = new ZipFile();
  const cell = (text: string) => `<c t="inlineStr"><is><t>${text.replaceAll('<', '&lt;')}</t></is></c>`;
  const sheet = (texts: readonly string[]) =>
    `<worksheet><sheetData>${['name', ...texts].map((text, index) => `<row r="${index + 1}">${cell(text)}</row>`).join('')}` +
    '</sheetData><rowBreaks count="1"/></worksheet>';
  const half = Math.floor(names.length / 2);
  zip.addBuffer(Buffer.from('<workbook/>'), 'xl/workbook.xml');
  zip.addBuffer(Buffer.from(sheet(names.slice(0, half))), 'xl/worksheets/sheet1.xml');
  zip.addBuffer(Buffer.from(sheet(names.slice(half))), 'xl/worksheets/sheet2.xml');
  zip.addBuffer(Buffer.from('<Relationships><row /></Relationships>'), 'xl/worksheets/_rels/sheet1.xml.rels');
  zip.end();
  return bytesOf(zip.outputStream as AsyncIterable<Buffer>);
}

function waybillOf(body: Buffer, rows: number, kind: Kind): OneFileWaybill {
  const time = '2026-01-02T03:04:05.000Z';
  return {
    schemaVersion: 1,
    exportId: exportId(1),
    accountId: 'acme',
    report: { id: 'test-report', version: 1, title: 'Test report' },
    requestedBy: { userId: 'ada' },
    filters: {},
    columns: [{ name: 'name', header: 'name', type: 'text' }],
    format: kind.format,
    compression: kind.compression ?? 'none',
    dialect: kind.dialect ?? 'rfc4180',
    locale: kind.locale ?? 'en',
    timeZone: 'UTC',
    neutralizeFormulas: true,
    snapshot: { takenAt: time },
    file: {
      name: 'file',
      bytes: body.length,
      rows,
      sha256: createHash('sha256').update(body).digest('hex'),
      parts: 1,
    },
    attempt: 1,
    timings: { createdAt: time, startedAt: time, finishedAt: time },
    expiresAt: time,
  };
}

async function verify(body: Buffer, waybill: OneFileWaybill) {
  const path = join(directory, 'file');
  await writeFile(path, body);
  return verifyFiles([path], JSON.stringify(waybill));
}

describe.each(kinds)('$format, $compression, $dialect', (kind) => {
  test.each([0, 1, 5_000])('a file of %i rows is as its waybill says', async (rows) => {
    const body = await fileWith(rows, kind);
    expect(await verify(body, waybillOf(body, rows, kind))).toMatchObject({ differences: [], countsRows: true });
  });

  test('a changed byte is found', async () => {
    const body = await fileWith(100, kind);
    const waybill = waybillOf(body, 100, kind);
    const changed = Buffer.from(body);
    const middle = Math.floor(body.length / 2);
    changed[middle] = (changed[middle] ?? 0) ^ 1;
    const { differences } = await verify(changed, waybill);
    expect(differences[0]).toMatch(/^SHA-256: the waybill says [0-9a-f]{64}, the file has [0-9a-f]{64}$/);
  });

  test('a missing row is found, also when size and hash have been made to fit', async () => {
    const body = await fileWith(99, kind);
    const { differences } = await verify(body, waybillOf(body, 100, kind));
    expect(differences).toEqual(['rows: the waybill says 100, the file has 99']);
  });

  test('a file that was cut off is found', async () => {
    const body = await fileWith(100, kind);
    const { differences } = await verify(body.subarray(0, -20), waybillOf(body, 100, kind));
    expect(differences).toContain(`bytes: the waybill says ${body.length}, the file has ${body.length - 20}`);
  });

  test('a file of another kind is found, also when size and hash have been made to fit', async () => {
    const other = Buffer.from('\x00\x01 not what it says it is');
    const { differences } = await verify(other, waybillOf(other, 100, kind));
    expect(differences).toEqual([expect.stringMatching(/^rows: (the file cannot be read as|the waybill says 100)/)]);
  });
});

test('an xlsx without a worksheet is none', async () => {
  const zip = new ZipFile();
  zip.addBuffer(Buffer.from('text'), 'readme.txt');
  zip.end();
  const body = await bytesOf(zip.outputStream as AsyncIterable<Buffer>);
  const { differences } = await verify(body, waybillOf(body, 0, { format: 'xlsx' }));
  expect(differences).toEqual(['rows: the file cannot be read as xlsx: there is no worksheet in it']);
});

test('of a PDF size and hash are compared, and nothing is said of its rows', async () => {
  const kind = { format: 'pdf' } as const;
  const body = await fileWith(5, kind);
  expect(await verify(body, waybillOf(body, 5, kind))).toMatchObject({ differences: [], countsRows: false });
  const { differences } = await verify(Buffer.concat([body, body]), waybillOf(body, 5, kind));
  expect(differences).toEqual([expect.stringMatching(/^bytes/), expect.stringMatching(/^SHA-256/)]);
});

test('a manifest that is none is refused', async () => {
  const path = join(directory, 'file');
  await writeFile(path, '');
  await expect(verifyFiles([path], '{"rows": 1}')).rejects.toThrow('the manifest is not a waybill');
});

describe('the command', () => {
  async function run(body: Buffer, waybill: OneFileWaybill) {
    const [path, manifest] = [join(directory, 'file'), join(directory, 'manifest.json')];
    await writeFile(path, body);
    await writeFile(manifest, JSON.stringify(waybill));
    return promisify(execFile)(process.execPath, ['scripts/waybill.ts', 'verify', path, manifest]);
  }

  test('says what it has found to be right', async () => {
    const kind = { format: 'ndjson', compression: 'zstd' } as const;
    const body = await fileWith(1_000, kind);
    const waybill = waybillOf(body, 1_000, kind);
    expect((await run(body, waybill)).stdout).toBe(
      `OK ${body.length.toLocaleString('en')} bytes, 1,000 rows, SHA-256 ${waybill.file.sha256}\n`,
    );
  });

  test('says of a PDF that its rows were not counted', async () => {
    const body = await fileWith(5, { format: 'pdf' });
    expect((await run(body, waybillOf(body, 5, { format: 'pdf' }))).stdout).toMatch(
      /^OK 8 bytes, rows not counted in a pdf, SHA-256 [0-9a-f]{64}\n$/,
    );
  });

  test('fails with each difference', async () => {
    const body = await fileWith(2, { format: 'json' });
    await expect(run(body, waybillOf(body, 3, { format: 'json' }))).rejects.toMatchObject({
      code: 1,
      stderr: 'DIFFERENT rows: the waybill says 3, the file has 2\n',
    });
  });
});
