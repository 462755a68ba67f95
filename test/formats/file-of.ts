import type { Columns, Report } from '../../core/domain/report.ts';
import { sql } from '../../core/domain/sql.ts';
import type { Row } from '../../core/ports/export-source.ts';
import type { FileFacts, FileFormat } from '../../formats/file-format.ts';
import { testPlan, testReport } from '../support/plans.ts';
import { bytesOf } from '../support/written-files.ts';

/** The facts of an export with these columns, taken at 2024-05-06T07:08:09Z. */
export function factsOf(columns: Columns, changes: Partial<Report> = {}): FileFacts {
  const report = { ...testReport({ id: 'text' }, sql`SELECT 1`), columns, ...changes };
  return { plan: testPlan(report), snapshot: { id: '7:7:', takenAt: Date.UTC(2024, 4, 6, 7, 8, 9) } };
}

/** The whole file, made from rows that come in batches of two, and now and then an empty one. */
export async function fileOf(format: FileFormat, facts: FileFacts, rows: readonly Row[]): Promise<Buffer> {
  return bytesOf(format(facts, inBatches(rows)));
}

async function* inBatches(rows: readonly Row[]) {
  for (let start = 0; start < rows.length; start += 2) {
    yield rows.slice(start, start + 2);
    yield [];
  }
}
