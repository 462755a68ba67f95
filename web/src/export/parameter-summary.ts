import type { ExportView } from '../../../core/contract/export-schemas.ts';
import type { ReportView } from '../../../core/contract/report-schemas.ts';
import { formatCount } from '../format/numbers.ts';
import { formatCalendarDay, formatCalendarDays } from '../format/times.ts';
import { strings } from '../strings/strings.ts';
import { isErased } from './offered-actions.ts';
import type { ChoiceLabel } from './use-filter-labels.ts';

/** Values that are named; of more than that, how many there are. */
export const SHOWN_VALUES = 2;
const SHOWN_CHARACTERS = 40;

type Filters = ExportView['filters'];

interface FilterSchema {
  readonly title?: string;
  readonly format?: string;
  /** Of a period: the filters that hold its first and last day. */
  readonly dateRange?: { readonly from: string; readonly to: string };
}

/**
 * What an export is of, in a few words: `Placed: 1 – 31 Jan 2025`, `Status: paid, shipped`, `CSV`.
 * @param report its definition; undefined while it is loading, or when its reader may not have it any more
 */
export function parameterSummary(view: ExportView, report: ReportView | undefined, label: ChoiceLabel): string[] {
  if (isErased(view)) return [strings.export.erased];
  const schemas = filterSchemas(report);
  const written = new Set<string>();
  const parts: string[] = [];
  const scope = view.scope?.filter;

  for (const name of [...(scope === undefined ? [] : [scope]), ...Object.keys(schemas), ...Object.keys(view.filters)]) {
    const schema = schemas[name] ?? {};
    const { dateRange } = schema;
    const words =
      dateRange === undefined
        ? valueWords(name, view.filters[name], schema, label)
        : rangeWords(view.filters[dateRange.from], view.filters[dateRange.to]);
    if (written.has(name) || words === undefined) continue;
    for (const each of dateRange === undefined ? [name] : [name, dateRange.from, dateRange.to]) written.add(each);
    // Who sees the name of an event needs no word that it is one.
    const isNamed = name === scope && label(name, String(view.filters[name])) !== undefined;
    parts.push(isNamed ? words : strings.export.summary.part(schema.title ?? name, words));
  }
  return [...parts, ...fileWords(view, report)];
}

/** The filters' schemas, periods first: they say together what two other filters would say. */
function filterSchemas(report: ReportView | undefined): Record<string, FilterSchema> {
  const properties = (report?.filters.properties ?? {}) as Record<string, FilterSchema>;
  const isPeriod = ([, { dateRange }]: [string, FilterSchema]) => dateRange !== undefined;
  const entries = Object.entries(properties);
  return Object.fromEntries([...entries.filter(isPeriod), ...entries.filter((entry) => !isPeriod(entry))]);
}

function rangeWords(from: Filters[string] | undefined, to: Filters[string] | undefined): string | undefined {
  const { summary } = strings.export;
  if (typeof from === 'string' && typeof to === 'string') return formatCalendarDays(from, to);
  if (typeof from === 'string') return summary.from(formatCalendarDay(from));
  if (typeof to === 'string') return summary.until(formatCalendarDay(to));
  return undefined;
}

function valueWords(
  name: string,
  value: Filters[string] | undefined,
  { format }: FilterSchema,
  label: ChoiceLabel,
): string | undefined {
  const { summary } = strings.export;
  if (value === undefined || value === null) return undefined;
  if (typeof value === 'boolean') return value ? summary.yes : undefined;
  if (typeof value === 'number') return formatCount(value);
  if (typeof value === 'string')
    return format === 'date' ? formatCalendarDay(value) : (label(name, value) ?? shorten(value));
  if (!Array.isArray(value)) return undefined;
  const texts = value.filter((each) => typeof each === 'string');
  if (texts.length < value.length) return formatCount(value.length);
  const shown = texts.slice(0, SHOWN_VALUES).map((each) => label(name, each) ?? each.replaceAll('_', ' '));
  const more = texts.length - shown.length;
  return more > 0 ? summary.andMore(shown.join(', '), more) : shown.join(', ');
}

function shorten(text: string): string {
  return text.length > SHOWN_CHARACTERS ? `${text.slice(0, SHOWN_CHARACTERS - 1).trimEnd()}…` : text;
}

function fileWords(view: ExportView, report: ReportView | undefined): string[] {
  const format = view.format.toUpperCase();
  const byDefault = report?.columns.filter((column) => column.byDefault).map(({ name }) => name);
  const isOwnChoice =
    byDefault !== undefined && !report?.columnsDependOnFilters && byDefault.join() !== view.columns.join();
  return [
    view.compression === 'none' ? format : `${format}, ${view.compression}`,
    ...(isOwnChoice ? [strings.export.summary.columns(view.columns.length)] : []),
  ];
}
