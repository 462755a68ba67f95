import type { Membership } from './permissions.ts';
import { holds } from './permissions.ts';
import { isReport, type Report } from './report.ts';

/** The reports of this deployment. */
export interface Catalog {
  readonly reports: readonly Report[];
}

/**
 * The catalog that report files make together, by group and title.
 * @param files names of the files, with what each exports
 * @throws Error naming the file that is not one report under its own id
 */
export function catalogOf(files: Iterable<readonly [file: string, exported: object]>): Catalog {
  const reports = [...files].map(([file, exported]) => {
    const [report, ...others] = Object.values(exported).filter(isReport);
    if (report === undefined || others.length > 0) {
      throw new Error(
        `reports/${file} must export one report, made by defineReport; it exports ${others.length + (report ? 1 : 0)}`,
      );
    }
    if (`${report.id}.ts` !== file) {
      throw new Error(`reports/${file} has the report "${report.id}": name the file ${report.id}.ts, or change the id`);
    }
    return report;
  });
  return { reports: reports.sort((a, b) => compare(a.group, b.group) || compare(a.title, b.title)) };
}

function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}

export function findReport(catalog: Catalog, reportId: string): Report | undefined {
  return catalog.reports.find((report) => report.id === reportId);
}

/** The reports this person may generate now, in catalog order. */
export function visibleReports(catalog: Catalog, membership: Membership): readonly Report[] {
  return catalog.reports.filter((report) => holds(membership, report.permission));
}
