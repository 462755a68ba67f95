import type { CellBytes } from '../../core/domain/cell-batch.ts';
import type { FileColumn } from '../../core/domain/export-plan.ts';
import { SPREADSHEET_MAX_DIGITS, significantDigits } from '../../core/domain/format-limits.ts';
import type { ByteChunks } from '../byte-chunks.ts';
import { falseBytes, isBytes, textOf, trueBytes, Words, writeBytes, writeInteger } from '../byte-text.ts';
import { numberForm } from '../number-text.ts';
import { dayOf, wallTimeOf } from '../wall-time.ts';
import { serialOf, writeMoment } from './serial.ts';
import { decimalStyle, style } from './styles.ts';
import { NOT_SIMPLE, writeSimpleXmlText, writeXmlText } from './xml-text.ts';

/**
 * Writes the element of a cell that is not NULL.
 * @param source the cell's text is UTF-8 between `start` and `end` of it
 * @param row the digits of the row's number
 */
export type CellWriter = (source: CellBytes, start: number, end: number, row: Words, out: ByteChunks) => void;

/** What an element takes at most beyond its text. */
export const MAX_ELEMENT_BYTES = 96;

const SPACE = 0x20;
const MINUS = 0x2d;
/** Floats of so few digits are finite. */
const SHORT_FLOAT_BYTES = 300;

/** How the values of the column at a position, from 0, become cells. What a type's cell cannot hold exactly stays text. */
export function cellWriter(columns: readonly FileColumn[], position: number): CellWriter {
  const column = columns[position];
  const number = (styleId: number) => openingOf(position, `s="${styleId}"`);
  const text = textWriter(position, style.text);

  switch (column?.type) {
    case 'integer':
    case 'decimal': {
      const opening = number(column.type === 'integer' ? style.integer : decimalStyle(columns, column.scale));
      return (source, start, end, row, out) => {
        if (!isExactNumber(source.bytes, start, end)) return text(source, start, end, row, out);
        const at = writeStart(opening, row, valueStart, out);
        out.used = valueEnd.write(out.view, writeBytes(source.bytes, start, end, out.bytes, at));
      };
    }
    case 'float': {
      const opening = number(style.general);
      return (source, start, end, row, out) => {
        if (!isFiniteNumber(source.bytes, start, end)) return text(source, start, end, row, out);
        const at = writeStart(opening, row, valueStart, out);
        out.used = valueEnd.write(out.view, writeBytes(source.bytes, start, end, out.bytes, at));
      };
    }
    case 'boolean': {
      const opening = openingOf(position, `s="${style.boolean}" t="b"`);
      return (source, start, end, row, out) => {
        const isTrue = isBytes(source.bytes, start, end, trueBytes);
        if (!isTrue && !isBytes(source.bytes, start, end, falseBytes)) return text(source, start, end, row, out);
        const at = writeStart(opening, row, valueStart, out);
        out.used = valueEnd.write(out.view, writeInteger(isTrue ? 1 : 0, out.bytes, at));
      };
    }
    case 'date': {
      const opening = number(style.date);
      return (source, start, end, row, out) => {
        const serial = serialOf(dayOf(source.bytes, start, end));
        if (Number.isNaN(serial)) return text(source, start, end, row, out);
        const at = writeStart(opening, row, valueStart, out);
        out.used = valueEnd.write(out.view, writeInteger(serial, out.bytes, at));
      };
    }
    case 'timestamp': {
      const whole = number(style.timestamp);
      const fine = number(style.fineTimestamp);
      return (source, start, end, row, out) => {
        const time = wallTimeOf(source.bytes, start, end);
        const serial = serialOf(time?.day ?? Number.NaN);
        if (time === undefined || Number.isNaN(serial)) return text(source, start, end, row, out);
        const at = writeStart(time.microsecondsOfDay % 1_000_000 === 0 ? whole : fine, row, valueStart, out);
        out.used = valueEnd.write(out.view, writeMoment(serial, time, out.bytes, at));
      };
    }
    default:
      return text;
  }
}

/**
 * Cells of text, with one of the styles. Most stand where a formula's text would, which is shorter than to be in an element of their
 * own; but not what only that element holds safely: text that is escaped, is empty, or has white space at an end, which readers may
 * drop there.
 */
export function textWriter(position: number, styleId: number): CellWriter {
  const opening = openingOf(position, `s="${styleId}" t="str"`);
  const ownOpening = openingOf(position, `s="${styleId}" t="inlineStr"`);
  return (source, start, end, row, out) => {
    const { bytes } = source;
    const hasInkAtEnds = end > start && (bytes[start] ?? 0) > SPACE && (bytes[end - 1] ?? 0) > SPACE;
    if (hasInkAtEnds) {
      const at = writeSimpleXmlText(source, start, end, out, writeStart(opening, row, valueStart, out));
      if (at !== NOT_SIMPLE) {
        out.used = valueEnd.write(out.view, at);
        return;
      }
    }
    const at = writeStart(ownOpening, row, textStart, out);
    out.used = textEnd.write(out.view, writeXmlText(bytes, start, end, out.bytes, at));
  };
}

/** A, B ... Z, AA ... of the column at a position from 0. */
export function columnLetters(position: number): string {
  const letter = String.fromCharCode(0x41 + (position % 26));
  return position < 26 ? letter : columnLetters(Math.floor(position / 26) - 1) + letter;
}

const valueStart = new Words('"><v>');
const valueEnd = new Words('</v></c>');
const textStart = new Words('"><is><t xml:space="preserve">');
const textEnd = new Words('</t></is></c>');

/**
 * What stands before the number of the row. A cell says where it is: without, sheets would be a fifth smaller and still as the standard
 * has them, but exceljs and others could not read them. It says so last, so that what stands between two cells repeats in long
 * stretches, of which a compressor makes less, and faster.
 */
function openingOf(position: number, attributes: string): Words {
  return new Words(`<c ${attributes} r="${columnLetters(position)}`);
}

function writeStart(opening: Words, row: Words, begin: Words, { view, used }: ByteChunks): number {
  return begin.write(view, row.write(view, opening.write(view, used)));
}

/** Whether a number written in decimal digits stays what it is in a cell; zeros after the point's last digit may go. */
function isExactNumber(source: Uint8Array, start: number, end: number): boolean {
  const form = numberForm(source, start, end);
  if (form !== 'integer' && form !== 'fraction') return false;
  const digits = source[start] === MINUS ? end - start - 1 : end - start;
  if (digits <= SPREADSHEET_MAX_DIGITS || form === 'integer') return digits <= SPREADSHEET_MAX_DIGITS;
  return significantDigits(textOf(source, start, end)) <= SPREADSHEET_MAX_DIGITS;
}

function isFiniteNumber(source: Uint8Array, start: number, end: number): boolean {
  const form = end - start < SHORT_FLOAT_BYTES ? numberForm(source, start, end) : 'none';
  if (form === 'integer' || form === 'fraction') return true;
  return end > start && Number.isFinite(Number(textOf(source, start, end)));
}
