import type { Membership } from './permissions.ts';
import { holds } from './permissions.ts';
import type { Report } from './report.ts';

/** The reports of this deployment. */
export interface Catalog {
  readonly reports: readonly Report[];
}

export function findReport(catalog: Catalog, reportId: string): Report | undefined {
  return catalog.reports.find((report) => report.id === reportId);
}

/** The reports this person may generate now, in catalog order. */
export function visibleReports(catalog: Catalog, membership: Membership): readonly Report[] {
  return catalog.reports.filter((report) => holds(membership, report.permission));
}
