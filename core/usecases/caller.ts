import { type Catalog, findReport } from '../domain/catalog.ts';
import { ProblemError } from '../domain/errors.ts';
import { holds, type Membership } from '../domain/permissions.ts';
import type { Report } from '../domain/report.ts';

/** The person who calls, with the membership read for this very request. */
export type Caller = Membership;

/**
 * The report, whoever may generate it.
 * @param reportId as the caller sent it; longer than an id can be, it is not repeated
 * @throws ProblemError not_found
 */
export function existingReport(catalog: Catalog, reportId: string): Report {
  const report = findReport(catalog, reportId);
  if (report !== undefined) return report;
  const named = reportId.length <= 64 ? `"${reportId}"` : 'with this id';
  throw new ProblemError('not_found', `There is no report ${named}. GET /v1/reports lists the ones you may use.`);
}

/**
 * The report, if this person may generate it now.
 * @throws ProblemError not_found | permission_required (with the report's title, so that access can be asked for)
 */
export function reportFor(catalog: Catalog, caller: Caller, reportId: string): Report {
  const report = existingReport(catalog, reportId);
  if (!holds(caller, report.permission)) {
    throw new ProblemError(
      'permission_required',
      `The report "${report.title}" needs a permission you do not have. Ask an admin of ${caller.accountId}.`,
      { extensions: { reportTitle: report.title } },
    );
  }
  return report;
}
