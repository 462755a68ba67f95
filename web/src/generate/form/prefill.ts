import type { ExportView } from '../../../../core/contract/export-schemas.ts';
import type { ReportView } from '../../../../core/contract/report-schemas.ts';
import { strings } from '../../strings/strings.ts';
import { EVENT_SCOPE } from '../catalog/search-reports.ts';
import type { ReadLink } from '../generate-link.ts';
import { type FilterField, namesOf } from '../schema/filter-field.ts';
import type { Json } from '../schema/json-schema.ts';
import { emptyForm, type FormValues, fromExport, type Surroundings, withFilters } from './form-values.ts';

export interface Prefill {
  readonly values: FormValues;
  /** What to say of it, above the form. */
  readonly notes: readonly string[];
  /** Filters that would make the file smaller, by name; for an export that was too large. */
  readonly toNarrow: readonly string[];
}

export interface PrefillFrom {
  readonly link: Pick<ReadLink, 'filters' | 'isGarbled'>;
  readonly source: ExportView | undefined;
  readonly eventId: string | undefined;
  readonly surroundings: Surroundings;
}

/** The form as it opens: an earlier export's request, then the link's filters, then the event of the center. */
export function prefill(
  report: ReportView,
  fields: readonly FilterField[],
  { link, source, eventId, surroundings }: PrefillFrom,
): Prefill {
  const texts = strings.generate.prefill;
  const notes: string[] = link.isGarbled ? [texts.garbled] : [];
  const toNarrow = source?.failure?.narrowerFilters ? narrowing(fields) : [];
  let values = emptyForm(report, fields, surroundings);
  if (source) {
    const copied = fromExport(values, report, fields, source);
    values = copied.values;
    notes.push(sourceNote(source, toNarrow));
    if (copied.ignored.length > 0) notes.push(texts.ignoredFromExport(copied.ignored.join(', ')));
  }
  if (link.filters) {
    const given = withFilters(values, fields, overlaid(fields, source?.filters ?? {}, link.filters));
    values = given.values;
    const ignored = given.ignored.filter((name) => link.filters && name in link.filters);
    if (ignored.length > 0) notes.push(texts.ignored(ignored.join(', ')));
  }
  if (eventId !== undefined && report.scope === EVENT_SCOPE) {
    values = { ...values, filters: { ...values.filters, [EVENT_SCOPE]: eventId } };
  }
  return { values, notes, toNarrow: toNarrow.map(({ name }) => name) };
}

type Filters = Readonly<Record<string, Json>>;

/** The filters of both; a field's come from one of them, so that a period does not meet the other's days. */
function overlaid(fields: readonly FilterField[], base: Filters, over: Filters): Filters {
  const replaced = new Set(fields.map(namesOf).flatMap((names) => (names.some((name) => name in over) ? names : [])));
  const kept = Object.entries(base).filter(([name]) => !replaced.has(name));
  return { ...Object.fromEntries(kept), ...over };
}

function sourceNote({ failure }: ExportView, toNarrow: readonly FilterField[]): string {
  const texts = strings.generate.prefill;
  if (failure === undefined || toNarrow.length === 0) return texts.fromExport;
  return `${failure.message} ${texts.narrow(toNarrow.map(({ title }) => title).join(', '))}`;
}

/** Days make a file smaller most surely; without any, whatever can be chosen does. */
function narrowing(fields: readonly FilterField[]): readonly FilterField[] {
  const ranges = fields.filter(({ kind }) => kind === 'dateRange');
  return ranges.length > 0 ? ranges : fields.filter(({ isRequired }) => !isRequired);
}
