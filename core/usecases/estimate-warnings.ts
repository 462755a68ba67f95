import type { EstimateView } from '../contract/estimate-schemas.ts';
import { isDelimited } from '../domain/delimited.ts';
import type { ExportPlan, FileColumn } from '../domain/export-plan.ts';
import type { Route } from '../domain/export-record.ts';
import {
  rowLimitOf,
  SPREADSHEET_MAX_DIGITS,
  significantDigits,
  XLSX_MAX_CELL_CHARACTERS,
  XLSX_MAX_SHEET_ROWS,
} from '../domain/format-limits.ts';
import type { Cell } from '../domain/report.ts';
import type { Measure, Row } from '../ports/export-source.ts';

type Warning = EstimateView['warnings'][number];

/** How many rows there are, and where the file would be produced. */
type Expected = Measure & { readonly route: Route };

/**
 * What the person should know before the file is produced.
 * @param sample the first rows; undefined when they could not be read in time
 */
export function estimateWarningsFor(
  plan: ExportPlan,
  expected: Expected,
  sample: readonly Row[] | undefined,
): Warning[] {
  return [
    ...rowWarnings(plan, expected),
    ...(sample === undefined
      ? [
          {
            code: 'preview_timed_out' as const,
            message: 'The first rows could not be read in time; the export itself has longer.',
          },
        ]
      : plan.columns.flatMap((column, index) =>
          columnWarnings(
            plan,
            column,
            sample.map((row) => row[index] ?? null),
          ),
        )),
  ];
}

function rowWarnings({ report, snapshot }: ExportPlan, { rows, exact, route }: Expected): Warning[] {
  if (rows === 0)
    return [{ code: 'no_rows', message: 'Nothing matches these filters: the file would hold headings only.' }];
  const format = snapshot.format;
  const about = `${exact ? '' : 'about '}${rows.toLocaleString('en')} rows`;
  const limit = rowLimitOf(report, format);
  if (limit !== undefined && rows > limit) {
    return [
      {
        code: 'too_many_rows',
        message: `There are ${about}, and ${format.toUpperCase()} takes ${limit.toLocaleString('en')}. Try a narrower date range, or choose CSV.`,
      },
    ];
  }
  if (route === 'partitioned' && snapshot.partFiles === true) {
    return [{ code: 'several_files', message: `There are ${about}: they may come as several files.` }];
  }
  const sheets = Math.ceil(rows / (XLSX_MAX_SHEET_ROWS - 1));
  return format === 'xlsx' && sheets > 1
    ? [{ code: 'several_sheets', message: `There are ${about}: the workbook would have ${sheets} sheets.` }]
    : [];
}

function columnWarnings(
  { snapshot }: ExportPlan,
  { name: column, header, type }: FileColumn,
  cells: readonly Cell[],
): Warning[] {
  const { format, dialect } = snapshot;
  if (format === 'xlsx' && cells.some((cell) => cell !== null && cell.length > XLSX_MAX_CELL_CHARACTERS)) {
    const most = XLSX_MAX_CELL_CHARACTERS.toLocaleString('en');
    return [
      {
        code: 'text_too_long',
        column,
        message: `"${header}" has texts of more than ${most} characters, which no cell of Excel holds: leave it out, or choose CSV.`,
      },
    ];
  }
  const isNumber = type === 'integer' || type === 'decimal';
  const isForExcel = dialect === 'excel' && isDelimited(format);
  if (
    isNumber &&
    isForExcel &&
    cells.some((cell) => cell !== null && significantDigits(cell) > SPREADSHEET_MAX_DIGITS)
  ) {
    return [
      {
        code: 'digits_lost',
        column,
        message: `"${header}" has numbers of more than ${SPREADSHEET_MAX_DIGITS} digits. The file holds them all, but Excel rounds them when it opens it: choose XLSX, which keeps them.`,
      },
    ];
  }
  return [];
}
