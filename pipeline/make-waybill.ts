import type { ExportPlan } from '../core/domain/export-plan.ts';
import type { Attempt, ExportRecord } from '../core/domain/export-record.ts';
import { type Waybill, waybillSchema } from '../core/domain/waybill.ts';
import type { ProducedFile } from './produce-file.ts';

/** The manifest of a finished file. */
export function makeWaybill(facts: {
  readonly record: ExportRecord;
  readonly attempt: Attempt;
  readonly plan: ExportPlan;
  readonly file: ProducedFile;
  readonly fileName: string;
  readonly finishedAt: number;
  readonly expiresAt: number;
}): Waybill {
  const { record, attempt, plan, file } = facts;
  const { snapshot } = record;
  return waybillSchema.parse({
    schemaVersion: 1,
    exportId: record.id,
    accountId: record.accountId,
    report: { id: snapshot.report.id, version: snapshot.report.version, title: snapshot.report.title },
    requestedBy: { userId: record.requestedBy.userId },
    filters: snapshot.filters,
    columns: plan.columns.map(({ name, header, type }) => ({ name, header, type })),
    format: snapshot.format,
    compression: snapshot.compression,
    dialect: snapshot.dialect,
    locale: snapshot.locale,
    timeZone: snapshot.timeZone,
    neutralizeFormulas: snapshot.neutralizeFormulas,
    snapshot: {
      takenAt: iso(file.snapshot.takenAt),
      ...(file.snapshot.id !== undefined && { databaseSnapshotId: file.snapshot.id }),
    },
    file: {
      name: facts.fileName,
      bytes: file.bytes,
      rows: file.rows,
      sha256: file.sha256,
      crc32: file.crc32,
      parts: file.parts,
    },
    attempt: attempt.number,
    timings: {
      createdAt: iso(record.createdAt),
      startedAt: iso(attempt.startedAt),
      finishedAt: iso(facts.finishedAt),
    },
    expiresAt: iso(facts.expiresAt),
  });
}

function iso(epochMs: number): string {
  return new Date(epochMs).toISOString();
}
