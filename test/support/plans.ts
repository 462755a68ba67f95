import * as z from 'zod';
import { type ExportPlan, fileColumns } from '../../core/domain/export-plan.ts';
import {
  type Column,
  type ColumnType,
  columnsOf,
  defineReport,
  type PostgresSource,
  type Report,
} from '../../core/domain/report.ts';
import type { Snapshot } from '../../core/domain/snapshot.ts';
import { type Sql, sql } from '../../core/domain/sql.ts';
import type { ByteChunk, ExportSource } from '../../core/ports/export-source.ts';

type Query = PostgresSource<Record<string, unknown>>['query'];

/** A report with these columns, the first of which is its key; its query must yield `account` as well. */
export function testReport(columns: Readonly<Record<string, ColumnType>>, query: Sql | Query): Report {
  const headed = Object.entries(columns).map(([name, type]) => [name, testColumn(name, type)] as const);
  return defineReport({
    id: 'test-report',
    version: 1,
    title: 'Test report',
    description: 'For tests',
    group: 'Tests',
    permission: 'reports:orders',
    filters: z.looseObject({}),
    columns: Object.fromEntries(headed),
    key: [Object.keys(columns)[0] ?? ''],
    formats: ['csv', 'tsv'],
    maxFileBytes: 1_000_000_000,
    retentionDays: 7,
    source: { kind: 'postgres', accountColumn: 'account', query: typeof query === 'function' ? query : () => query },
  });
}

function testColumn(header: string, type: ColumnType): Column {
  return type === 'decimal' ? { header, type, precision: 20, scale: 6 } : { header, type };
}

function testSnapshot(report: Report, changes: Partial<Snapshot> = {}): Snapshot {
  return {
    report: { id: report.id, version: report.version, title: report.title, permission: report.permission },
    filters: {},
    columns: Object.keys(columnsOf(report, {})),
    format: 'csv',
    compression: 'none',
    dialect: 'rfc4180',
    locale: 'en',
    timeZone: 'UTC',
    neutralizeFormulas: true,
    maxFileBytes: report.maxFileBytes,
    retentionDays: report.retentionDays,
    ...changes,
  };
}

export function testPlan(report: Report, changes: Partial<Snapshot> = {}): ExportPlan {
  const snapshot = testSnapshot(report, changes);
  return { accountId: 'acme', report, snapshot, columns: fileColumns(report, snapshot) };
}

/** A report of one column over these texts, in this order. */
export function textsPlan(texts: readonly (string | null)[], changes: Partial<Snapshot> = {}): ExportPlan {
  const query = sql`
    SELECT 'acme' AS account, position, value FROM json_array_elements_text(${JSON.stringify(texts)}::json)
    WITH ORDINALITY AS given (value, position)`;
  return testPlan(testReport({ position: 'integer', value: 'text' }, query), { columns: ['value'], ...changes });
}

export async function readAll(
  source: ExportSource,
  plan: ExportPlan,
  signal: AbortSignal = new AbortController().signal,
): Promise<{ text: string; rows: number; rowCount: number }> {
  const stream = await source.open(plan, signal);
  if (stream.kind !== 'bytes') throw new TypeError('The source opened rows');
  const chunks: ByteChunk[] = [];
  try {
    for await (const { data, rows } of stream.items) chunks.push({ data: Uint8Array.from(data), rows });
  } finally {
    await stream.close();
  }
  return {
    text: Buffer.concat(chunks.map(({ data }) => data)).toString('utf8'),
    rows: chunks.reduce((sum, { rows }) => sum + rows, 0),
    rowCount: stream.rowCount(),
  };
}
