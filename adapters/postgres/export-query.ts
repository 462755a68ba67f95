import { escapeIdentifier } from 'pg';
import { type DelimitedFormat, delimiterOf } from '../../core/domain/delimited.ts';
import { ExportFailedError } from '../../core/domain/errors.ts';
import type { ExportPlan } from '../../core/domain/export-plan.ts';
import type { Column, ColumnType } from '../../core/domain/report.ts';
import { fetchExpression, writeExpression } from './csv-expressions.ts';
import { renderSql, renderValue } from './render-sql.ts';

/**
 * The report's rows that this export may hold. The engine filters on the account, and on the owner where the snapshot
 * says so, around whatever the report's author wrote.
 */
function permittedRows(plan: ExportPlan): string {
  const { source } = plan.report;
  const query = renderSql(source.query(plan.snapshot.filters as never, { timeZone: plan.snapshot.timeZone }));
  const conditions = [`${output(source.accountColumn)} = ${renderValue(plan.accountId)}`];
  if (plan.snapshot.ownerId !== undefined) {
    if (source.ownerColumn === undefined) throw mismatch(`${plan.report.id} names no owner column`);
    conditions.push(`${output(source.ownerColumn)} = ${renderValue(plan.snapshot.ownerId)}`);
  }
  // On lines of its own, so that a comment at the query's end cannot swallow the filter.
  return `FROM (\n${query}\n) AS report WHERE ${conditions.join(' AND ')}`;
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
  return `SELECT ${plan.snapshot.columns.map(output).join(', ')} ${permittedRows(plan)} LIMIT 0`;
}

/**
 * Sends the rows in key order as csv or tsv, without a heading line. `OFFSET 0` keeps the planner from merging the
 * two levels, which would evaluate a computed column once for every place the outer level names it.
 */
export function copyQuery(plan: ExportPlan, format: DelimitedFormat): string {
  const columns = exportColumns(plan);
  const fetched = columns.map(
    ({ name, type }) => `${fetchExpression(type, output(name))} AS ${escapeIdentifier(name)}`,
  );
  const written = columns.map(({ name, type }) =>
    writeExpression(type, `fetched.${escapeIdentifier(name)}`, plan.snapshot.neutralizeFormulas),
  );
  const order = plan.report.key.map(output).join(', ');
  const rows = `SELECT ${fetched.join(', ')} ${permittedRows(plan)} ORDER BY ${order} OFFSET 0`;
  const delimiter = renderValue(delimiterOf(format));
  return `COPY (SELECT ${written.join(', ')} FROM (${rows}) AS fetched) TO STDOUT WITH (FORMAT csv, DELIMITER ${delimiter}, ENCODING 'UTF8')`;
}

/** The columns of the file, in its order. */
export function exportColumns(plan: ExportPlan): readonly { name: string; type: ColumnType }[] {
  return plan.snapshot.columns.map((name) => {
    const column: Column | undefined = plan.report.columns[name];
    if (column === undefined) throw mismatch(`${plan.report.id} has no column ${name}`);
    return { name, type: column.type };
  });
}

function output(column: string): string {
  return `report.${escapeIdentifier(column)}`;
}

function mismatch(reason: string): ExportFailedError {
  return new ExportFailedError('internal', { retryable: false, cause: new Error(reason) });
}
