import { EACH_BYTE, firstHighBit, HIGH_BITS } from '../../core/domain/byte-word.ts';
import type { CellBytes } from '../../core/domain/cell-batch.ts';
import { type PlainBytes, plainBytes, writeAscii } from '../byte-text.ts';

const TAB = 0x09;
const LINE_FEED = 0x0a;
const SPACE = 0x20;
const NUMBER_SIGN = 0x23;
const AMPERSAND = 0x26;
/** `<`, and `>` but for one bit. */
const ANGLE = 0x3c;
const UNDERSCORE = 0x5f;
const LETTER_X = 0x78;

const entities = new Map([
  ['&', '&amp;'],
  ['<', '&lt;'],
  ['>', '&gt;'],
]);

/** The longest of what one byte may become: `_x0001_`. */
export const MAX_BYTES_PER_BYTE = 7;

/** U+FFFE and U+FFFF are these bytes and a third. */
const NONCHARACTER = [0xef, 0xbf, 0xbe] as const;

/** What XML 1.0 cannot hold even as a character reference, and CR, which its readers turn into LF. */
const unholdable = Array.from({ length: SPACE }, (_, byte) => byte).filter(
  (byte) => byte !== TAB && byte !== LINE_FEED,
);

/** All that neither must be written differently nor could begin what must. */
export const plainInXml: PlainBytes = plainBytes([
  ...unholdable,
  ...[...entities.keys()].map(codeOf),
  UNDERSCORE,
  NONCHARACTER[0],
]);

const entityOf: readonly (string | undefined)[] = Array.from({ length: 0x80 }, (_, byte) =>
  entities.get(String.fromCharCode(byte)),
);

/** By byte, what stands for it; an underscore is replaced only where it would begin an escape. */
const replacements: readonly string[] = Array.from({ length: 0x80 }, (_, byte) => {
  return entityOf[byte] ?? escapeOf(byte);
});

/**
 * Writes UTF-8 as the content of an element: markup as entities, characters that XML cannot hold as `_xHHHH_`, and so an
 * underscore that would begin an escape of them, be it by the text's own characters or because the next one is escaped too.
 * @see ECMA-376 Part 1, 22.9.2.19, ST_Xstring
 */
export function writeXmlText(source: Uint8Array, start: number, end: number, out: Uint8Array, at: number): number {
  let written = at;
  for (let position = start; position < end; position += 1) {
    const byte = source[position] ?? 0;
    if (plainInXml[byte] === 1 || !isReplaced(source, position, end)) {
      out[written] = byte;
      written += 1;
    } else if (byte === NONCHARACTER[0]) {
      written = writeAscii(escapeOf(source[position + 2] === NONCHARACTER[2] ? 0xfffe : 0xffff), out, written);
      position += 2;
    } else {
      written = writeAscii(replacements[byte] ?? '', out, written);
    }
  }
  return written;
}

/** What {@link writeSimpleXmlText} gives for a text that it leaves to {@link writeXmlText}. */
export const NOT_SIMPLE = -1;

/** All but the bit that tells `<` and `>` apart. */
const BUT_ANGLES = 0xfd * EACH_BYTE;

/**
 * Writes UTF-8 in which nothing needs more than entities, nor would look like one once it is read, four bytes at a time as long as
 * there is nothing to look at.
 * @returns the position after it; {@link NOT_SIMPLE} if there is more to it, and then what was written means nothing
 */
export function writeSimpleXmlText(
  { bytes, view }: CellBytes,
  start: number,
  end: number,
  out: CellBytes,
  at: number,
): number {
  const target = out.view;
  const lastWord = end - 4;
  let position = start;
  let written = at;
  for (;;) {
    while (position <= lastWord) {
      const word = view.getInt32(position, true);
      target.setInt32(written, word, true);
      const ampersands = word ^ (AMPERSAND * EACH_BYTE);
      const angles = (word & BUT_ANGLES) ^ (ANGLE * EACH_BYTE);
      const underscores = word ^ (UNDERSCORE * EACH_BYTE);
      const nonCharacters = word ^ (NONCHARACTER[0] * EACH_BYTE);
      const found =
        (((word - SPACE * EACH_BYTE) & ~word) |
          ((ampersands - EACH_BYTE) & ~ampersands) |
          ((angles - EACH_BYTE) & ~angles) |
          ((underscores - EACH_BYTE) & ~underscores) |
          ((nonCharacters - EACH_BYTE) & ~nonCharacters)) &
        HIGH_BITS;
      if (found !== 0) {
        const before = firstHighBit(found);
        position += before;
        written += before;
        break;
      }
      position += 4;
      written += 4;
    }
    if (position >= end) return written;
    const byte = bytes[position] ?? 0;
    if (plainInXml[byte] === 1 || !isReplaced(bytes, position, end)) {
      out.bytes[written] = byte;
      written += 1;
    } else {
      const entity = entityOf[byte];
      if (entity === undefined || (byte === AMPERSAND && mayBeginReference(bytes, position + 1, end)))
        return NOT_SIMPLE;
      written = writeAscii(entity, out.bytes, written);
    }
    position += 1;
  }
}

/** As {@link writeXmlText}, for what is written once. */
export function xmlText(text: string): string {
  const source = new TextEncoder().encode(text);
  const out = new Uint8Array(MAX_BYTES_PER_BYTE * source.length);
  return new TextDecoder('utf-8', { ignoreBOM: true }).decode(
    out.subarray(0, writeXmlText(source, 0, source.length, out, 0)),
  );
}

/** Whether what follows an ampersand could make a reference with it, such as `&amp;`, which exceljs would resolve a second time. */
function mayBeginReference(source: Uint8Array, position: number, end: number): boolean {
  if (position === end) return false;
  const byte = source[position] ?? 0;
  const letter = byte | 0x20;
  return byte === NUMBER_SIGN || (letter >= 0x61 && letter <= 0x7a);
}

/** Of a byte that is not plain, whether it is written differently where it stands. */
function isReplaced(source: Uint8Array, position: number, end: number): boolean {
  const byte = source[position];
  if (byte === UNDERSCORE) return beginsEscape(source, position, end);
  return byte !== NONCHARACTER[0] || isNoncharacter(source, position, end);
}

/** Whether `x`, four hexadecimal digits and an underscore follow, or in its place what will begin with one. */
function beginsEscape(source: Uint8Array, underscore: number, end: number): boolean {
  const last = underscore + 6;
  if (last >= end || source[underscore + 1] !== LETTER_X) return false;
  for (let position = underscore + 2; position < last; position += 1) {
    if (!isHexadecimal(source[position] ?? 0)) return false;
  }
  const byte = source[last] ?? 0;
  return byte === UNDERSCORE || unholdable.includes(byte) || isNoncharacter(source, last, end);
}

function isNoncharacter(source: Uint8Array, position: number, end: number): boolean {
  const [first, second, third] = NONCHARACTER;
  if (position + 2 >= end || source[position] !== first || source[position + 1] !== second) return false;
  return source[position + 2] === third || source[position + 2] === third + 1;
}

function isHexadecimal(byte: number): boolean {
  const letter = byte | 0x20;
  return (byte >= 0x30 && byte <= 0x39) || (letter >= 0x61 && letter <= 0x66);
}

function escapeOf(code: number): string {
  return `_x${code.toString(16).toUpperCase().padStart(4, '0')}_`;
}

function codeOf(character: string): number {
  return character.charCodeAt(0);
}
