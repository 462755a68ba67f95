import type { SchemaElement } from 'hyparquet-writer';
import type { FileColumn } from '../../core/domain/export-plan.ts';
import { dayOf, wallTimeOf } from '../wall-time.ts';

/** A column of a Parquet file. */
export interface ParquetColumn {
  readonly element: SchemaElement;
  /**
   * What the library is given for a cell that is not NULL: never a number that it would have to scale or round.
   * Undefined for a cell that the type cannot hold.
   */
  readonly convert: (cell: string) => ParquetValue | undefined;
  /** The type in words, for people. */
  readonly typeName: string;
}

export type ParquetValue = string | number | bigint | boolean | Uint8Array;

/** The digits that always fit 64 bits. */
const MAX_INT64_DIGITS = 18;
const MIN_INT64 = -(2n ** 63n);
const MAX_INT64 = 2n ** 63n - 1n;
const MAX_INT32 = 2 ** 31 - 1;
const MICROSECONDS_PER_DAY = 86_400_000_000n;
const MICROSECONDS_PER_SECOND = 1_000_000;
const UUID_LENGTH = 36;
const UUID_BYTES = 16;

/** How a report's column is stored. Every column may hold NULL: no source promises that it does not. */
export function parquetColumn(column: FileColumn): ParquetColumn {
  const { name } = column;
  switch (column.type) {
    case 'integer':
      return column.digits === undefined || column.digits <= MAX_INT64_DIGITS
        ? integerColumn(name)
        : decimalColumn(name, column.digits, 0);
    case 'decimal':
      return decimalColumn(name, column.precision, column.scale);
    case 'float':
      return { element: optional({ name, type: 'DOUBLE' }), convert: floatOf, typeName: 'a floating-point number' };
    case 'boolean':
      return { element: optional({ name, type: 'BOOLEAN' }), convert: booleanOf, typeName: 'true or false' };
    case 'date':
      return {
        element: optional({ name, type: 'INT32', converted_type: 'DATE', logical_type: { type: 'DATE' } }),
        convert: dateOf,
        typeName: 'a date',
      };
    case 'timestamp':
      return {
        element: optional({
          name,
          type: 'INT64',
          converted_type: 'TIMESTAMP_MICROS',
          logical_type: { type: 'TIMESTAMP', isAdjustedToUTC: true, unit: 'MICROS' },
        }),
        convert: timestampOf,
        typeName: 'a point in time',
      };
    case 'uuid':
      return {
        element: optional({
          name,
          type: 'FIXED_LEN_BYTE_ARRAY',
          type_length: UUID_BYTES,
          logical_type: { type: 'UUID' },
        }),
        convert: uuidOf,
        typeName: 'a UUID',
      };
    // JSON too: as the annotation of that name, the library would write a JSON string of it.
    case 'text':
    case 'enum':
    case 'json':
      return {
        element: optional({ name, type: 'BYTE_ARRAY', converted_type: 'UTF8', logical_type: { type: 'STRING' } }),
        convert: textOf,
        typeName: 'a text',
      };
  }
}

function optional(element: SchemaElement): SchemaElement {
  return { ...element, repetition_type: 'OPTIONAL' };
}

function integerColumn(name: string): ParquetColumn {
  return {
    element: optional({ name, type: 'INT64' }),
    convert: (cell) => {
      if (!/^-?\d+$/.test(cell)) return undefined;
      const value = BigInt(cell);
      return value >= MIN_INT64 && value <= MAX_INT64 ? value : undefined;
    },
    typeName: 'an integer of 64 bits',
  };
}

/** @see https://github.com/apache/parquet-format/blob/master/LogicalTypes.md#decimal */
function decimalColumn(name: string, precision: number, scale: number): ParquetColumn {
  const physical =
    precision <= MAX_INT64_DIGITS
      ? ({ type: 'INT64' } as const)
      : ({ type: 'FIXED_LEN_BYTE_ARRAY', type_length: bytesFor(precision) } as const);
  const bound = 10n ** BigInt(precision);
  return {
    element: optional({
      name,
      ...physical,
      converted_type: 'DECIMAL',
      logical_type: { type: 'DECIMAL', precision, scale },
      precision,
      scale,
    }),
    convert: (cell) => {
      const unscaled = unscaledOf(cell, scale);
      return unscaled !== undefined && unscaled > -bound && unscaled < bound ? unscaled : undefined;
    },
    typeName: `a number of ${precision} digits, ${scale} of them after the point`,
  };
}

/** The fewest bytes that hold all numbers of so many digits and their sign. */
function bytesFor(digits: number): number {
  return Math.ceil((digits * Math.log2(10) + 1) / 8);
}

/** 520n for `5.2` and a scale of 2; undefined for more digits after the point than that, unless they are zeros. */
function unscaledOf(cell: string, scale: number): bigint | undefined {
  if (!/^-?\d+(?:\.\d+)?$/.test(cell)) return undefined;
  const point = cell.indexOf('.');
  if (point === -1) return BigInt(cell + '0'.repeat(scale));
  const fraction = cell.slice(point + 1);
  if (fraction.length > scale && !/^0+$/.test(fraction.slice(scale))) return undefined;
  return BigInt(cell.slice(0, point) + fraction.slice(0, scale).padEnd(scale, '0'));
}

function floatOf(cell: string): number | undefined {
  const value = Number(cell);
  return cell === '' || (Number.isNaN(value) && cell !== 'NaN') ? undefined : value;
}

function booleanOf(cell: string): boolean | undefined {
  return cell === 'true' ? true : cell === 'false' ? false : undefined;
}

function dateOf(cell: string): number | undefined {
  const source = Buffer.from(cell);
  const day = dayOf(source, 0, source.length);
  return !Number.isNaN(day) && Math.abs(day) <= MAX_INT32 ? day : undefined;
}

function timestampOf(cell: string): bigint | undefined {
  const source = Buffer.from(cell);
  const time = wallTimeOf(source, 0, source.length);
  if (time === undefined) return undefined;
  const { day, microsecondsOfDay, offsetSeconds } = time;
  const value =
    BigInt(day) * MICROSECONDS_PER_DAY + BigInt(microsecondsOfDay - offsetSeconds * MICROSECONDS_PER_SECOND);
  return value >= MIN_INT64 && value <= MAX_INT64 ? value : undefined;
}

function uuidOf(cell: string): Uint8Array | undefined {
  const bytes = Buffer.from(cell.replaceAll('-', ''), 'hex');
  return cell.length === UUID_LENGTH && bytes.length === UUID_BYTES ? bytes : undefined;
}

function textOf(cell: string): string {
  return cell;
}
