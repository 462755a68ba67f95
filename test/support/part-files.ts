import { createHash } from 'node:crypto';
import type { ExportFile, ExportRecord } from '../../core/domain/export-record.ts';
import { attemptPrefix, WAYBILL_FILE_NAME } from '../../core/domain/file-keys.ts';
import { partFileNameOf } from '../../core/domain/file-types.ts';
import type { PartFilesWaybill } from '../../core/domain/waybill.ts';

/** The objects of an export of several files, and what its record has of them. */
export interface PartFiles {
  readonly file: ExportFile;
  readonly waybill: PartFilesWaybill;
  /** In file order, the manifest last. */
  readonly objects: readonly { readonly key: string; readonly body: Buffer }[];
}

/**
 * Part files of csv that were made by the first attempt at an export.
 * @param rows how many rows each of them has
 */
export function csvPartFiles(record: ExportRecord, claim: string, name: string, rows: readonly number[]): PartFiles {
  const ref = { accountId: record.accountId, exportId: record.id };
  const prefix = attemptPrefix(ref, 1, claim);
  const bodies = rows.map((count, index) =>
    Buffer.from(
      ['Id', ...Array.from({ length: count }, (_, row) => `${index}.${row}`)].map((id) => `${id}\r\n`).join(''),
    ),
  );
  const files = bodies.map((body, index) => ({
    name: partFileNameOf(name, index + 1, bodies.length),
    key: `${prefix}part-${String(index * 7).padStart(5, '0')}-token.csv`,
    bytes: body.length,
    rows: rows[index] ?? 0,
    sha256: sha256(body),
    parts: 1,
  }));
  const total = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0);
  const time = new Date(record.createdAt).toISOString();
  const { report, columns, format, compression, dialect, locale, timeZone, neutralizeFormulas } = record.snapshot;
  const waybill: PartFilesWaybill = {
    schemaVersion: 2,
    exportId: record.id,
    accountId: record.accountId,
    report: { id: report.id, version: report.version, title: report.title },
    requestedBy: { userId: record.requestedBy.userId },
    filters: {},
    columns: columns.map((column) => ({ name: column, header: column, type: 'text' })),
    ...{ format, compression, dialect, locale, timeZone, neutralizeFormulas },
    snapshot: { takenAt: time },
    file: { name, bytes: total(files.map(({ bytes }) => bytes)), rows: total(rows) },
    files,
    attempt: 1,
    timings: { createdAt: time, startedAt: time, finishedAt: time },
    expiresAt: time,
  };
  const manifest = Buffer.from(`${JSON.stringify(waybill, null, 2)}\n`);
  const waybillKey = prefix + WAYBILL_FILE_NAME;
  return {
    file: { ...waybill.file, key: waybillKey, waybillKey, sha256: sha256(manifest), partFiles: files.length },
    waybill,
    objects: [
      ...files.map(({ key }, index) => ({ key, body: bodies[index] ?? Buffer.alloc(0) })),
      { key: waybillKey, body: manifest },
    ],
  };
}

function sha256(body: Buffer): string {
  return createHash('sha256').update(body).digest('hex');
}
