import type { CellBatch } from '../core/domain/cell-batch.ts';
import { ExportFailedError } from '../core/domain/errors.ts';
import type { FileColumn } from '../core/domain/export-plan.ts';
import type { ByteChunks } from './byte-chunks.ts';
import { bytesOf, isBytes, type PlainBytes, plainBytes, textOf, writeAscii, writeBytes } from './byte-text.ts';
import { numberForm } from './number-text.ts';
import { mostRowBytes } from './row-room.ts';

/** Writes the value of a cell that is not NULL, whose UTF-8 stands between two positions of `source`. */
export type JsonWriter = (source: Uint8Array, start: number, end: number, out: ByteChunks) => void;

/** What a value takes at most beyond its text: quotes, `null`, or the point of minus zero. */
export const MAX_VALUE_BYTES = 4;

const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;
const SPACE = 0x20;
const QUOTE = 0x22;
const BACKSLASH = 0x5c;
/** Halves of surrogate pairs begin with this byte and one that is not less than the next of these. */
const FIRST_OF_HALF = 0xed;
const SECOND_OF_HALF = 0xa0;

/** As in `\u0001`. */
const MAX_BYTES_PER_BYTE = 6;

const controls = Array.from({ length: SPACE }, (_, byte) => byte);
const plainInJson: PlainBytes = plainBytes([...controls, QUOTE, BACKSLASH, FIRST_OF_HALF]);

/** By byte, what stands for it. */
const replacements: readonly string[] = Array.from({ length: 0x80 }, (_, byte) =>
  JSON.stringify(String.fromCharCode(byte)).slice(1, -1),
);

/**
 * Integers and decimals are strings, because most parsers read numbers into floats and would change their digits without
 * a word; BigQuery's exports and the JSON mapping of Protocol Buffers do the same. Floats are numbers, but for `"NaN"`,
 * `"Infinity"` and `"-Infinity"`; minus zero has a point, without which parsers that know integers drop its sign. What is
 * JSON already is embedded as it is, on one line.
 * @see https://protobuf.dev/programming-guides/json/
 * @see https://cloud.google.com/bigquery/docs/exporting-data#export_limitations
 */
export function jsonWriter(column: FileColumn): JsonWriter {
  switch (column.type) {
    case 'boolean':
      return writePlainly;
    case 'float':
      return writeFloat;
    case 'json':
      return (source, start, end, out) => writeEmbedded(source, start, end, out, column);
    default:
      return writeString;
  }
}

/** The most bytes that the cells of a row take, but for {@link MAX_VALUE_BYTES} each. */
export function mostJsonBytes(batch: CellBatch, row: number): number {
  return mostRowBytes(batch, row, plainInJson, MAX_BYTES_PER_BYTE);
}

function writePlainly(source: Uint8Array, start: number, end: number, out: ByteChunks): void {
  out.used = writeBytes(source, start, end, out.bytes, out.used);
}

/** @see https://www.rfc-editor.org/rfc/rfc8259#section-7 */
function writeString(source: Uint8Array, start: number, end: number, out: ByteChunks): void {
  const { bytes } = out;
  let at = out.used;
  bytes[at] = QUOTE;
  at += 1;
  for (let position = start; position < end; position += 1) {
    const byte = source[position] ?? 0;
    if (plainInJson[byte] === 1) {
      bytes[at] = byte;
      at += 1;
    } else if (byte !== FIRST_OF_HALF) {
      at = writeAscii(replacements[byte] ?? '', bytes, at);
    } else if ((source[position + 1] ?? 0) < SECOND_OF_HALF) {
      bytes[at] = byte;
      at += 1;
    } else {
      const [second = 0, third = 0] = source.subarray(position + 1, position + 3);
      const half = 0xd000 | ((second & 0x3f) << 6) | (third & 0x3f);
      at = writeAscii(`\\u${half.toString(16)}`, bytes, at);
      position += 2;
    }
  }
  bytes[at] = QUOTE;
  out.used = at + 1;
}

const minusZero = bytesOf('-0');

function writeFloat(source: Uint8Array, start: number, end: number, out: ByteChunks): void {
  if (isBytes(source, start, end, minusZero)) out.used = writeAscii('-0.0', out.bytes, out.used);
  else if (numberForm(source, start, end) === 'none') writeString(source, start, end, out);
  else writePlainly(source, start, end, out);
}

/**
 * Within strings JSON has no line breaks, so all there are stand between tokens.
 * @throws ExportFailedError invalid_data
 */
function writeEmbedded(source: Uint8Array, start: number, end: number, out: ByteChunks, { header }: FileColumn): void {
  try {
    JSON.parse(textOf(source, start, end));
  } catch (cause) {
    const userMessage = `The column ${header} has a value that is not JSON. Leave the column out, or choose another format.`;
    throw new ExportFailedError('invalid_data', { retryable: false, userMessage, cause });
  }
  const { bytes } = out;
  let at = out.used;
  let isInBreak = false;
  for (let position = start; position < end; position += 1) {
    const byte = source[position] ?? 0;
    const isBreak = byte === LINE_FEED || byte === CARRIAGE_RETURN;
    if (!isBreak || !isInBreak) {
      bytes[at] = isBreak ? SPACE : byte;
      at += 1;
    }
    isInBreak = isBreak;
  }
  out.used = at;
}
