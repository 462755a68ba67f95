import type { FileColumn } from '../../core/domain/export-plan.ts';
import { SPREADSHEET_MAX_DIGITS, significantDigits } from '../../core/domain/format-limits.ts';
import type { ByteChunks } from '../byte-chunks.ts';
import { falseBytes, isBytes, textOf, trueBytes, Words, writeBytes, writeInteger, writeNumber } from '../byte-text.ts';
import { numberForm } from '../number-text.ts';
import { dayOf, wallTimeOf } from '../wall-time.ts';
import { decimalStyle, style } from './styles.ts';
import { writeXmlText } from './xml-text.ts';

/**
 * Writes the element of a cell that is not NULL.
 * @param source the cell's text is UTF-8 between `start` and `end` of it
 * @param row the digits of the row's number
 */
export type CellWriter = (source: Uint8Array, start: number, end: number, row: Words, out: ByteChunks) => void;

/** What an element takes at most beyond its text. */
export const MAX_ELEMENT_BYTES = 96;

/** Days from Excel's day 0, 1899-12-30, to 1970-01-01. */
const EPOCH_SERIAL = 25_569;
/** 1900-03-01: Excel believes in a 1900-02-29, so days before are counted in another way. */
const FIRST_SERIAL = 61;
/** 9999-12-31. */
const LAST_SERIAL = 2_958_465;
const MICROSECONDS_PER_DAY = 86_400_000_000;
const SPACE = 0x20;
const MINUS = 0x2d;
/** Floats of so few digits are finite. */
const SHORT_FLOAT_BYTES = 300;

/** How the values of the column at a position, from 0, become cells. What a type's cell cannot hold exactly stays text. */
export function cellWriter(columns: readonly FileColumn[], position: number): CellWriter {
  const column = columns[position];
  const opening = new Words(`<c r="${columnLetters(position)}`);
  const number = (styleId: number) => new Words(`" s="${styleId}"><v>`);
  const text = textWriter(position, style.text);

  switch (column?.type) {
    case 'integer':
    case 'decimal': {
      const begin = number(column.type === 'integer' ? style.integer : decimalStyle(columns, column.scale));
      return (source, start, end, row, out) => {
        if (!isExactNumber(source, start, end)) return text(source, start, end, row, out);
        const at = writeStart(opening, row, begin, out);
        out.used = valueEnd.write(out.view, writeBytes(source, start, end, out.bytes, at));
      };
    }
    case 'float': {
      const begin = number(style.general);
      return (source, start, end, row, out) => {
        if (!isFiniteNumber(source, start, end)) return text(source, start, end, row, out);
        const at = writeStart(opening, row, begin, out);
        out.used = valueEnd.write(out.view, writeBytes(source, start, end, out.bytes, at));
      };
    }
    case 'boolean': {
      const begin = new Words(`" s="${style.boolean}" t="b"><v>`);
      return (source, start, end, row, out) => {
        const isTrue = isBytes(source, start, end, trueBytes);
        if (!isTrue && !isBytes(source, start, end, falseBytes)) return text(source, start, end, row, out);
        const at = writeStart(opening, row, begin, out);
        out.used = valueEnd.write(out.view, writeInteger(isTrue ? 1 : 0, out.bytes, at));
      };
    }
    case 'date': {
      const begin = number(style.date);
      return (source, start, end, row, out) => {
        const serial = dayOf(source, start, end) + EPOCH_SERIAL;
        if (!isSerial(serial)) return text(source, start, end, row, out);
        const at = writeStart(opening, row, begin, out);
        out.used = valueEnd.write(out.view, writeInteger(serial, out.bytes, at));
      };
    }
    case 'timestamp': {
      const whole = number(style.timestamp);
      const fine = number(style.fineTimestamp);
      return (source, start, end, row, out) => {
        const time = wallTimeOf(source, start, end);
        if (time === undefined || !isSerial(time.day + EPOCH_SERIAL)) return text(source, start, end, row, out);
        const serial = time.day + EPOCH_SERIAL + time.microsecondsOfDay / MICROSECONDS_PER_DAY;
        const at = writeStart(opening, row, time.microsecondsOfDay % 1_000_000 === 0 ? whole : fine, out);
        out.used = valueEnd.write(out.view, writeNumber(serial, out.bytes, at));
      };
    }
    default:
      return text;
  }
}

/** Cells of text, with one of the styles. */
export function textWriter(position: number, styleId: number): CellWriter {
  const opening = new Words(`<c r="${columnLetters(position)}`);
  const begin = new Words(`" s="${styleId}" t="inlineStr"><is><t>`);
  // Without the attribute, readers may drop white space at the ends.
  const preservingBegin = new Words(`" s="${styleId}" t="inlineStr"><is><t xml:space="preserve">`);
  return (source, start, end, row, out) => {
    const hasBareEnds = end > start && ((source[start] ?? 0) <= SPACE || (source[end - 1] ?? 0) <= SPACE);
    const at = writeStart(opening, row, hasBareEnds ? preservingBegin : begin, out);
    out.used = textEnd.write(out.view, writeXmlText(source, start, end, out.bytes, at));
  };
}

/** A, B ... Z, AA ... of the column at a position from 0. */
export function columnLetters(position: number): string {
  const letter = String.fromCharCode(0x41 + (position % 26));
  return position < 26 ? letter : columnLetters(Math.floor(position / 26) - 1) + letter;
}

const valueEnd = new Words('</v></c>');
const textEnd = new Words('</t></is></c>');

/**
 * A cell says where it is: without, sheets would be a fifth smaller and still as the standard has them, but exceljs and others could not
 * read them.
 */
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

function isSerial(day: number): boolean {
  return day >= FIRST_SERIAL && day <= LAST_SERIAL;
}
