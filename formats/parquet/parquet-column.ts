import type { SchemaElement } from 'hyparquet-writer';
import type { FileColumn } from '../../core/domain/export-plan.ts';
import { bigEndian, boolean, double, fixedBytes, int32, int64, type PhysicalType, text } from './physical-type.ts';
import {
  decimalWriter,
  type PlainWriter,
  writeBoolean,
  writeDate,
  writeFloat,
  writeInteger,
  writeText,
  writeTimestamp,
  writeUuid,
} from './plain-values.ts';

/** A column of a Parquet file. */
export interface ParquetColumn {
  readonly element: SchemaElement;
  readonly physical: PhysicalType;
  readonly write: PlainWriter;
  /** The type in words, for people. */
  readonly typeName: string;
}

/** The digits that always fit 64 bits. */
const MAX_INT64_DIGITS = 18;
const UUID_BYTES = 16;

/** How a report's column is stored. Every column may hold NULL: no source promises that it does not. */
export function parquetColumn(column: FileColumn): ParquetColumn {
  const { name } = column;
  switch (column.type) {
    case 'integer':
      return column.digits === undefined || column.digits <= MAX_INT64_DIGITS
        ? {
            element: optional({ name, type: 'INT64' }),
            physical: int64,
            write: writeInteger,
            typeName: 'an integer of 64 bits',
          }
        : decimalColumn(name, column.digits, 0);
    case 'decimal':
      return decimalColumn(name, column.precision, column.scale);
    case 'float':
      return {
        element: optional({ name, type: 'DOUBLE' }),
        physical: double,
        write: writeFloat,
        typeName: 'a floating-point number',
      };
    case 'boolean':
      return {
        element: optional({ name, type: 'BOOLEAN' }),
        physical: boolean,
        write: writeBoolean,
        typeName: 'true or false',
      };
    case 'date':
      return {
        element: optional({ name, type: 'INT32', converted_type: 'DATE', logical_type: { type: 'DATE' } }),
        physical: int32,
        write: writeDate,
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
        physical: int64,
        write: writeTimestamp,
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
        physical: fixedBytes(UUID_BYTES),
        write: writeUuid,
        typeName: 'a UUID',
      };
    // JSON too: as the annotation of that name, the library would write a JSON string of it.
    case 'text':
    case 'enum':
    case 'json':
      return {
        element: optional({ name, type: 'BYTE_ARRAY', converted_type: 'UTF8', logical_type: { type: 'STRING' } }),
        physical: text,
        write: writeText,
        typeName: 'a text',
      };
  }
}

function optional(element: SchemaElement): SchemaElement {
  return { ...element, repetition_type: 'OPTIONAL' };
}

/** @see https://github.com/apache/parquet-format/blob/master/LogicalTypes.md#decimal */
function decimalColumn(name: string, precision: number, scale: number): ParquetColumn {
  const bytes = precision <= MAX_INT64_DIGITS ? undefined : bytesFor(precision);
  const stored =
    bytes === undefined
      ? ({ type: 'INT64' } as const)
      : ({ type: 'FIXED_LEN_BYTE_ARRAY', type_length: bytes } as const);
  return {
    element: optional({
      name,
      ...stored,
      converted_type: 'DECIMAL',
      logical_type: { type: 'DECIMAL', precision, scale },
      precision,
      scale,
    }),
    physical: bytes === undefined ? int64 : bigEndian(bytes),
    write: decimalWriter(precision, scale, bytes),
    typeName: `a number of ${precision} digits, ${scale} of them after the point`,
  };
}

/** The fewest bytes that hold all numbers of so many digits and their sign. */
function bytesFor(digits: number): number {
  return Math.ceil((digits * Math.log2(10) + 1) / 8);
}
