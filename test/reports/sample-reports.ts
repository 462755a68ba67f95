import { type ExportPlan, fileColumns } from '../../core/domain/export-plan.ts';
import { freezeRequest } from '../../core/domain/freeze-request.ts';
import { type Cell, columnsOf, type Report } from '../../core/domain/report.ts';
import type { ExportSource } from '../../core/ports/export-source.ts';
import { READER_ROLE, seedSampleDatabase } from '../../sample/seed.ts';
import { startTestPostgres, type TestPostgres } from '../support/postgres.ts';

/** Periods are resolved with it. */
export const NOW = Date.parse('2026-06-15T12:00:00Z');

export type Filters = Readonly<Record<string, unknown>>;
export type Row = Readonly<Record<string, Cell>>;

export interface Request {
  readonly accountId?: 'acme' | 'globex';
  readonly filters?: Filters;
  readonly timeZone?: string;
}

/** A sample database with few orders, and its reports as rows. */
export interface SampleReports extends AsyncDisposable {
  readonly postgres: TestPostgres;
  /** All columns of a report, by name, as the role that exports connect as reads them. */
  read(report: Report, request?: Request): Promise<readonly Row[]>;
  /** The same past row-level security, so that nothing but the engine holds rows back. */
  readAsSuperuser(report: Report, request?: Request): Promise<readonly Row[]>;
  /** As the role that exports connect as. */
  readonly source: ExportSource;
  /** Values of the only column of a query. */
  select(query: string): Promise<readonly Cell[]>;
}

export async function startSampleReports(): Promise<SampleReports> {
  const postgres = await startTestPostgres();
  const password = 'reader';
  await seedSampleDatabase({
    adminUrl: postgres.server.adminUrl,
    readerPassword: password,
    orders: { acme: 1000, globex: 1000 },
  });
  const [reader, superuser] = [postgres.source({}, { user: READER_ROLE, password }), postgres.source()];
  return {
    postgres,
    source: reader,
    read: (report, request = {}) => rowsOf(reader, planOf(report, request)),
    readAsSuperuser: (report, request = {}) => rowsOf(superuser, planOf(report, request)),
    async select(query) {
      const { rows } = await postgres.admin.query<[Cell]>({ text: query, rowMode: 'array' });
      return rows.map(([cell]) => (cell === null ? null : String(cell)));
    },
    [Symbol.asyncDispose]: () => postgres[Symbol.asyncDispose](),
  };
}

function planOf(report: Report, { accountId = 'acme', filters = {}, timeZone = 'UTC' }: Request): ExportPlan {
  const frozen = freezeRequest(
    report,
    {
      format: report.formats[0],
      compression: 'none',
      dialect: 'rfc4180',
      locale: 'en',
      timeZone,
      neutralizeFormulas: true,
      filters,
      columns: Object.keys(columnsOf(report, filters)),
    },
    undefined,
    NOW,
  );
  if (!frozen.ok) throw new Error(JSON.stringify(frozen.issues));
  return { accountId, report, snapshot: frozen.snapshot, columns: fileColumns(report, frozen.snapshot) };
}

async function rowsOf(source: ExportSource, plan: ExportPlan): Promise<readonly Row[]> {
  const names = plan.columns.map(({ name }) => name);
  const stream = await source.openRows(plan, new AbortController().signal);
  const rows: Row[] = [];
  try {
    for await (const batch of stream.items) {
      for (const cells of batch) rows.push(Object.fromEntries(cells.map((cell, index) => [names[index], cell])));
    }
  } finally {
    await stream.close();
  }
  if (rows.length !== stream.rowCount()) throw new Error('Rows were lost');
  return rows;
}
