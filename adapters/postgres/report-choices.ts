import { ExportFailedError } from '../../core/domain/errors.ts';
import type { Choice, ChoicesPlan, ReportChoices } from '../../core/ports/report-choices.ts';
import { asExportFailure } from './export-failure.ts';
import { isStorable, renderValue } from './render-sql.ts';
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
export function postgresReportChoices(
  credentials: (signal?: AbortSignal) => Promise<DatabaseCredentials>,
): ReportChoices {
  async function run<Row extends object>(
    plan: ChoicesPlan,
    query: string,
    signal: AbortSignal | undefined,
  ): Promise<Row[]> {
    const login = await credentials(signal);
    signal?.throwIfAborted();
    const session = new Session(login, signal);
    try {
      await session.begin(plan, STATEMENT_TIMEOUT_MS);
      return (await session.query<Row>(query)).rows;
    } catch (error) {
      signal?.throwIfAborted();
      throw asExportFailure(error);
    } finally {
      const closed = session.close();
      // Whoever gives up a server that does not answer must not wait for it to hear of that.
      if (!signal?.aborted) await closed;
    }
  }

  return {
    choices: async (plan, { search, limit }, signal) => run<Choice>(plan, choicesQuery(plan, search, limit), signal),

    async unknownChoices(plan, values, signal) {
      const possible = values.filter(isStorable);
      if (possible.length === 0) return values;
      const rows = await run<{ value: string }>(plan, knownQuery(plan, possible), signal);
      const known = new Set(rows.map((row) => row.value));
      return values.filter((each) => !known.has(each));
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

function knownQuery(plan: ChoicesPlan, values: readonly string[]): string {
  return `SELECT DISTINCT ${value} AS value ${choiceRows(plan)} AND ${value} = ANY (${renderValue(values)})`;
}

function choiceRows({ report, filter, filters, accountId, timeZone }: ChoicesPlan): string {
  const query = report.choices?.[filter];
  if (query === undefined || report.source.kind !== 'postgres') {
    const cause = new Error(`${report.id} names no choices for ${filter} in PostgreSQL`);
    throw new ExportFailedError('internal', { retryable: false, cause });
  }
  return rowsOfAccount(query(filters as never, { timeZone }), report.source.accountColumn, accountId);
}
