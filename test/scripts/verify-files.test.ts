// @module-tag verify-part-files

import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { PartFilesWaybill } from '../../core/domain/waybill.ts';
import { verifyFiles } from '../../scripts/verify-files.ts';
import { newExport } from '../support/exports.ts';
import { csvPartFiles } from '../support/part-files.ts';

const { waybill, objects } = csvPartFiles(newExport(1), 'claim', 'orders.csv', [3, 1, 2]);
const bodies = objects.slice(0, -1).map(({ body }) => body);

let directory: string;
let paths: string[];
let manifest: string;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'waybill-verify-'));
  manifest = join(directory, 'waybill.json');
  paths = waybill.files.map(({ name }) => join(directory, name));
  for (const [index, path] of paths.entries()) await writeFile(path, bodies[index] ?? '');
});
afterEach(() => rm(directory, { recursive: true }));

const verify = (given: readonly string[], changes: Partial<PartFilesWaybill> = {}) =>
  verifyFiles(given, JSON.stringify({ ...waybill, ...changes }));

describe('several files', () => {
  test('are matched by name, in whatever order they are given', async () => {
    expect(await verify(paths.toReversed())).toMatchObject({ differences: [], countsRows: true });
  });

  test('of which some are missing, unknown, or there twice: each is named', async () => {
    const [first = '', second = ''] = paths;
    const elsewhere = await mkdtemp(join(tmpdir(), 'waybill-verify-'));
    const copy = join(elsewhere, 'orders-part-2-of-3.csv');
    const unknown = join(directory, 'orders.csv');
    await writeFile(copy, bodies[1] ?? '');
    await writeFile(unknown, '');
    const { differences } = await verify([first, second, copy, unknown]);
    await rm(elsewhere, { recursive: true });
    expect(differences).toEqual([
      'orders-part-2-of-3.csv: given 2 times',
      'orders-part-3-of-3.csv: missing',
      'orders.csv: the waybill does not list it',
    ]);
  });

  test('of which one was changed, and two have each other’s name, are found out', async () => {
    const [first = '', second = '', third = ''] = paths;
    await writeFile(first, String(bodies[0]).replace('0.1', '0.7'));
    await writeFile(second, bodies[2] ?? '');
    await writeFile(third, bodies[1] ?? '');
    const { differences } = await verify(paths);
    expect(differences).toEqual([
      expect.stringMatching(/^orders-part-1-of-3\.csv: SHA-256: the waybill says [0-9a-f]{64}, the file has/),
      expect.stringMatching(/^orders-part-2-of-3\.csv: bytes: the waybill says 9, the file has 14$/),
      expect.stringMatching(/^orders-part-2-of-3\.csv: SHA-256/),
      'orders-part-2-of-3.csv: rows: the waybill says 1, the file has 2',
      expect.stringMatching(/^orders-part-3-of-3\.csv: bytes/),
      expect.stringMatching(/^orders-part-3-of-3\.csv: SHA-256/),
      'orders-part-3-of-3.csv: rows: the waybill says 2, the file has 1',
    ]);
  });

  test('without one that the waybill no longer lists do not add up', async () => {
    const { differences } = await verify(paths.slice(0, 2), { files: waybill.files.slice(0, 2) });
    expect(differences).toEqual([
      'bytes: the waybill says 42, and lists files with 28',
      'rows: the waybill says 6, and lists files with 4',
    ]);
  });

  test('do not go with the waybill of one file', async () => {
    const { files, file, ...request } = waybill;
    const [first] = files;
    const { key: _, ...only } = first ?? { key: '' };
    const text = JSON.stringify({ ...request, schemaVersion: 1, file: only });
    await expect(verifyFiles(paths, text)).rejects.toThrow('the waybill is of one file, and 3 are given');
    expect(await verifyFiles(paths.slice(0, 1), text)).toMatchObject({ differences: [] });
  });
});

describe('the command', () => {
  const run = (...args: readonly string[]) =>
    promisify(execFile)(process.execPath, ['scripts/waybill.ts', 'verify', ...args]);

  test('takes all files and then the manifest, and says the SHA-256 that vouches for it', async () => {
    const text = objects.at(-1)?.body ?? Buffer.alloc(0);
    await writeFile(manifest, text);
    const sha256 = createHash('sha256').update(text).digest('hex');
    expect((await run(...paths, manifest)).stdout).toBe(
      `OK 3 files, 42 bytes, 6 rows, SHA-256 of the waybill ${sha256}\n`,
    );
  });

  test('names each that is missing', async () => {
    await writeFile(manifest, JSON.stringify(waybill));
    await expect(run(...paths.slice(1), manifest)).rejects.toMatchObject({
      code: 1,
      stderr: 'DIFFERENT orders-part-1-of-3.csv: missing\n',
    });
  });

  test('wants a file at least', async () => {
    await writeFile(manifest, JSON.stringify(waybill));
    await expect(run(manifest)).rejects.toMatchObject({
      code: 2,
      stderr: 'Usage: npm run waybill -- verify FILE... MANIFEST\n',
    });
  });
});
