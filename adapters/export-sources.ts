import type { ExportPlan } from '../core/domain/export-plan.ts';
import type { ReportSource } from '../core/domain/report.ts';
import type { ExportSource } from '../core/ports/export-source.ts';

/** All sources as one: each report is read from the one it names. */
export function exportSources(sources: Readonly<Record<ReportSource<never>['kind'], ExportSource>>): ExportSource {
  const sourceOf = (plan: ExportPlan) => sources[plan.report.source.kind];
  return {
    measure: (plan, exactUpTo, signal) => sourceOf(plan).measure(plan, exactUpTo, signal),
    open: (plan, signal) => sourceOf(plan).open(plan, signal),
    openRows: (plan, signal, limit) => sourceOf(plan).openRows(plan, signal, limit),
    share: (plan, signal) => sourceOf(plan).share(plan, signal),
    join: (plan, name, signal) => sourceOf(plan).join(plan, name, signal),
  };
}
