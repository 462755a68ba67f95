import { type Catalog, findReport } from './catalog.ts';
import { ExportFailedError } from './errors.ts';
import type { ExportRecord } from './export-record.ts';
import { type Column, columnsOf, type Report } from './report.ts';
import type { Snapshot } from './snapshot.ts';

/** Everything a source needs to produce an export's data: the report as deployed and the request as frozen. */
export interface ExportPlan {
  readonly accountId: string;
  readonly report: Report;
  readonly snapshot: Snapshot;
  /** The columns of the file, in its order. */
  readonly columns: readonly FileColumn[];
}

export type FileColumn = Column & { readonly name: string };

/**
 * Joins the frozen request with the deployed report.
 * @throws ExportFailedError invalid_data when the report has been changed or taken away since the request
 */
export function planExport(catalog: Catalog, record: Pick<ExportRecord, 'accountId' | 'snapshot'>): ExportPlan {
  const { accountId, snapshot } = record;
  const report = findReport(catalog, snapshot.report.id);
  if (report === undefined || report.version !== snapshot.report.version) {
    throw new ExportFailedError('invalid_data', {
      retryable: false,
      userMessage: 'The report was changed after this export was requested. Generate it again.',
    });
  }
  return { accountId, report, snapshot, columns: fileColumns(report, snapshot) };
}

/** @throws ExportFailedError internal when the report has no such column, although its version is the same */
export function fileColumns(report: Report, snapshot: Pick<Snapshot, 'columns' | 'filters'>): readonly FileColumn[] {
  const columns = columnsOf(report, snapshot.filters);
  return snapshot.columns.map((name) => {
    const column = columns[name];
    if (column === undefined) {
      const cause = new Error(`${report.id} has no column ${name}`);
      throw new ExportFailedError('internal', { retryable: false, cause });
    }
    return { ...column, name };
  });
}
