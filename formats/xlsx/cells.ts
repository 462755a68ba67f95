import type { FileColumn } from '../../core/domain/export-plan.ts';
import { SPREADSHEET_MAX_DIGITS, significantDigits } from '../../core/domain/format-limits.ts';
import { dayOf, wallTimeOf } from '../wall-time.ts';
import { decimalStyle, style } from './styles.ts';
import { xmlText } from './xml-text.ts';

/** The element of a cell that is not NULL, in the row with this number. */
export type CellWriter = (cell: string, row: string) => string;

/** Days from Excel's day 0, 1899-12-30, to 1970-01-01. */
const EPOCH_SERIAL = 25_569;
/** 1900-03-01: Excel believes in a 1900-02-29, so days before are counted in another way. */
const FIRST_SERIAL = 61;
/** 9999-12-31. */
const LAST_SERIAL = 2_958_465;
const MICROSECONDS_PER_DAY = 86_400_000_000;
const SPACE = 0x20;

/** How the values of the column at a position, from 0, become cells. What a type's cell cannot hold exactly stays text. */
export function cellWriter(columns: readonly FileColumn[], position: number): CellWriter {
  const column = columns[position];
  const opening = `<c r="${columnLetters(position)}`;
  const number = (styleId: number) => `" s="${styleId}"><v>`;
  const text = textWriter(position, style.text);

  switch (column?.type) {
    case 'integer':
    case 'decimal': {
      const start = number(column.type === 'integer' ? style.integer : decimalStyle(columns, column.scale));
      return (cell, row) => (isExactNumber(cell) ? `${opening}${row}${start}${cell}</v></c>` : text(cell, row));
    }
    case 'float': {
      const start = number(style.general);
      return (cell, row) => (isFiniteNumber(cell) ? `${opening}${row}${start}${cell}</v></c>` : text(cell, row));
    }
    case 'boolean': {
      const start = `" s="${style.boolean}" t="b"><v>`;
      return (cell, row) => {
        if (cell !== 'true' && cell !== 'false') return text(cell, row);
        return `${opening}${row}${start}${cell === 'true' ? 1 : 0}</v></c>`;
      };
    }
    case 'date': {
      const start = number(style.date);
      return (cell, row) => {
        const serial = (dayOf(cell) ?? Number.NaN) + EPOCH_SERIAL;
        return isSerial(serial) ? `${opening}${row}${start}${serial}</v></c>` : text(cell, row);
      };
    }
    case 'timestamp': {
      const whole = number(style.timestamp);
      const fine = number(style.fineTimestamp);
      return (cell, row) => {
        const time = wallTimeOf(cell);
        if (time === undefined || !isSerial(time.day + EPOCH_SERIAL)) return text(cell, row);
        const serial = time.day + EPOCH_SERIAL + time.microsecondsOfDay / MICROSECONDS_PER_DAY;
        const start = time.microsecondsOfDay % 1_000_000 === 0 ? whole : fine;
        return `${opening}${row}${start}${serial}</v></c>`;
      };
    }
    default:
      return text;
  }
}

/** Cells of text, with one of the styles. */
export function textWriter(position: number, styleId: number): CellWriter {
  const opening = `<c r="${columnLetters(position)}`;
  const start = `" s="${styleId}" t="inlineStr"><is><t>`;
  // Without the attribute, readers may drop white space at the ends.
  const preservingStart = `" s="${styleId}" t="inlineStr"><is><t xml:space="preserve">`;
  return (cell, row) => {
    const hasBareEnds = cell.charCodeAt(0) <= SPACE || cell.charCodeAt(cell.length - 1) <= SPACE;
    return `${opening}${row}${hasBareEnds ? preservingStart : start}${xmlText(cell)}</t></is></c>`;
  };
}

/** A, B ... Z, AA ... of the column at a position from 0. */
export function columnLetters(position: number): string {
  const letter = String.fromCharCode(0x41 + (position % 26));
  return position < 26 ? letter : columnLetters(Math.floor(position / 26) - 1) + letter;
}

/** Whether a number written in decimal digits stays what it is in a cell; zeros after the point's last digit may go. */
function isExactNumber(cell: string): boolean {
  if (!/^-?(?:0|[1-9]\d*)(?:\.\d+)?$/.test(cell)) return false;
  return cell.length <= SPREADSHEET_MAX_DIGITS || significantDigits(cell) <= SPREADSHEET_MAX_DIGITS;
}

function isFiniteNumber(cell: string): boolean {
  return cell !== '' && Number.isFinite(Number(cell));
}

function isSerial(day: number): boolean {
  return day >= FIRST_SERIAL && day <= LAST_SERIAL;
}
