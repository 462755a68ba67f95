import { ProblemError } from '../domain/errors.ts';
import type { ExportPlan } from '../domain/export-plan.ts';
import type { ValidationIssue } from '../domain/problem.ts';
import type { JsonValue } from '../domain/snapshot.ts';
import { pointerTo } from '../domain/validation.ts';
import type { ReportChoices } from '../ports/report-choices.ts';
import { askFor } from './source-answer.ts';

/**
 * A database that is well answers within milliseconds. One that hangs must not use up the 15 seconds after which the
 * caller would get no answer at all: this leaves ten for everything else.
 */
const LOOK_UP_TIMEOUT_MS = 5_000;

/**
 * Refuses a request whose filters name what is no choice of the account's. What another account has and what nobody has
 * are refused in the same words, which do not repeat the value: nothing is to be learned from them. Without such filters
 * no database is asked.
 * @throws ProblemError validation_failed
 * @throws ExportFailedError source_unavailable | query_timeout | internal
 */
export async function checkChoices(choices: ReportChoices, plan: Omit<ExportPlan, 'columns'>): Promise<void> {
  const issues = await askFor(LOOK_UP_TIMEOUT_MS, (signal) => issuesIn(choices, plan, signal));
  if (issues.length === 0) return;
  throw new ProblemError('validation_failed', 'Correct the parts named in errors and send the request again.', {
    issues,
  });
}

async function issuesIn(
  choices: ReportChoices,
  { accountId, report, snapshot: { filters, timeZone } }: Omit<ExportPlan, 'columns'>,
  signal: AbortSignal,
): Promise<readonly ValidationIssue[]> {
  const issues: ValidationIssue[] = [];
  for (const filter of Object.keys(report.choices ?? {})) {
    const named = namedIn(filters[filter], pointerTo('filters', filter));
    if (named.length === 0) continue;
    const plan = { accountId, report, filter, filters, timeZone };
    const values = named.map(({ value }) => value);
    const unknown = new Set(await choices.unknownChoices(plan, values, signal));
    const message = 'is none of this account’s: pick one from the choices of this filter';
    issues.push(...named.filter(({ value }) => unknown.has(value)).map(({ pointer }) => ({ pointer, message })));
  }
  return issues;
}

/** The texts of a filter, each with its place in the request. */
function namedIn(given: JsonValue | undefined, pointer: string): readonly { value: string; pointer: string }[] {
  if (typeof given === 'string') return [{ value: given, pointer }];
  if (!Array.isArray(given)) return [];
  return given.flatMap((item: JsonValue, index) => namedIn(item, pointer + pointerTo(index)));
}
