import { DatabaseError } from 'pg';
import type { ReportMistake } from '../../core/domain/check-report.ts';
import type { ExportPlan } from '../../core/domain/export-plan.ts';
import { columnTypeMismatches, precisionMismatches } from './column-types.ts';
import { repeatedKeyQuery, typesQuery } from './export-query.ts';
import { type DatabaseCredentials, Session } from './session.ts';

/** Enough to tell types and mistakes in the query; a key that could not be searched in time is not called unique. */
const TIMEOUT_MS = 20_000;

/**
 * The mistakes in a report that only the database knows of: SQL errors, types other than the declared ones, and keys that
 * are not unique among the account's rows.
 * @param plan over every column of the report
 * @throws Error of the connection
 */
export async function checkAgainstDatabase(
  plan: ExportPlan,
  credentials: DatabaseCredentials,
): Promise<readonly ReportMistake[]> {
  const session = new Session(credentials, undefined);
  try {
    await session.begin({ accountId: plan.accountId, timeZone: plan.snapshot.timeZone }, TIMEOUT_MS);
    const { fields } = await session.query(typesQuery(plan));
    const mistakes = [...columnTypeMismatches(plan.columns, fields), ...precisionMismatches(plan.columns, fields)];
    if (mistakes.length > 0) return mistakes;
    return await checkKey(session, plan);
  } catch (error) {
    if (!(error instanceof DatabaseError)) throw error;
    return [{ path: ['source', 'query'], message: `fails: ${error.message}${error.hint ? ` (${error.hint})` : ''}` }];
  } finally {
    await session.close();
  }
}

async function checkKey(session: Session, plan: ExportPlan): Promise<readonly ReportMistake[]> {
  const { rows } = await session.query<{ key: string; rows: number }>(repeatedKeyQuery(plan));
  const [repeated] = rows;
  if (repeated === undefined) return [];
  const { key } = plan.report;
  const message = `${key.join(', ')} is not unique: ${repeated.rows} rows have ${repeated.key}. Add a column that tells them apart`;
  return [{ path: ['key'], message }];
}
