import type { Column, Columns } from '../../core/domain/report.ts';
import type { Row } from './sample-reports.ts';

/** Key values that more than one row has. */
export function duplicateKeys(rows: readonly Row[], key: readonly string[]): readonly string[] {
  const seen = new Map<string, number>();
  for (const row of rows) {
    const value = JSON.stringify(key.map((name) => row[name]));
    seen.set(value, (seen.get(value) ?? 0) + 1);
  }
  return [...seen].filter(([, count]) => count > 1).map(([value]) => value);
}

const MAX_DIGITS_OF_BIGINT = 19;

/** Cells that have more digits than their column says, as `column: cell`. */
export function misfits(rows: readonly Row[], columns: Columns): readonly string[] {
  return Object.entries(columns).flatMap(([name, column]) =>
    rows.filter((row) => !fits(row[name] ?? null, column)).map((row) => `${name}: ${row[name]}`),
  );
}

function fits(cell: string | null, column: Column): boolean {
  if (cell === null || (column.type !== 'integer' && column.type !== 'decimal')) return true;
  const [, whole = '', fraction = ''] = /^-?0*(\d*)(?:\.(\d+))?$/.exec(cell) ?? [];
  if (column.type === 'integer') return fraction === '' && whole.length <= (column.digits ?? MAX_DIGITS_OF_BIGINT);
  return fraction.length <= column.scale && whole.length <= column.precision - column.scale;
}
