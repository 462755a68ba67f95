import { ExportFailedError } from '../../core/domain/errors.ts';
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

/**
 * Makes sure that the types a report declares are those its query yields: a text declared as a number would slip past the
 * protection against formulas.
 * @throws ExportFailedError internal
 */
export function checkColumnTypes(
  columns: readonly { name: string; type: ColumnType }[],
  fields: readonly { dataTypeID: number }[],
): void {
  columns.forEach(({ name, type }, index) => {
    const actual = fields[index]?.dataTypeID ?? 0;
    if (allowedTypes[type]?.includes(actual) === false) {
      const cause = new Error(
        `Column ${name} is declared as ${type}, but the query yields the type with OID ${actual}`,
      );
      throw new ExportFailedError('internal', { retryable: false, cause });
    }
  });
}
