import type { ReportMistake } from '../../core/domain/check-report.ts';
import { ExportFailedError } from '../../core/domain/errors.ts';
import type { FileColumn } from '../../core/domain/export-plan.ts';
import type { ColumnType } from '../../core/domain/report.ts';

/**
 * The PostgreSQL types (by OID, fixed for built-in ones) that a column may have to be written without protection against
 * formulas, or in a format of its own. Textual column types take anything: they are cast to text.
 * @see https://github.com/postgres/postgres/blob/master/src/include/catalog/pg_type.dat
 */
const allowedTypes: Partial<Record<ColumnType, readonly number[]>> = {
  uuid: [2950],
  integer: [20, 21, 23, 1700],
  decimal: [1700, 20, 21, 23],
  float: [700, 701],
  boolean: [16],
  date: [1082],
  timestamp: [1184],
};

const NUMERIC = 1700;

/** The length word that precedes the precision and scale in a numeric's type modifier. */
const NUMERIC_MODIFIER_OFFSET = 4;

/** A column as the query yields it. */
interface Field {
  readonly dataTypeID: number;
  readonly dataTypeModifier: number;
}

/**
 * Makes sure that the types a report declares are those its query yields: a text declared as a number would slip past the
 * protection against formulas.
 * @throws ExportFailedError internal
 */
export function checkColumnTypes(columns: readonly FileColumn[], fields: readonly Field[]): void {
  const [mismatch] = columnTypeMismatches(columns, fields);
  if (mismatch === undefined) return;
  const cause = new Error(`${mismatch.path.join('.')} ${mismatch.message}`);
  throw new ExportFailedError('internal', { retryable: false, cause });
}

/** Every column whose type is not what the report declares. */
export function columnTypeMismatches(
  columns: readonly FileColumn[],
  fields: readonly Field[],
): readonly ReportMistake[] {
  return columns.flatMap(({ name, type }, index) => {
    const actual = fields[index]?.dataTypeID ?? 0;
    if (allowedTypes[type]?.includes(actual) !== false) return [];
    const message = `is declared as ${type}, but the query yields the type with OID ${actual}: cast it, or change the type`;
    return [{ path: ['columns', name], message }];
  });
}

/** Every decimal that the query yields with more digits than the report declares. */
export function precisionMismatches(
  columns: readonly FileColumn[],
  fields: readonly Field[],
): readonly ReportMistake[] {
  return columns.flatMap((column, index) => {
    const numeric = numericOf(fields[index]);
    if (column.type !== 'decimal' || numeric === undefined) return [];
    const { precision, scale } = column;
    if (scale >= numeric.scale && precision - scale >= numeric.precision - numeric.scale) return [];
    const message = `is declared with precision ${precision} and scale ${scale}, but the query yields numeric(${numeric.precision}, ${numeric.scale})`;
    return [{ path: ['columns', column.name], message }];
  });
}

/** Undefined for other types, and for a numeric without bounds. */
function numericOf(field: Field | undefined): { precision: number; scale: number } | undefined {
  if (field?.dataTypeID !== NUMERIC || field.dataTypeModifier < 0) return undefined;
  const packed = field.dataTypeModifier - NUMERIC_MODIFIER_OFFSET;
  return { precision: (packed >> 16) & 0xffff, scale: packed & 0x7ff };
}
