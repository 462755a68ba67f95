import type { ExportRequest, ExportView } from '../../../../core/contract/export-schemas.ts';
import type { ReportView } from '../../../../core/contract/report-schemas.ts';
import type { ExportBody } from '../../api/export-body.ts';
import { strings } from '../../strings/strings.ts';
import { type FieldIssue, issuesIn } from '../schema/check-filters.ts';
import type { FilterField } from '../schema/filter-field.ts';
import { emptyValues, type FilterValues, filledIn, filtersFrom } from '../schema/filter-values.ts';
import type { Json } from '../schema/json-schema.ts';
import { chosenNames, isOwnSet, type PickedColumn, pickedFrom } from './column-order.ts';

/** All that is chosen for one export. */
export interface FormValues extends Pick<ExportRequest, FileOption> {
  readonly filters: FilterValues;
  /** Undefined for the report's own set. */
  readonly columns: readonly PickedColumn[] | undefined;
  /** Whether it may be several files, if it is very large. Undefined for what is usual with the format. */
  readonly partFiles: boolean | undefined;
  readonly notifyRequester: boolean;
  readonly notify: readonly string[];
  readonly note: string;
}

type FileOption = 'format' | 'compression' | 'dialect' | 'locale' | 'timeZone' | 'neutralizeFormulas';

/** What the form takes from the browser. */
export interface Surroundings {
  readonly timeZone: string;
  readonly locale: string;
}

/** An untouched form. */
export function emptyForm(
  report: Pick<ReportView, 'formats'>,
  fields: readonly FilterField[],
  { timeZone, locale }: Surroundings,
): FormValues {
  return {
    filters: emptyValues(fields),
    columns: undefined,
    partFiles: undefined,
    format: report.formats[0] ?? 'csv',
    compression: 'none',
    dialect: 'rfc4180',
    locale,
    timeZone,
    neutralizeFormulas: true,
    notifyRequester: true,
    notify: [],
    note: '',
  };
}

export interface Prefilled {
  readonly values: FormValues;
  /** Filters that were given and do not fit the report. */
  readonly ignored: readonly string[];
}

/** A form filled in with some filters. */
export function withFilters(
  form: FormValues,
  fields: readonly FilterField[],
  filters: Readonly<Record<string, Json>>,
): Prefilled {
  const { values, ignored } = filledIn(fields, filters);
  return { values: { ...form, filters: values }, ignored };
}

/** A form filled in with the request of an export. Days stand in place of a period: the export was frozen with them. */
export function fromExport(
  form: FormValues,
  report: Pick<ReportView, 'formats' | 'columns'>,
  fields: readonly FilterField[],
  source: ExportView,
): Prefilled {
  const { values, ignored } = withFilters(form, fields, source.filters as Readonly<Record<string, Json>>);
  const { format, compression, partFiles, dialect, locale, timeZone, neutralizeFormulas, notifyRequester, notify } =
    source;
  return {
    values: {
      ...values,
      ...(report.formats.includes(format) && {
        format,
        compression,
        partFiles: partFiles === isUsuallyPartFiles(format) ? undefined : partFiles,
      }),
      dialect,
      locale,
      timeZone,
      neutralizeFormulas,
      columns: pickedFrom(report.columns, source.columns),
      notifyRequester,
      notify,
      note: source.note ?? '',
    },
    ignored,
  };
}

/** What the form asks of the API. Choices that do not matter for the format are left out. */
export function exportBody(
  report: Pick<ReportView, 'id' | 'columns'>,
  fields: readonly FilterField[],
  values: FormValues,
): ExportBody {
  const { notifyRequester, notify, note } = values;
  return {
    ...fileBody(report, fields, values),
    notifyRequester,
    ...(notify.length > 0 && { notify: [...notify] }),
    ...(note.trim() !== '' && { note: note.trim() }),
  };
}

/** The part of the body on which the file depends; an estimate is of nothing else. */
export function fileBody(
  report: Pick<ReportView, 'id' | 'columns'>,
  fields: readonly FilterField[],
  values: FormValues,
): ExportBody {
  const { format, compression, partFiles, dialect, locale, timeZone, neutralizeFormulas, columns } = values;
  const { hasCompression, hasPartFiles, hasDialect, hasLocale } = optionsThatMatter(values);
  return {
    report: report.id,
    format,
    filters: filtersFrom(fields, values.filters),
    timeZone,
    ...(columns && !isOwnSet(report.columns, columns) && { columns: [...chosenNames(columns)] }),
    ...(hasCompression && compression !== 'none' && { compression }),
    ...(hasPartFiles && partFiles !== undefined && { partFiles }),
    ...(hasDialect && { dialect, neutralizeFormulas }),
    ...(hasLocale && { locale }),
  };
}

/** Which choices make a difference to the file. */
export function optionsThatMatter({ format, dialect }: Pick<FormValues, 'format' | 'dialect'>) {
  const isDelimited = format === 'csv' || format === 'tsv';
  return {
    hasCompression: isDelimited || format === 'json' || format === 'ndjson',
    hasPartFiles: isDelimited || format === 'ndjson' || format === 'parquet',
    hasDialect: isDelimited,
    hasLocale: isDelimited && dialect === 'excel',
  };
}

/** What a request means that does not say whether its export may be several files. */
export function isUsuallyPartFiles(format: FormValues['format']): boolean {
  return format === 'parquet';
}

const MAX_RECIPIENTS = 10;

/** Mistakes that show without asking the API. */
export function formIssues(
  fields: readonly FilterField[],
  { filters, columns, notify }: FormValues,
): readonly FieldIssue[] {
  const { issues } = strings.generate;
  return [
    ...issuesIn(fields, filters),
    ...(columns && chosenNames(columns).length === 0
      ? [{ pointer: '/columns', message: issues.noColumns, isMissing: false }]
      : []),
    ...(notify.length > MAX_RECIPIENTS
      ? [{ pointer: '/notify', message: issues.tooManyRecipients(MAX_RECIPIENTS), isMissing: false }]
      : []),
  ];
}
