import { type ExportPlan, fileColumns } from '../../core/domain/export-plan.ts';
import { freezeRequest } from '../../core/domain/freeze-request.ts';
import { type Compression, columnsOf, type Format, type Report } from '../../core/domain/report.ts';
import { systemClock } from '../../core/ports/clock.ts';
import type { ExportSource } from '../../core/ports/export-source.ts';
import { produceFile } from '../../pipeline/produce-file.ts';
import { ProgressMeter } from '../../pipeline/progress-meter.ts';
import { NOW } from '../reports/sample-reports.ts';
import { MemoryFiles } from '../support/memory-files.ts';

/** A few hundred rows of each: enough to hold what is peculiar, few enough to be printed. */
const filtersOf: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  orders: {},
  transactions: { from: '2026-03-06', to: '2026-03-10' },
  'activity-log': { from: '2026-03-06', to: '2026-03-20' },
  'generated-test-data': {
    schema: [
      { name: 'id', type: 'uuid' },
      { name: 'name', type: 'fullName' },
      { name: 'price', type: 'price', nullShare: 0.2 },
      { name: 'ratio', type: 'decimal', min: -0.25, max: 0.29, scale: 4 },
      { name: 'active', type: 'boolean' },
      { name: 'day', type: 'date', from: '1899-12-30', to: '1900-03-02' },
      { name: 'at', type: 'timestamp', from: '2024-03-10T06:00:00Z', to: '2024-03-10T08:00:00Z' },
      { name: 'colour', type: 'enum', values: ['=red', 'green', ''], nullShare: 0.2 },
    ],
    seed: 42,
    rows: 300,
  },
};

/** An evening of 300 guests on the Azores, over midnight. */
const EVENT = '1003';

/** acme's rows of a report, in a zone whose clocks change. Parquet has instants, which are compared in UTC. */
export function matrixPlan(report: Report, format: Format, compression: Compression = 'none'): ExportPlan {
  const filters = filtersOf[report.id] ?? { event: EVENT };
  const frozen = freezeRequest(
    report,
    {
      format,
      filters,
      columns: format === 'pdf' ? undefined : Object.keys(columnsOf(report, filters)),
      compression,
      dialect: 'rfc4180',
      locale: 'en',
      timeZone: format === 'parquet' ? 'UTC' : 'America/New_York',
      neutralizeFormulas: false,
    },
    undefined,
    NOW,
  );
  if (!frozen.ok) throw new Error(JSON.stringify(frozen.issues));
  return { accountId: 'acme', report, snapshot: frozen.snapshot, columns: fileColumns(report, frozen.snapshot) };
}

/** The file that an export of this plan uploads. */
export async function exportedFile(source: ExportSource, plan: ExportPlan): Promise<Buffer> {
  const files = new MemoryFiles();
  const upload = files.beginUpload('file', { contentType: 'application/octet-stream', retentionDays: 1 });
  const { bytes, crc32 } = await produceFile(plan, {
    source,
    connections: 1,
    upload,
    meter: new ProgressMeter(systemClock),
    rowsExpected: undefined,
    signal: new AbortController().signal,
    log: { info: () => {}, warn: () => {} },
  });
  await (await upload).complete({ bytes, crc32 });
  const stored = files.objects.get('file');
  if (stored === undefined) throw new Error('Nothing was stored');
  return stored.body;
}
