import { rowsExportSource } from '../../adapters/rows/source.ts';
import type { ExportPlan } from '../../core/domain/export-plan.ts';
import { XLSX_MAX_CELL_CHARACTERS } from '../../core/domain/format-limits.ts';
import { type Cell, compressions, type Format, isTextFormat } from '../../core/domain/report.ts';
import type { Snapshot } from '../../core/domain/snapshot.ts';
import { systemClock } from '../../core/ports/clock.ts';
import { catalog } from '../../reports/index.ts';
import { hostileTexts } from '../formats/hostile.ts';
import { matrixPlan } from '../matrix/exported-file.ts';
import { type PlainCell, selectPlainly } from '../matrix/plain-select.ts';
import type { SampleReports } from '../reports/sample-reports.ts';
import { hostileTable, typedPlan } from '../support/typed-values.ts';

/** A file to be written and read by other programs. */
export interface FilePlan {
  /** Without the ending. */
  readonly name: string;
  readonly plan: ExportPlan;
}

/** The report whose text formats are written compressed too. */
const COMPRESSED_REPORT = 'transactions';

/** What no program reads here: DuckDB reads Parquet in the tests of the matrix. */
export const unreadFormats: readonly Format[] = ['parquet'];

/** Every report in every format it offers; then what is hostile, and what is empty. */
export function filePlans(): readonly FilePlan[] {
  const reports = catalog.reports.flatMap((report) =>
    report.formats
      .filter((format) => !unreadFormats.includes(format))
      .flatMap((format) =>
        compressions
          .filter((compression) => compression === 'none' || (report.id === COMPRESSED_REPORT && isTextFormat(format)))
          .map((compression) => ({ name: report.id, plan: matrixPlan(report, format, compression) })),
      ),
  );
  return [...reports, ...hostilePlans(), ...emptyPlans()];
}

/** What Excel in German is given: semicolons, decimal commas, and no text that it would run. */
const german = { dialect: 'excel', locale: 'de', neutralizeFormulas: true } as const;
const asItIs = { dialect: 'rfc4180', locale: 'en', neutralizeFormulas: false } as const;

function hostilePlans(): FilePlan[] {
  const { types } = hostileTable;
  const texts = hostileTexts.map((text) => types.map((type) => (type === 'text' ? text : null)));
  const rows: (readonly Cell[])[] = [...hostileTable.rows, ...texts];
  const short = rows.filter((row) => row.every((cell) => (cell?.length ?? 0) <= XLSX_MAX_CELL_CHARACTERS));
  // Its clocks were 53 minutes and 28 seconds ahead until 1893.
  const planOf = (given: readonly (readonly Cell[])[], changes: Partial<Snapshot>) =>
    typedPlan(types, given, { timeZone: 'Europe/Berlin', ...changes });
  return [
    ...(['csv', 'tsv', 'json', 'ndjson'] as const).map((format) => ({
      name: 'hostile',
      plan: planOf(rows, { ...asItIs, format }),
    })),
    ...(['csv', 'tsv'] as const).map((format) => ({ name: 'hostile-excel', plan: planOf(rows, { ...german, format }) })),
    ...(['xlsx', 'pdf'] as const).map((format) => ({ name: 'hostile', plan: planOf(short, { ...asItIs, format }) })),
  ];
}

function emptyPlans(): FilePlan[] {
  const nothing = (['csv', 'tsv', 'json', 'ndjson', 'xlsx', 'pdf'] as const).map((format) => ({
    name: 'empty',
    plan: typedPlan(hostileTable.types, [], { format }),
  }));
  const nulls = (['csv', 'tsv', 'json', 'ndjson', 'xlsx'] as const).map((format) => ({
    name: 'only-nulls',
    plan: typedPlan(['text'], [[null], [''], [null]], { format }),
  }));
  return [...nothing, ...nulls];
}

/** The cells a file must have, from what had no part in writing it. */
export async function expectedRows(
  plan: ExportPlan,
  { postgres }: SampleReports,
): Promise<readonly (readonly PlainCell[])[]> {
  if (plan.report.source.kind === 'postgres') return selectPlainly(postgres.admin, plan);
  const { items } = await rowsExportSource(systemClock).openRows(plan, new AbortController().signal);
  const rows: (readonly Cell[])[] = [];
  for await (const batch of items) rows.push(...batch);
  return rows.map((row) =>
    row.map((cell, index) => (plan.columns[index]?.type === 'timestamp' ? wallTime(cell) : cell)),
  );
}

/** As a clock in the export's time zone shows it: made-up times are whole seconds. */
function wallTime(cell: Cell): PlainCell {
  return cell === null ? null : `${cell.slice(0, 'yyyy-mm-ddThh:mm:ss'.length)}.000000`;
}
