import type { Cell, ColumnType } from '../../core/domain/report.ts';
import { printable } from './printable.ts';

/** Shown for NULL; an empty text shows nothing. */
export const NULL_TEXT = '\u2013';

const MINUTE = /^(-?\d+-\d\d-\d\d)T(\d\d:\d\d)/;

/** A cell as it is printed. */
export interface PrintedCell {
  readonly text: string;
  readonly isNull: boolean;
}

export function printedCell(cell: Cell, type: ColumnType): PrintedCell {
  return cell === null ? { text: NULL_TEXT, isNull: true } : { text: cellText(cell, type), isNull: false };
}

/**
 * A value as it is printed: numbers digit by digit as they are, timestamps to the minute without the offset (the zone stands
 * in the heading), booleans as yes and no.
 */
export function cellText(cell: string, type: ColumnType): string {
  switch (type) {
    case 'timestamp': {
      const [, day, minute] = MINUTE.exec(cell) ?? [];
      return day === undefined ? cell : `${day} ${minute}`;
    }
    case 'boolean':
      return cell === 'true' ? 'yes' : 'no';
    default:
      return printable(cell);
  }
}

/** Whether a column's values stand below each other by their last digit. */
export function isNumeric(type: ColumnType): boolean {
  return type === 'integer' || type === 'decimal' || type === 'float';
}

/** Whether a column's values may be broken over lines to save width: those that are not read as one. */
export function mayWrap(type: ColumnType): boolean {
  return type === 'text' || type === 'enum' || type === 'json';
}
