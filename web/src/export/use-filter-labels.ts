import type { ExportView } from '../../../core/contract/export-schemas.ts';
import type { ReportView } from '../../../core/contract/report-schemas.ts';
import { type LabelledValue, useChoiceLabels } from '../api/choice-labels.ts';

/** @returns undefined while the label is not known, or when there is none */
export type ChoiceLabel = (filter: string, value: string) => string | undefined;

/**
 * What the account calls the things that an export's filters name by id.
 * @param report undefined while it loads, or when its reader may not have it any more: nothing has a label then
 * @param mostValues of one filter; labels beyond that are not asked for
 */
export function useFilterLabels(view: ExportView, report: ReportView | undefined, mostValues: number): ChoiceLabel {
  const wanted = report === undefined ? [] : labelledValues(view, report, mostValues);
  const labels = useChoiceLabels(wanted);
  return (filter, value) => labels[wanted.findIndex((each) => each.filter === filter && each.value === value)];
}

function labelledValues({ filters, scope }: ExportView, report: ReportView, mostValues: number): LabelledValue[] {
  return report.choices.flatMap((filter) => {
    const value = filters[filter];
    const values = (Array.isArray(value) ? value : [value]).filter((each) => typeof each === 'string');
    const others = scope === undefined || scope.filter === filter ? {} : { [scope.filter]: scope.value };
    return values.slice(0, mostValues).map((each) => ({ reportId: report.id, filter, value: each, filters: others }));
  });
}
