import { describe, expect, test } from 'vitest';
import { type PartFilesWaybill, waybillSchema } from '../../../core/domain/waybill.ts';
import { exportId } from '../../support/exports.ts';

const time = '2026-01-02T03:04:05.000Z';
const sha256 = 'ab'.repeat(32);

const request = {
  exportId: exportId(1),
  accountId: 'acme',
  report: { id: 'orders', version: 1, title: 'Orders' },
  requestedBy: { userId: 'ada' },
  filters: {},
  columns: [{ name: 'id', header: 'Id', type: 'integer' }],
  format: 'csv',
  compression: 'none',
  dialect: 'rfc4180',
  locale: 'en',
  timeZone: 'UTC',
  neutralizeFormulas: true,
  snapshot: { takenAt: time },
} satisfies Partial<PartFilesWaybill>;
const run = { attempt: 1, timings: { createdAt: time, startedAt: time, finishedAt: time }, expiresAt: time };

const oneFile = {
  schemaVersion: 1,
  ...request,
  file: { name: 'orders.csv', bytes: 9, rows: 2, sha256, crc32: 'AAAAAA==', parts: 1 },
  ...run,
};

const part = { key: 'exports/acme/x/1-c/part-00000-t.csv', bytes: 5, rows: 1, sha256, parts: 1 };
const partFiles: PartFilesWaybill = {
  schemaVersion: 2,
  ...request,
  file: { name: 'orders.csv', bytes: 10, rows: 2 },
  files: [
    { name: 'orders-part-1-of-2.csv', ...part },
    { name: 'orders-part-2-of-2.csv', ...part },
  ],
  ...run,
};

describe('a waybill', () => {
  test('of one file is version 1, its members always in one order', () => {
    const shuffled = Object.fromEntries(Object.entries(oneFile).reverse());
    expect(JSON.stringify(waybillSchema.parse(shuffled))).toBe(JSON.stringify(oneFile));
  });

  test('of several files is version 2', () => {
    expect(JSON.stringify(waybillSchema.parse(partFiles))).toBe(
      JSON.stringify({
        ...partFiles,
        files: partFiles.files.map(({ name, key, ...contents }) => ({ name, key, ...contents })),
      }),
    );
  });

  test.each([
    ['one file with the version of several', { ...oneFile, schemaVersion: 2 }],
    ['several files with the version of one', { ...partFiles, schemaVersion: 1 }],
    ['no files', { ...partFiles, files: [] }],
    ['one SHA-256 for several files', { ...partFiles, file: { ...partFiles.file, sha256 } }],
    ['a version that is not known', { ...oneFile, schemaVersion: 3 }],
    ['a file with something more', { ...oneFile, file: { ...oneFile.file, key: 'x' } }],
  ])('does not have %s', (_, waybill) => {
    expect(waybillSchema.safeParse(waybill).success).toBe(false);
  });
});
