import type { ExportView } from '../../../core/contract/export-schemas.ts';
import type { ReportView } from '../../../core/contract/report-schemas.ts';
import { type LabelledValue, useChoiceLabels } from '../api/choice-labels.ts';
import { useReports } from '../api/reports.ts';
import { parameterSummary, SHOWN_VALUES } from './parameter-summary.ts';

/** The parts of `parameterSummary`, with the account's own names for its things as soon as they are known. */
export function useParameterSummary(view: ExportView): readonly string[] {
  const { data: reports, isPending } = useReports();
  const report = reports?.find(({ id }) => id === view.report.id);
  const wanted = report === undefined ? [] : labelledValues(view, report);
  const labels = useChoiceLabels(wanted);
  // Without the definitions it would be in the words of programs, and change a moment later.
  if (isPending) return [];
  return parameterSummary(view, report, (filter, value) => {
    return labels[wanted.findIndex((each) => each.filter === filter && each.value === value)];
  });
}

function labelledValues({ filters, scope }: ExportView, report: ReportView): LabelledValue[] {
  return report.choices.flatMap((filter) => {
    const value = filters[filter];
    const values = (Array.isArray(value) ? value : [value]).filter((each) => typeof each === 'string');
    const others = scope === undefined || scope.filter === filter ? {} : { [scope.filter]: scope.value };
    return values.slice(0, SHOWN_VALUES).map((each) => ({ reportId: report.id, filter, value: each, filters: others }));
  });
}
