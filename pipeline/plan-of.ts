import { type Catalog, findReport } from '../core/domain/catalog.ts';
import { ExportFailedError } from '../core/domain/errors.ts';
import type { ExportRecord } from '../core/domain/export-record.ts';
import type { ExportPlan } from '../core/ports/export-source.ts';
import { type FileType, fileTypeOf } from '../formats/file-types.ts';

/**
 * The work that a record asks for, with the report as it is deployed.
 * @throws ExportFailedError invalid_data when the deployed report is no longer the one that was asked for
 */
export function planOf(record: ExportRecord, catalog: Catalog): { plan: ExportPlan; fileType: FileType } {
  const { accountId, snapshot } = record;
  const report = findReport(catalog, snapshot.report.id);
  const fileType = fileTypeOf(snapshot.format);
  const isAsRequested =
    report?.version === snapshot.report.version && snapshot.columns.every((name) => name in report.columns);
  if (!isAsRequested || fileType === undefined) {
    throw new ExportFailedError('invalid_data', {
      retryable: false,
      userMessage: 'The report has changed since it was requested. Generate it again.',
    });
  }
  return { plan: { accountId, report, snapshot }, fileType };
}
