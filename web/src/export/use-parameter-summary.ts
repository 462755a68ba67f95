import type { ExportView } from '../../../core/contract/export-schemas.ts';
import { useReports } from '../api/reports.ts';
import { parameterSummary, SHOWN_VALUES } from './parameter-summary.ts';
import { useFilterLabels } from './use-filter-labels.ts';

/** The parts of `parameterSummary`, with the account's own names for its things as soon as they are known. */
export function useParameterSummary(view: ExportView): readonly string[] {
  const { data: reports, isPending } = useReports();
  const report = reports?.find(({ id }) => id === view.report.id);
  const label = useFilterLabels(view, report, SHOWN_VALUES);
  // Without the definitions it would be in the words of programs, and change a moment later.
  return isPending ? [] : parameterSummary(view, report, label);
}
