import type { ExportView } from '../../../core/contract/export-schemas.ts';
import type { ReportView } from '../../../core/contract/report-schemas.ts';
import type { ChoiceLabel } from '../export/use-filter-labels.ts';
import { formatCount } from '../format/numbers.ts';
import { strings } from '../strings/strings.ts';

/** A filter of a request, as people read it. */
export interface FilterFact {
  readonly name: string;
  readonly title: string;
  readonly value: string;
}

const calendarDay = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeZone: 'UTC' });

/**
 * The filters in the order of the report's schema, under its titles.
 * @param report undefined while it loads, or when this person may not have it: names and order are then the request's
 */
export function filterFacts(
  filters: ExportView['filters'],
  report: ReportView | undefined,
  label: ChoiceLabel,
): readonly FilterFact[] {
  const properties = (report?.filters.properties ?? {}) as Readonly<Record<string, { readonly title?: string }>>;
  const known = Object.keys(properties).filter((name) => name in filters);
  const unknown = Object.keys(filters).filter((name) => !(name in properties));
  return [...known, ...unknown].map((name) => ({
    name,
    title: properties[name]?.title ?? name,
    value: filterValue(filters[name], (value) => label(name, value)),
  }));
}

/** A value in words: dates in the browser's locale, lists with commas, things by their names. */
function filterValue(value: unknown, label: (value: string) => string | undefined): string {
  if (Array.isArray(value)) return value.map((each) => filterValue(each, label)).join(', ');
  if (typeof value === 'boolean') return value ? strings.detail.yes : strings.detail.no;
  if (typeof value === 'string' && /^\d{4}-\d{2}-\d{2}$/.test(value)) return calendarDay.format(new Date(value));
  if (typeof value === 'string') return label(value) ?? value;
  if (typeof value === 'number') return formatCount(value);
  return hasName(value) ? value.name : JSON.stringify(value);
}

function hasName(value: unknown): value is { readonly name: string } {
  return typeof value === 'object' && value !== null && 'name' in value && typeof value.name === 'string';
}

/** Addresses of all who are told how the export ends. */
export function toldAbout({
  notifyRequester,
  requestedBy,
  notify,
}: Pick<ExportView, 'notifyRequester' | 'requestedBy' | 'notify'>): readonly string[] {
  // Someone who has been erased has no address any more.
  return [...(notifyRequester && requestedBy.email !== '' ? [requestedBy.email] : []), ...notify];
}

/** The headers of the columns in file order; a column the report does not have any more goes by its name. */
export function columnHeaders(columns: readonly string[], report: ReportView | undefined): readonly string[] {
  return columns.map((name) => report?.columns.find((column) => column.name === name)?.header ?? name);
}
