import type { ExportId } from '../../core/domain/export-id.ts';

/** Digits of base64url, and digits that sort as what they stand for. */
const BASE64URL = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
const SORTABLE = '-0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz';

const PREFIX = 'exp_';
const UUID_GROUPS = /^(.{8})(.{4})(.{4})(.{4})(.{12})$/;

/**
 * An export's place in its line, as a sort key: its id's 16 bytes in 22 characters instead of 40, in the same order. A
 * line is read for its length, so what an item takes decides how far half a read unit reaches.
 */
export function placeOf(exportId: ExportId): string {
  const bytes = Buffer.from(exportId.slice(PREFIX.length).replaceAll('-', ''), 'hex');
  return translated(bytes.toString('base64url'), BASE64URL, SORTABLE);
}

/** The export that has this place. */
export function exportAt(place: string): ExportId {
  const hex = Buffer.from(translated(place, SORTABLE, BASE64URL), 'base64url').toString('hex');
  return `exp_${hex.replace(UUID_GROUPS, '$1-$2-$3-$4-$5')}`;
}

function translated(digits: string, from: string, to: string): string {
  return Array.from(digits, (digit) => to[from.indexOf(digit)]).join('');
}
