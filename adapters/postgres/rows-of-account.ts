import { escapeIdentifier } from 'pg';
import type { Sql } from '../../core/domain/sql.ts';
import { renderSql, renderValue } from './render-sql.ts';

/**
 * The rows of a report author's query that are the account's own, whatever it yields: `FROM ... WHERE ...`, to which
 * conditions on its {@link output}s may be added with AND.
 * @throws ExportFailedError invalid_data for a value that PostgreSQL cannot hold
 */
export function rowsOfAccount(query: Sql, accountColumn: string, accountId: string): string {
  // On lines of its own, so that a comment at the query's end cannot swallow the filter.
  return `FROM (\n${renderSql(query)}\n) AS report WHERE ${output(accountColumn)} = ${renderValue(accountId)}`;
}

/** An output column of the author's query. */
export function output(column: string): string {
  return `report.${escapeIdentifier(column)}`;
}
