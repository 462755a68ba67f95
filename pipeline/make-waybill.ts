import type { ExportPlan } from '../core/domain/export-plan.ts';
import type { Attempt, ExportRecord } from '../core/domain/export-record.ts';
import { WAYBILL_SCHEMA_VERSION, type Waybill, waybillSchema } from '../core/domain/waybill.ts';
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
    schemaVersion: WAYBILL_SCHEMA_VERSION,
    exportId: record.id,
    accountId: record.accountId,
    report: { id: snapshot.report.id, version: snapshot.report.version, title: snapshot.report.title },
    requestedBy: { userId: record.requestedBy.userId },
    filters: snapshot.filters,
    columns: snapshot.columns.map((name) => {
      const column = plan.report.columns[name];
      return { name, header: column?.header ?? name, type: column?.type ?? 'text' };
    }),
    format: snapshot.format,
    compression: snapshot.compression,
    dialect: snapshot.dialect,
    timeZone: snapshot.timeZone,
    neutralizeFormulas: snapshot.neutralizeFormulas,
    snapshot: { takenAt: iso(file.snapshot.takenAt), databaseSnapshotId: file.snapshot.id },
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
