import type { ExportPlan } from '../core/domain/export-plan.ts';
import type { Attempt, ExportRecord } from '../core/domain/export-record.ts';
import { partFileNameOf } from '../core/domain/file-types.ts';
import { type Waybill, waybillSchema } from '../core/domain/waybill.ts';
import type { ProducedFile, ProducedPartFiles } from './produce-file.ts';

/**
 * The manifest of a finished file, or of several part files.
 * @param facts.fileName that of the file; part files have theirs from it
 */
export function makeWaybill(facts: {
  readonly record: ExportRecord;
  readonly attempt: Attempt;
  readonly plan: ExportPlan;
  readonly produced: ProducedFile | ProducedPartFiles;
  readonly fileName: string;
  readonly finishedAt: number;
  readonly expiresAt: number;
}): Waybill {
  const { record, attempt, plan, produced, fileName } = facts;
  const { snapshot } = record;
  return waybillSchema.parse({
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
      takenAt: iso(produced.snapshot.takenAt),
      ...(produced.snapshot.id !== undefined && { databaseSnapshotId: produced.snapshot.id }),
    },
    ...('files' in produced ? partFilesOf(produced, fileName) : oneFile(produced, fileName)),
    attempt: attempt.number,
    timings: {
      createdAt: iso(record.createdAt),
      startedAt: iso(attempt.startedAt),
      finishedAt: iso(facts.finishedAt),
    },
    expiresAt: iso(facts.expiresAt),
  });
}

function oneFile({ bytes, rows, sha256, crc32, parts }: ProducedFile, name: string) {
  return { schemaVersion: 1, file: { name, bytes, rows, sha256, crc32, parts } };
}

function partFilesOf({ bytes, rows, files }: ProducedPartFiles, name: string) {
  return {
    schemaVersion: 2,
    file: { name, bytes, rows },
    files: files.map((file, index) => ({ name: partFileNameOf(name, index + 1, files.length), ...file })),
  };
}

function iso(epochMs: number): string {
  return new Date(epochMs).toISOString();
}
