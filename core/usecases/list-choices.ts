import * as z from 'zod';
import type { ChoiceListView, ListChoicesQuery } from '../contract/report-schemas.ts';
import type { Catalog } from '../domain/catalog.ts';
import { ProblemError } from '../domain/errors.ts';
import type { Report } from '../domain/report.ts';
import type { JsonValue } from '../domain/snapshot.ts';
import { validationIssues } from '../domain/validation.ts';
import type { ReportChoices } from '../ports/report-choices.ts';
import { type Caller, reportFor } from './caller.ts';
import { answerOf, askFor } from './source-answer.ts';

const DEFAULT_LIMIT = 50;

/** Somebody waits in a form; the function itself ends after 15 seconds, without words. */
const TIMEOUT_MS = 10_000;

export interface ListChoicesDeps {
  readonly catalog: Catalog;
  readonly choices: ReportChoices;
}

/**
 * The account's own choices for a filter, as far as the other filters leave them.
 * @throws ProblemError not_found | permission_required | validation_failed | unavailable
 */
export async function listChoices(
  { catalog, choices }: ListChoicesDeps,
  caller: Caller,
  { reportId, filter }: { readonly reportId: string; readonly filter: string },
  { search, limit = DEFAULT_LIMIT, filters: given = {} }: ListChoicesQuery,
): Promise<ChoiceListView> {
  const report = reportFor(catalog, caller, reportId);
  if (!Object.hasOwn(report.choices ?? {}, filter)) {
    throw new ProblemError('not_found', `"${report.title}" offers no choices for "${filter}".`);
  }
  const filters = othersOf(report, filter, given);
  const plan = { accountId: caller.accountId, report, filter, filters, timeZone: 'UTC' };
  // One more than wanted tells whether there are more.
  const options = { limit: limit + 1, ...(search !== undefined && { search }) };
  const found = await answerOf(askFor(TIMEOUT_MS, (signal) => choices.choices(plan, options, signal)));
  return { data: found.slice(0, limit), hasMore: found.length > limit };
}

/**
 * The other filters of a form that is not filled in yet. A report's rules about several filters at once do not count.
 * @throws ProblemError validation_failed
 */
function othersOf(
  report: Report,
  filter: string,
  { [filter]: _, ...others }: Readonly<Record<string, unknown>>,
): Record<string, JsonValue> {
  const { [filter]: __, ...shape } = report.filters.shape;
  const parsed = z.strictObject(shape).partial().safeParse(others);
  if (!parsed.success) {
    throw new ProblemError('validation_failed', 'Correct the filters named in errors, or leave them out.', {
      issues: validationIssues(parsed.error, 'filters'),
    });
  }
  return JSON.parse(JSON.stringify(parsed.data)) as Record<string, JsonValue>;
}
