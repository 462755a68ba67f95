import { formulaStarts, skippedSpaces } from '../../core/domain/delimited.ts';
import { escapedBytes } from './copy-escapes.ts';

const TAB = 0x09;
const CARRIAGE_RETURN = 0x0d;
const BACKSLASH = 0x5c;
const SKIPPED = 1;
const START = 2;

/** By code unit: nothing outside of the first plane begins a formula or hides one. */
const meanings = new Uint8Array(0x1_0000);
for (const character of skippedSpaces) meanings[character.charCodeAt(0)] = SKIPPED;
for (const character of formulaStarts) meanings[character.charCodeAt(0)] = START;

/** By first byte of a cell, 1 where the cell may be a formula: so that almost all others are settled by one look. */
export const mayBeFormula = new Uint8Array(256);
mayBeFormula[BACKSLASH] = 1;
for (const character of [...formulaStarts, ...skippedSpaces]) mayBeFormula[Buffer.from(character)[0] ?? 0] = 1;

/**
 * Whether the cell of a COPY in text format that begins here is one that `neutralizeFormula` would put an apostrophe before. At its end
 * stands a tab or a line end, which within cells are escaped.
 */
export function isFormula(bytes: Uint8Array, start: number): boolean {
  let position = start;
  for (;;) {
    const byte = bytes[position] ?? 0;
    if (byte === TAB || byte === CARRIAGE_RETURN) return false;
    let code = byte;
    if (byte === BACKSLASH) {
      code = escapedBytes[bytes[position + 1] ?? 0] ?? 0;
      position += 2;
    } else if (byte < 0x80) {
      position += 1;
    } else if (byte < 0xe0) {
      code = ((byte & 0x1f) << 6) | continued(bytes, position + 1);
      position += 2;
    } else if (byte < 0xf0) {
      code = ((byte & 0x0f) << 12) | (continued(bytes, position + 1) << 6) | continued(bytes, position + 2);
      position += 3;
    } else {
      return false;
    }
    if (meanings[code] !== SKIPPED) return meanings[code] === START;
  }
}

/** The six bits of a byte that goes on with a character. */
function continued(bytes: Uint8Array, position: number): number {
  return (bytes[position] ?? 0) & 0x3f;
}
