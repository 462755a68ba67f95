import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { exportSources } from '../../adapters/export-sources.ts';
import { rowsExportSource } from '../../adapters/rows/source.ts';
import type { ExportPlan } from '../../core/domain/export-plan.ts';
import { systemClock } from '../../core/ports/clock.ts';
import { exportedFile } from '../matrix/exported-file.ts';
import type { PlainCell } from '../matrix/plain-select.ts';
import { startSampleReports } from '../reports/sample-reports.ts';
import { expectedRows, filePlans, unreadFormats } from './file-plans.ts';

const endings = { none: '', gzip: '.gz', zstd: '.zst' } as const;

/** What the programs that read a file are told about it. */
function expectation({ report, columns, snapshot }: ExportPlan, rows: readonly (readonly PlainCell[])[]) {
  const { format, compression, dialect, locale, timeZone, neutralizeFormulas } = snapshot;
  return {
    ...{ report: report.id, title: report.title, format, compression, dialect, locale, timeZone, neutralizeFormulas },
    columns: columns.map(({ name, header, type }) => ({ name, header, type })),
    rows,
  };
}

const [directory] = process.argv.slice(2);
if (directory === undefined) {
  console.error('Usage: node test/other-programs/write-files.ts DIRECTORY');
  process.exit(2);
}

await using sample = await startSampleReports();
const source = exportSources({ postgres: sample.postgres.source(), rows: rowsExportSource(systemClock) });
for (const { name, plan } of filePlans()) {
  const { format, compression } = plan.snapshot;
  const path = join(directory, `${name}.${format}${endings[compression]}`);
  await writeFile(path, await exportedFile(source, plan));
  await writeFile(`${path}.expected.json`, JSON.stringify(expectation(plan, await expectedRows(plan, sample))));
}
console.log(`Not read here: ${unreadFormats.join(', ')}, which the tests of the matrix read with DuckDB`);
