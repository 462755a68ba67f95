import { type ResolvedFilters, resolveDateRanges } from './date-range.ts';
import type { ValidationIssue } from './problem.ts';
import {
  type Columns,
  type Compression,
  columnsOf,
  type Dialect,
  defaultColumns,
  type Format,
  isTextFormat,
  mayBePartFiles,
  type Report,
  restrictsToOwner,
} from './report.ts';
import type { JsonValue, Snapshot } from './snapshot.ts';
import { validationIssues } from './validation.ts';

/** What a person may choose about one run of a report. */
export interface RequestedRun {
  readonly format: Format;
  readonly filters: Readonly<Record<string, unknown>>;
  readonly columns?: readonly string[] | undefined;
  readonly compression: Compression;
  readonly dialect: Dialect;
  readonly locale: string;
  readonly timeZone: string;
  readonly neutralizeFormulas: boolean;
  /** Whether a very large export may be several files. @default true for parquet, else false */
  readonly partFiles?: boolean | undefined;
}

export type FrozenRequest =
  | { readonly ok: true; readonly snapshot: Snapshot }
  | { readonly ok: false; readonly issues: readonly ValidationIssue[] };

/**
 * Turns a request into the snapshot its run will use, or tells every mistake in it.
 * @param ownerId the requester, when they may only have their own rows of this report
 * @param now epoch milliseconds; periods such as last month are resolved with it
 */
export function freezeRequest(
  report: Report,
  run: RequestedRun,
  ownerId: string | undefined,
  now: number,
): FrozenRequest {
  const resolved = parseFilters(report, run, now);
  const columns =
    resolved.ok || typeof report.columns !== 'function'
      ? columnsOf(report, resolved.ok ? resolved.filters : undefined)
      : undefined;
  const issues = [
    ...(resolved.ok ? [] : resolved.issues),
    ...formatIssues(report, run),
    ...(columns === undefined ? [] : columnIssues(columns, run.columns ?? [])),
  ];
  if (!resolved.ok || columns === undefined || issues.length > 0) return { ok: false, issues };

  // JSON is what is stored: a value that would not survive that must not reach a query either.
  const frozen = JSON.parse(JSON.stringify(resolved.filters)) as Record<string, JsonValue>;
  const scopeValue = report.scope === undefined ? undefined : frozen[report.scope];
  return {
    ok: true,
    snapshot: {
      report: { id: report.id, version: report.version, title: report.title, permission: report.permission },
      filters: frozen,
      columns: run.columns ?? defaultColumns(columns),
      format: run.format,
      compression: run.compression,
      dialect: run.dialect,
      locale: run.locale,
      timeZone: run.timeZone,
      neutralizeFormulas: run.neutralizeFormulas,
      ...((run.partFiles ?? run.format === 'parquet') && { partFiles: true }),
      ...(restrictsToOwner(report) && ownerId !== undefined && { ownerId }),
      ...(report.scope !== undefined &&
        scopeValue !== undefined && { scope: { filter: report.scope, value: scopeValue } }),
      maxFileBytes: report.maxFileBytes,
      retentionDays: report.retentionDays,
    },
  };
}

function parseFilters(report: Report, run: RequestedRun, now: number): ResolvedFilters {
  const parsed = report.filters.strict().safeParse(run.filters);
  if (!parsed.success) return { ok: false, issues: validationIssues(parsed.error, 'filters') };
  return resolveDateRanges(report.filters, run.filters, parsed.data, { now, timeZone: run.timeZone });
}

function formatIssues(report: Report, run: RequestedRun): ValidationIssue[] {
  if (!report.formats.includes(run.format)) {
    return [
      { pointer: '/format', message: `is not offered for this report; choose one of ${report.formats.join(', ')}` },
    ];
  }
  return [
    ...(run.compression !== 'none' && !isTextFormat(run.format)
      ? [{ pointer: '/compression', message: `is for text files only; ${run.format} is compressed already` }]
      : []),
    ...(run.partFiles === true && !mayBePartFiles(run.format)
      ? [{ pointer: '/partFiles', message: 'is for csv, tsv, ndjson and parquet' }]
      : []),
  ];
}

function columnIssues(known: Columns, columns: readonly string[]): ValidationIssue[] {
  return columns.flatMap((name, index) => {
    if (!Object.hasOwn(known, name)) {
      return [{ pointer: `/columns/${index}`, message: `${name} is not a column of this report` }];
    }
    if (columns.indexOf(name) !== index) return [{ pointer: `/columns/${index}`, message: `${name} is named twice` }];
    return [];
  });
}
