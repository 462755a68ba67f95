import type { Client } from 'pg';
import { renderSql } from '../../adapters/postgres/render-sql.ts';
import type { ExportPlan } from '../../core/domain/export-plan.ts';
import type { ColumnType } from '../../core/domain/report.ts';

/** A cell in one form for all readers: numbers as their digits, times as clocks in the plan's time zone show them. */
export type PlainCell = string | null;

/** `2024-03-31T03:00:00.123456`, `2024-03-31`, or what PostgreSQL calls a value that is not finite. */
const plainForms: Partial<Record<ColumnType, (column: string) => string>> = {
  timestamp: (column) =>
    `CASE WHEN isfinite(${column}) THEN to_char(${column}, 'YYYY-MM-DD"T"HH24:MI:SS.US') ELSE ${column}::text END`,
};

/** What a plain SELECT of the report's own query says, in key order. */
export async function selectPlainly(client: Client, plan: ExportPlan): Promise<readonly (readonly PlainCell[])[]> {
  const { source, key } = plan.report;
  if (source.kind !== 'postgres') throw new TypeError(`${plan.report.id} cannot be selected`);
  const query = renderSql(source.query(plan.snapshot.filters as never, { timeZone: plan.snapshot.timeZone }));
  const columns = plan.columns.map(({ name, type }) => plainForms[type]?.(`"${name}"`) ?? `"${name}"::text`);
  await client.query(`BEGIN READ ONLY; SET LOCAL TimeZone = '${plan.snapshot.timeZone}'`);
  try {
    const { rows } = await client.query<PlainCell[]>({
      text: `SELECT ${columns.join(', ')} FROM (${query}) AS report
        WHERE "${source.accountColumn}" = '${plan.accountId}' ORDER BY ${key.map((name) => `report."${name}"`).join(', ')}`,
      rowMode: 'array',
    });
    return rows;
  } finally {
    await client.query('COMMIT');
  }
}
