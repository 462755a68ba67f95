import { ExportFailedError } from '../../core/domain/errors.ts';
import type { Choice, ChoicesPlan, ReportChoices } from '../../core/ports/report-choices.ts';
import { asExportFailure } from './export-failure.ts';
import { renderValue } from './render-sql.ts';
import { output, rowsOfAccount } from './rows-of-account.ts';
import { type DatabaseCredentials, Session } from './session.ts';

/** Somebody waits for the answer in a form. */
const STATEMENT_TIMEOUT_MS = 5_000;

const value = `${output('value')}::text`;
const label = `${output('label')}::text`;

/**
 * The choices of reports from PostgreSQL.
 * @param credentials asked for every session, so that a rotated password is picked up
 */
export function postgresReportChoices(credentials: () => Promise<DatabaseCredentials>): ReportChoices {
  async function run<Row extends object>(
    plan: ChoicesPlan,
    query: string,
    signal: AbortSignal | undefined,
  ): Promise<Row[]> {
    const session = new Session(await credentials(), signal);
    try {
      await session.begin(plan, STATEMENT_TIMEOUT_MS);
      return (await session.query<Row>(query)).rows;
    } catch (error) {
      signal?.throwIfAborted();
      throw asExportFailure(error);
    } finally {
      await session.close();
    }
  }

  return {
    choices: async (plan, { search, limit }, signal) => run<Choice>(plan, choicesQuery(plan, search, limit), signal),

    async unknownChoices(plan, values, signal) {
      if (values.length === 0) return [];
      const rows = await run<{ wanted: string }>(plan, unknownQuery(plan, values), signal);
      return rows.map(({ wanted }) => wanted);
    },
  };
}

function choicesQuery(plan: ChoicesPlan, search: string | undefined, limit: number): string {
  const matches =
    search === undefined
      ? ''
      : `AND (strpos(lower(${label}), lower(${renderValue(search)})) > 0 OR ${value} = ${renderValue(search)})`;
  return `SELECT ${value} AS value, ${label} AS label ${choiceRows(plan)} ${matches} ORDER BY lower(${label}), 1 LIMIT ${limit}`;
}

function unknownQuery(plan: ChoicesPlan, values: readonly string[]): string {
  return `
    SELECT wanted FROM unnest(${renderValue(values)}) WITH ORDINALITY AS given (wanted, position)
    WHERE NOT EXISTS (SELECT ${choiceRows(plan)} AND ${value} = wanted)
    ORDER BY position`;
}

function choiceRows({ report, filter, filters, accountId, timeZone }: ChoicesPlan): string {
  const query = report.choices?.[filter];
  if (query === undefined || report.source.kind !== 'postgres') {
    const cause = new Error(`${report.id} names no choices for ${filter} in PostgreSQL`);
    throw new ExportFailedError('internal', { retryable: false, cause });
  }
  return rowsOfAccount(query(filters as never, { timeZone }), report.source.accountColumn, accountId);
}
