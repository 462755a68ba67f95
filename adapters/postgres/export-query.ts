import { escapeIdentifier } from 'pg';
import { type DelimitedFormat, delimiterOf } from '../../core/domain/delimited.ts';
import { ExportFailedError } from '../../core/domain/errors.ts';
import type { ExportPlan } from '../../core/domain/export-plan.ts';
import { renderValue } from './render-sql.ts';
import { output, rowsOfAccount } from './rows-of-account.ts';
import { fetchExpression, plainStyle, type WrittenStyle, writeExpression } from './written-values.ts';

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

/** Sends the rows in key order as csv or tsv, without a heading line. */
export function copyDelimited(plan: ExportPlan, format: DelimitedFormat): string {
  const style = { ...plan.snapshot, format };
  return `COPY (${writtenRows(plan, style)}) TO STDOUT WITH (FORMAT csv, DELIMITER ${renderValue(delimiterOf(style))}, ENCODING 'UTF8')`;
}

/** Sends the rows in key order in the server's own text format, from which cells can be told apart exactly. */
export function copyText(plan: ExportPlan, limit: number | undefined): string {
  const rows = writtenRows(plan, plainStyle);
  return `COPY (${limit === undefined ? rows : `${rows} LIMIT ${limit}`}) TO STDOUT WITH (FORMAT text, ENCODING 'UTF8')`;
}

/** `OFFSET 0` keeps the planner from merging the two levels, which would evaluate a computed column once for every place the outer level names it. */
function writtenRows(plan: ExportPlan, style: WrittenStyle): string {
  const fetched = plan.columns.map(
    ({ name, type }) => `${fetchExpression(type, output(name))} AS ${escapeIdentifier(name)}`,
  );
  const written = plan.columns.map(({ name, type }) =>
    writeExpression(type, `fetched.${escapeIdentifier(name)}`, style),
  );
  const order = plan.report.key.map(output).join(', ');
  const rows = `SELECT ${fetched.join(', ')} ${permittedRows(plan)} ORDER BY ${order} OFFSET 0`;
  return `SELECT ${written.join(', ')} FROM (${rows}) AS fetched`;
}

function mismatch(reason: string): ExportFailedError {
  return new ExportFailedError('internal', { retryable: false, cause: new Error(reason) });
}
