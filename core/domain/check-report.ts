import * as z from 'zod';
import { type Columns, columnTypes, formats, type Report } from './report.ts';
import { isSql, type Sql } from './sql.ts';

/** A mistake in a report's file. */
export interface ReportMistake {
  /** Where in the definition, e.g. `columns`, `total`, `scale`. */
  readonly path: readonly string[];
  /** What is wrong and what to do. */
  readonly message: string;
}

/** Decimals of Parquet and of most readers end here. */
const MAX_DIGITS = 38;

/**
 * The mistakes in a report's definition with the place of each, as in `reports/orders.ts:12: columns.total ...`.
 * @param source the text of the report's file
 */
export function mistakesIn(report: Report, source: string): readonly string[] {
  return checkReport(report).map((mistake) => describeMistake(report, source, mistake));
}

export function describeMistake(report: Report, source: string, { path, message }: ReportMistake): string {
  return `reports/${report.id}.ts:${lineOf(source, path)}: ${path.join('.')} ${message}`;
}

/** The line of a member of the definition: names follow one another as they are nested, each with its colon. */
function lineOf(source: string, path: readonly string[]): number {
  let position = Math.max(source.indexOf('defineReport('), 0);
  for (const name of path) {
    const found = source.slice(position).search(new RegExp(`['"]?\\b${name}\\b['"]?\\s*[:(,]`));
    if (found < 0) break;
    position += found;
  }
  return source.slice(0, position).split('\n').length;
}

/** Whatever is wrong with a definition that shows without a database. */
export function checkReport(report: Report): readonly ReportMistake[] {
  const columns = typeof report.columns === 'function' ? undefined : report.columns;
  return [
    ...checkNames(report),
    ...checkFilters(report),
    ...(columns === undefined ? [] : [...checkColumns(columns), ...checkReferences(report, columns)]),
    ...(columns === undefined || report.source.kind !== 'postgres' ? [] : checkQuery(report, columns)),
  ];
}

function checkNames(report: Report): ReportMistake[] {
  const mistakes: ReportMistake[] = [];
  if (!/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(report.id)) {
    mistakes.push({ path: ['id'], message: `"${report.id}" is part of URLs and file names: use kebab-case` });
  }
  if (!Number.isInteger(report.version) || report.version < 1) {
    mistakes.push({ path: ['version'], message: 'must be a whole number from 1' });
  }
  for (const member of ['title', 'description', 'group'] as const) {
    if (report[member].trim() === '') mistakes.push({ path: [member], message: 'is empty; the catalog shows it' });
  }
  const unknown = report.formats.filter((format) => !formats.includes(format));
  if (unknown.length > 0) {
    mistakes.push({ path: ['formats'], message: `${unknown.join(', ')}: choose from ${formats.join(', ')}` });
  }
  const repeated = report.formats.filter((format, index) => report.formats.indexOf(format) !== index);
  if (repeated.length > 0) mistakes.push({ path: ['formats'], message: `${repeated.join(', ')} is there twice` });
  return mistakes;
}

function checkFilters(report: Report): ReportMistake[] {
  const mistakes: ReportMistake[] = [];
  if (report.scope !== undefined && !Object.hasOwn(report.filters.shape, report.scope)) {
    mistakes.push({ path: ['scope'], message: `there is no filter "${report.scope}"` });
  }
  for (const [name, filter] of Object.entries(report.filters.shape)) {
    try {
      z.toJSONSchema(filter as z.ZodType, { io: 'input' });
    } catch {
      mistakes.push({ path: ['filters', name], message: 'cannot be shown as a form: its input has no JSON Schema' });
    }
  }
  return mistakes;
}

function checkColumns(columns: Columns): ReportMistake[] {
  const mistakes: ReportMistake[] = [];
  const headers = new Map<string, string>();
  for (const [name, column] of Object.entries(columns)) {
    const path = ['columns', name];
    if (!columnTypes.includes(column.type)) {
      mistakes.push({ path, message: `"${column.type}" is no column type: choose from ${columnTypes.join(', ')}` });
    }
    const header = column.header.trim().toLowerCase();
    const namesake = headers.get(header);
    if (header === '') mistakes.push({ path, message: 'has no header' });
    else if (namesake !== undefined) {
      mistakes.push({
        path,
        message: `has the header of "${namesake}", "${column.header}": readers need to tell them apart`,
      });
    }
    headers.set(header, name);
    mistakes.push(...checkDigits(name, column));
  }
  if (!Object.values(columns).some(({ byDefault }) => byDefault !== false)) {
    mistakes.push({ path: ['columns'], message: 'no column is in the file by default' });
  }
  return mistakes;
}

function checkDigits(name: string, column: Columns[string]): ReportMistake[] {
  const wrong = (member: string, value: number, least: number, most: number) =>
    Number.isInteger(value) && value >= least && value <= most
      ? []
      : [{ path: ['columns', name, member], message: `must be a whole number from ${least} to ${most}` }];
  if (column.type === 'integer') return wrong('digits', column.digits ?? 1, 1, MAX_DIGITS);
  if (column.type !== 'decimal') return [];
  return [
    ...wrong('precision', column.precision, 1, MAX_DIGITS),
    ...wrong('scale', column.scale, 0, Math.min(column.precision, MAX_DIGITS)),
  ];
}

function checkReferences(report: Report, columns: Columns): ReportMistake[] {
  const mistakes: ReportMistake[] = [];
  for (const name of report.key) {
    if (!Object.hasOwn(columns, name)) mistakes.push({ path: ['key'], message: `there is no column "${name}"` });
  }
  if (new Set(report.key).size < report.key.length) mistakes.push({ path: ['key'], message: 'names a column twice' });
  const { chart } = report;
  if (chart === undefined) return mistakes;
  if (!report.formats.includes('pdf')) {
    mistakes.push({ path: ['chart'], message: 'is drawn in PDF files only, which this report does not offer' });
  }
  for (const axis of ['x', 'y'] as const) {
    const name = chart[axis];
    if (name !== undefined && !Object.hasOwn(columns, name)) {
      mistakes.push({ path: ['chart', axis], message: `there is no column "${name}"` });
    }
  }
  const summed = chart.y === undefined ? undefined : columns[chart.y]?.type;
  if (summed !== undefined && !['integer', 'decimal', 'float'].includes(summed)) {
    mistakes.push({ path: ['chart', 'y'], message: `"${chart.y}" is no number, so it cannot be added up` });
  }
  return mistakes;
}

/** The outputs must be named in the query; whether it yields them only a database can tell. */
function checkQuery(report: Report, columns: Columns): ReportMistake[] {
  if (report.source.kind !== 'postgres') return [];
  const { accountColumn, ownerColumn, query } = report.source;
  const filters = report.filters.safeParse({});
  // A report whose filters are not optional cannot be rendered without values.
  if (!filters.success) return [];
  const rendered = query(filters.data as never, { timeZone: 'UTC' });
  if (/(select|,)\s*(\w+\.)?\*/i.test(rendered.text.join(' '))) return [];
  const words = wordsOf(rendered);
  const missing = (name: string) => !words.has(name.toLowerCase());
  return [
    ...(missing(accountColumn)
      ? [
          {
            path: ['source', 'accountColumn'],
            message: `the query does not yield "${accountColumn}", on which every row is filtered`,
          },
        ]
      : []),
    ...(ownerColumn !== undefined && missing(ownerColumn)
      ? [{ path: ['source', 'ownerColumn'], message: `the query does not yield "${ownerColumn}"` }]
      : []),
    ...Object.keys(columns)
      .filter(missing)
      .map((name) => ({ path: ['columns', name], message: `the query does not yield "${name}"` })),
  ];
}

function wordsOf(query: Sql): Set<string> {
  const words = query.text.flatMap((text) => text.toLowerCase().match(/[\p{L}\p{N}_$]+/gu) ?? []);
  return new Set([...words, ...query.values.filter(isSql).flatMap((nested) => [...wordsOf(nested)])]);
}
