import type { ExportId } from '../../core/domain/export-id.ts';

/** Digits of base64url, by what they stand for; and sorted, so that what is written with them sorts as what it stands for. */
const DIGITS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
const SORTED_DIGITS = [...DIGITS].sort().join('');

/**
 * An export's place in its line, as a sort key: its id's 16 bytes in 22 characters instead of 40, in the same order. A
 * line is read for its length, so what an item takes decides how far half a read unit reaches.
 */
export function placeOf(exportId: ExportId): string {
  const bytes = Buffer.from(exportId.replace(/^exp_|-/g, ''), 'hex');
  return translated(bytes.toString('base64url'), DIGITS, SORTED_DIGITS);
}

/** The export that has this place. */
export function exportAt(place: string): ExportId {
  const hex = Buffer.from(translated(place, SORTED_DIGITS, DIGITS), 'base64url').toString('hex');
  return `exp_${hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-')}`;
}

function translated(digits: string, from: string, to: string): string {
  return digits.replace(/./g, (digit) => to[from.indexOf(digit)] ?? '');
}
