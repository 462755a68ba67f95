import type * as z from 'zod';
import type { Permission } from './permissions.ts';
import type { Sql } from './sql.ts';

/** How a column's values are written; formula protection applies to the textual ones. */
export const columnTypes = [
  'text',
  'enum',
  'json',
  'uuid',
  'integer',
  'decimal',
  'float',
  'boolean',
  'date',
  'timestamp',
] as const;

export type ColumnType = (typeof columnTypes)[number];

export const formats = ['csv', 'tsv', 'json', 'ndjson', 'xlsx', 'parquet', 'pdf'] as const;
export type Format = (typeof formats)[number];

export const compressions = ['none', 'gzip', 'zstd'] as const;
export type Compression = (typeof compressions)[number];

export const dialects = ['rfc4180', 'excel'] as const;
export type Dialect = (typeof dialects)[number];

export const retentionDaysChoices = [1, 7, 30, 90] as const;
export type RetentionDays = (typeof retentionDaysChoices)[number];

export interface Column {
  /** The heading in the file. */
  readonly header: string;
  readonly type: ColumnType;
  /** One line for the form's column picker. */
  readonly description?: string;
  /** Whether the column is in the file when the request names none. @default true */
  readonly byDefault?: boolean;
}

/** What a report's query may need to know besides its filters. */
export interface QueryContext {
  /** IANA name of the export's time zone: dates in filters are days there. */
  readonly timeZone: string;
}

/** Rows from PostgreSQL. */
export interface PostgresSource<Filters> {
  readonly kind: 'postgres';
  /**
   * The report's SELECT. Each column of the report is an output column of the same name; the account column (and the
   * owner column, if named) must be among the outputs too. The engine wraps it, filters it on the account and orders it.
   */
  query(filters: Filters, context: QueryContext): Sql;
  /** The output column that holds the account id; every row is filtered on it by the engine. */
  readonly accountColumn: string;
  /** The output column that holds a user id: people without `exports:read-all` then get their own rows only. */
  readonly ownerColumn?: string;
}

/** A report of the catalog, with its filters' type erased; made by {@link defineReport}. */
export interface Report {
  /** kebab-case; part of URLs and file names. */
  readonly id: string;
  /** Raised whenever the meaning of a column or filter changes. */
  readonly version: number;
  readonly title: string;
  readonly description: string;
  /** The heading in the catalog under which the report stands. */
  readonly group: string;
  readonly permission: Permission;
  readonly filters: z.ZodObject;
  /** The filter that names the thing the report is about, e.g. the event. */
  readonly scope?: string;
  readonly columns: Readonly<Record<string, Column>>;
  /** Columns that together are unique in the report; the file is ordered by them. */
  readonly key: readonly string[];
  readonly formats: readonly [Format, ...Format[]];
  readonly maxFileBytes: number;
  readonly retentionDays: RetentionDays;
  readonly source: PostgresSource<never>;
}

const DEFAULT_MAX_FILE_BYTES = 50_000_000;
const DEFAULT_RETENTION_DAYS = 30;

/** What a report's file states. */
export interface ReportDefinition<Filters extends z.ZodObject, Name extends string>
  extends Omit<Report, 'filters' | 'columns' | 'key' | 'source' | 'scope' | 'maxFileBytes' | 'retentionDays'> {
  readonly filters: Filters;
  readonly scope?: keyof z.output<Filters> & string;
  readonly columns: Readonly<Record<Name, Column>>;
  readonly key: readonly [NoInfer<Name>, ...NoInfer<Name>[]];
  /** @default 50 MB */
  readonly maxFileBytes?: number;
  /** @default 30 */
  readonly retentionDays?: RetentionDays;
  readonly source: PostgresSource<z.output<Filters>>;
}

/** Describes one report of the catalog. The compiler checks the key and the scope against columns and filters. */
export function defineReport<Filters extends z.ZodObject, Name extends string>(
  definition: ReportDefinition<Filters, Name>,
): Report {
  return {
    ...definition,
    maxFileBytes: definition.maxFileBytes ?? DEFAULT_MAX_FILE_BYTES,
    retentionDays: definition.retentionDays ?? DEFAULT_RETENTION_DAYS,
  };
}

/** The columns of a report's file when the request names none. */
export function defaultColumns(report: Report): readonly string[] {
  return Object.entries(report.columns)
    .filter(([, column]) => column.byDefault !== false)
    .map(([name]) => name);
}
