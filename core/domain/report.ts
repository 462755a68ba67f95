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

/** Whether a column's values may be any text, and so a formula. */
export function isTextual(type: ColumnType): boolean {
  return type === 'text' || type === 'enum' || type === 'json';
}

export const formats = ['csv', 'tsv', 'json', 'ndjson', 'xlsx', 'parquet', 'pdf'] as const;
export type Format = (typeof formats)[number];

/** Formats that are text, and so may be stored compressed. */
export function isTextFormat(format: Format): boolean {
  return format === 'csv' || format === 'tsv' || format === 'json' || format === 'ndjson';
}

/** Formats of which one export may be several files, each of them complete in itself. */
export function mayBePartFiles(format: Format): boolean {
  return format === 'csv' || format === 'tsv' || format === 'ndjson' || format === 'parquet';
}

export const compressions = ['none', 'gzip', 'zstd'] as const;
export type Compression = (typeof compressions)[number];

export const dialects = ['rfc4180', 'excel'] as const;
export type Dialect = (typeof dialects)[number];

export const retentionDaysChoices = [1, 7, 30, 90] as const;
export type RetentionDays = (typeof retentionDaysChoices)[number];

interface ColumnTexts {
  /** The heading in the file. */
  readonly header: string;
  /** One line for the form's column picker. */
  readonly description?: string;
  /** Whether the column is in the file when the request names none. @default true */
  readonly byDefault?: boolean;
}

export type Column = ColumnTexts &
  (
    | { readonly type: Exclude<ColumnType, 'integer' | 'decimal'> }
    | {
        readonly type: 'integer';
        /** The most decimal digits a value has, up to 38. @default those of a 64-bit integer */
        readonly digits?: number;
      }
    | {
        readonly type: 'decimal';
        /** The most significant digits a value has, up to 38. */
        readonly precision: number;
        /** How many of them stand after the point. */
        readonly scale: number;
      }
  );

export type Columns = Readonly<Record<string, Column>>;

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
  /**
   * Whether rows stand in the order of the key. `any`: in whichever they are found, where no index has that of the key and
   * all of them would have to be sorted first. Two files of the same rows are then not always the same file. @default 'key'
   */
  readonly order?: 'key' | 'any';
}

/**
 * A cell as text, whatever its column's type; null is NULL. Numbers have all of their digits (`-5.20`, `1e+21` only for
 * floats), booleans are `true` or `false`, dates `2024-03-31`, timestamps ISO 8601 with the offset of the export's time
 * zone and up to six digits of a second; what is not finite reads `Infinity`, `-Infinity` or `NaN`; json is JSON text.
 */
export type Cell = string | null;

/** Rows that are no database's: made up, or fetched from elsewhere. */
export interface RowsSource<Filters> {
  readonly kind: 'rows';
  /** How many rows there will be. */
  count(filters: Filters): number;
  /** The rows in file order, a few at a time, with a cell for every column of the report; the same ones every time. */
  rows(
    filters: Filters,
    context: QueryContext & { readonly accountId: string },
  ): AsyncIterable<readonly Readonly<Record<string, Cell>>[]>;
}

export type ReportSource<Filters> = PostgresSource<Filters> | RowsSource<Filters>;

/**
 * Where a filter's allowed values come from: a SELECT whose outputs are `value`, `label` (text that people know it by) and
 * the source's account column, on which the engine filters it as it does the report's query.
 * @param filters the others, as far as they have been filled in
 */
export type ChoicesQuery<Filters> = (filters: Partial<Filters>, context: QueryContext) => Sql;

/** A picture above the table of a PDF, drawn from the rows of the file. */
export interface Chart {
  readonly title: string;
  readonly kind: 'bars' | 'line';
  /** Values of this column stand below: times in steps that suit the range, anything else as names. */
  readonly x: string;
  /** Column whose numbers are added up. @default the rows are counted */
  readonly y?: string;
  /** Whether each value includes the ones before it. @default false */
  readonly cumulative?: boolean;
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
  /** By filter; any value that the schema admits is allowed for the others. */
  readonly choices?: Readonly<Record<string, ChoicesQuery<never> | undefined>>;
  /** In a function when they depend on the filters. */
  readonly columns: Columns | ((filters: never) => Columns);
  /** Columns that together are unique in the report; the file is ordered by them, unless its source says otherwise. */
  readonly key: readonly string[];
  readonly formats: readonly [Format, ...Format[]];
  readonly maxFileBytes: number;
  /** The most rows of a PDF. */
  readonly maxPdfRows: number;
  /** What happens to rows beyond what a sheet holds. */
  readonly sheetOverflow: 'split' | 'fail';
  readonly retentionDays: RetentionDays;
  /** With more rows than these, several workers make the file, where its format allows. @default never */
  readonly partitionAboveRows?: number;
  readonly chart?: Chart;
  readonly source: ReportSource<never>;
}

const DEFAULT_MAX_FILE_BYTES = 50_000_000;
const DEFAULT_MAX_PDF_ROWS = 5_000;
const DEFAULT_RETENTION_DAYS = 30;

/** What a report's file states. */
export interface ReportDefinition<Filters extends z.ZodObject, Name extends string>
  extends Omit<
    Report,
    | 'filters'
    | 'columns'
    | 'key'
    | 'source'
    | 'scope'
    | 'choices'
    | 'chart'
    | 'maxFileBytes'
    | 'maxPdfRows'
    | 'sheetOverflow'
    | 'retentionDays'
  > {
  readonly filters: Filters;
  readonly scope?: keyof z.output<Filters> & string;
  readonly choices?: { readonly [Filter in keyof z.output<Filters>]?: ChoicesQuery<z.output<Filters>> };
  readonly columns: Readonly<Record<Name, Column>> | ((filters: z.output<Filters>) => Columns);
  readonly key: readonly [NoInfer<Name>, ...NoInfer<Name>[]];
  readonly chart?: Chart & { readonly x: NoInfer<Name>; readonly y?: NoInfer<Name> };
  /** @default 50 MB */
  readonly maxFileBytes?: number;
  /** @default 5,000 */
  readonly maxPdfRows?: number;
  /** @default 'split' */
  readonly sheetOverflow?: 'split' | 'fail';
  /** @default 30 */
  readonly retentionDays?: RetentionDays;
  readonly source: ReportSource<z.output<Filters>>;
}

/** Describes one report of the catalog. The compiler checks the key and the scope against columns and filters. */
export function defineReport<Filters extends z.ZodObject, Name extends string>(
  definition: ReportDefinition<Filters, Name>,
): Report {
  const report: Report = {
    ...definition,
    maxFileBytes: definition.maxFileBytes ?? DEFAULT_MAX_FILE_BYTES,
    maxPdfRows: definition.maxPdfRows ?? DEFAULT_MAX_PDF_ROWS,
    sheetOverflow: definition.sheetOverflow ?? 'split',
    retentionDays: definition.retentionDays ?? DEFAULT_RETENTION_DAYS,
  };
  defined.add(report);
  return report;
}

const defined = new WeakSet<object>();

/** Whether a value was made by {@link defineReport}. */
export function isReport(value: unknown): value is Report {
  return typeof value === 'object' && value !== null && defined.has(value);
}

/** The columns a report has under these filters, which its own schema has parsed. */
export function columnsOf(report: Report, filters: unknown): Columns {
  return typeof report.columns === 'function' ? report.columns(filters as never) : report.columns;
}

/** The columns of a file when the request names none. */
export function defaultColumns(columns: Columns): readonly string[] {
  return Object.entries(columns)
    .filter(([, column]) => column.byDefault !== false)
    .map(([name]) => name);
}

/** Whether people without `exports:read-all` get their own rows only. */
export function restrictsToOwner(report: Report): boolean {
  return report.source.kind === 'postgres' && report.source.ownerColumn !== undefined;
}
