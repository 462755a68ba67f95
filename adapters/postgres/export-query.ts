import { ExportFailedError } from '../../core/domain/errors.ts';
import type { ExportPlan } from '../../core/domain/export-plan.ts';
import { isTextual } from '../../core/domain/report.ts';
import type { KeyRange } from '../../core/ports/export-source.ts';
import { renderValue } from './render-sql.ts';
import { output, rowsOfAccount } from './rows-of-account.ts';

/**
 * The report's rows that this export may hold. The engine filters on the account, and on the owner where the snapshot
 * says so, around whatever the report's author wrote.
 */
function permittedRows(plan: ExportPlan): string {
  const { source } = plan.report;
  if (source.kind !== 'postgres') throw mismatch(`${plan.report.id} is not from PostgreSQL`);
  const query = source.query(plan.snapshot.filters as never, { timeZone: plan.snapshot.timeZone });
  const rows = rowsOfAccount(query, source.accountColumn, plan.accountId);
  if (plan.snapshot.ownerId === undefined) return rows;
  if (source.ownerColumn === undefined) throw mismatch(`${plan.report.id} names no owner column`);
  return `${rows} AND ${output(source.ownerColumn)} = ${renderValue(plan.snapshot.ownerId)}`;
}

/** Counts the rows, but no more than `limit` of them. */
export function countQuery(plan: ExportPlan, limit: number): string {
  return `SELECT count(*)::int AS rows FROM (SELECT 1 ${permittedRows(plan)} LIMIT ${limit}) AS counted`;
}

/** Has the planner's estimate in its JSON. */
export function estimateQuery(plan: ExportPlan): string {
  return `EXPLAIN (FORMAT JSON) SELECT 1 ${permittedRows(plan)}`;
}

/** Yields no row, but the types of the export's columns in order. */
export function typesQuery(plan: ExportPlan): string {
  return `SELECT ${plan.columns.map(({ name }) => output(name)).join(', ')} ${permittedRows(plan)} LIMIT 0`;
}

/** Yields one key that several rows have, and how many. */
export function repeatedKeyQuery(plan: ExportPlan): string {
  const key = plan.report.key.map(output).join(', ');
  return `SELECT row(${key})::text AS key, count(*)::int AS rows ${permittedRows(plan)} GROUP BY ${key} HAVING count(*) > 1 LIMIT 1`;
}

/** Has the planner's estimate of what all rows cost in its JSON. */
export function costQuery(plan: ExportPlan): string {
  return `EXPLAIN (FORMAT JSON) ${sentRows(plan)}`;
}

/**
 * Yields the first column of the key, as text, so many rows after another one: in the order of an index, and out of the
 * index alone where it has all that the filters look at.
 */
export function laterKeyQuery(plan: ExportPlan, after: string | undefined, rows: number): string {
  const key = output(firstKey(plan));
  const beyond = after === undefined ? '' : ` AND ${key} > ${renderValue(after)}`;
  return `SELECT ${key}::text AS key ${permittedRows(plan)}${beyond} ORDER BY ${key} OFFSET ${rows} LIMIT 1`;
}

/** Tells whether a row has no value in the first column of the key, and so would be in no range. */
export function unkeyedQuery(plan: ExportPlan): string {
  return `SELECT EXISTS (SELECT 1 ${permittedRows(plan)} AND ${output(firstKey(plan))} IS NULL) AS found`;
}

/** Sends the rows, in key order where it matters, in the server's own text format, from which cells can be told apart exactly. */
export function copyCommand(
  plan: ExportPlan,
  { limit, range = {} }: { readonly limit?: number | undefined; readonly range?: KeyRange } = {},
): string {
  const rows = sentRows(plan, range);
  return `COPY (${limit === undefined ? rows : `${rows} LIMIT ${limit}`}) TO STDOUT WITH (FORMAT text, ENCODING 'UTF8')`;
}

/**
 * Values as the server prints them. Textual ones are cast, because some types print in another way as text: `char(3)` without the
 * spaces at its end, an `inet` with its mask.
 */
function sentRows(plan: ExportPlan, range: KeyRange = {}): string {
  const columns = plan.columns.map(({ name, type }) => (isTextual(type) ? `${output(name)}::text` : output(name)));
  return `SELECT ${columns.join(', ')} ${permittedRows(plan)}${within(plan, range)}${inOrder(plan, range)}`;
}

/** Ranges are in order whatever the report says: their ends came out of an index that has it, and a range may be read twice. */
function inOrder({ report }: ExportPlan, { from, to }: KeyRange): string {
  const isAny = report.source.kind === 'postgres' && report.source.order === 'any';
  if (isAny && from === undefined && to === undefined) return '';
  return ` ORDER BY ${report.key.map(output).join(', ')}`;
}

function within(plan: ExportPlan, { from, to }: KeyRange): string {
  const key = output(firstKey(plan));
  return [
    from === undefined ? '' : ` AND ${key} >= ${renderValue(from)}`,
    to === undefined ? '' : ` AND ${key} < ${renderValue(to)}`,
  ].join('');
}

function firstKey({ report }: ExportPlan): string {
  const [first] = report.key;
  if (first === undefined) throw mismatch(`${report.id} has no key`);
  return first;
}

function mismatch(reason: string): ExportFailedError {
  return new ExportFailedError('internal', { retryable: false, cause: new Error(reason) });
}
