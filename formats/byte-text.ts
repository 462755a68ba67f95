/** Longer ones are worth a call of the engine's own copying. */
const SHORT_BYTES = 64;
const ZERO = 0x30;

export function bytesOf(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

/** What cells of booleans hold. */
export const trueBytes = bytesOf('true');
export const falseBytes = bytesOf('false');

/** Whether just these bytes stand between two positions. */
export function isBytes(source: Uint8Array, start: number, end: number, bytes: Uint8Array): boolean {
  if (end - start !== bytes.length) return false;
  for (let index = 0; index < bytes.length; index += 1) if (source[start + index] !== bytes[index]) return false;
  return true;
}

/** Copies bytes. @returns the position after them in `out`, as all writers do */
export function writeBytes(source: Uint8Array, start: number, end: number, out: Uint8Array, at: number): number {
  if (end - start > SHORT_BYTES) {
    out.set(source.subarray(start, end), at);
    return at + end - start;
  }
  let written = at;
  for (let position = start; position < end; position += 1) {
    out[written] = source[position] ?? 0;
    written += 1;
  }
  return written;
}

/** A text that is written often, eight bytes at a time: as doubles, which UTF-8 never makes NaN, so that no bit of theirs changes. */
export class Words {
  readonly #view: DataView;
  readonly #bytes: Uint8Array;
  readonly #words: Float64Array;
  #length: number;
  #wordsUsed: number;

  constructor(text: string) {
    const bytes = bytesOf(text);
    this.#length = bytes.length;
    this.#wordsUsed = Math.ceil(bytes.length / 8);
    this.#bytes = new Uint8Array(8 * this.#wordsUsed);
    this.#bytes.set(bytes);
    this.#view = new DataView(this.#bytes.buffer);
    this.#words = new Float64Array(this.#wordsUsed);
    this.#readWords();
  }

  /** In bytes. */
  get length(): number {
    return this.#length;
  }

  /** Becomes the digits of a number, which has no more than the text it was made of has characters. */
  setInteger(value: number): void {
    this.#length = writeInteger(value, this.#bytes, 0);
    this.#wordsUsed = (this.#length + 7) >> 3;
    this.#readWords();
  }

  /** Writes the text, and up to seven bytes after it that mean nothing. @returns the position after the text */
  write(out: DataView, at: number): number {
    const words = this.#words;
    for (let index = 0; index < this.#wordsUsed; index += 1) out.setFloat64(at + 8 * index, words[index] ?? 0, true);
    return at + this.#length;
  }

  #readWords(): void {
    for (let index = 0; index < this.#wordsUsed; index += 1)
      this.#words[index] = this.#view.getFloat64(8 * index, true);
  }
}

/** Writes a text of ASCII characters. */
export function writeAscii(text: string, out: Uint8Array, at: number): number {
  for (let index = 0; index < text.length; index += 1) out[at + index] = text.charCodeAt(index);
  return at + text.length;
}

/** Writes digits of an integer that is not negative. */
export function writeInteger(value: number, out: Uint8Array, at: number): number {
  let digits = 1;
  for (let bound = 10; value >= bound; bound *= 10) digits += 1;
  let left = value;
  for (let position = at + digits - 1; position >= at; position -= 1) {
    const tenth = Math.floor(left / 10);
    out[position] = ZERO + left - 10 * tenth;
    left = tenth;
  }
  return at + digits;
}

/** By byte, 1 where it need not be looked at. */
export type PlainBytes = Uint8Array;

/** All bytes but these. */
export function plainBytes(others: readonly number[]): PlainBytes {
  const plain = new Uint8Array(256).fill(1);
  for (const byte of others) plain[byte] = 0;
  return plain;
}

/** The most bytes that text takes if each byte that is not plain becomes so many. */
export function mostEscapedBytes(
  source: Uint8Array,
  start: number,
  end: number,
  plain: PlainBytes,
  bytesPerOther: number,
): number {
  let others = 0;
  for (let position = start; position < end; position += 1) others += 1 - (plain[source[position] ?? 0] ?? 0);
  return end - start + others * (bytesPerOther - 1);
}

/** The text, for what happens too rarely to be done in bytes. */
export function textOf(source: Uint8Array, start: number, end: number): string {
  return Buffer.from(source.buffer, source.byteOffset, source.byteLength).toString('utf8', start, end);
}

/** UTF-16 code units of the text, as JavaScript and Excel count characters. */
export function utf16Length(source: Uint8Array, start: number, end: number): number {
  let units = 0;
  for (let position = start; position < end; position += 1) {
    const byte = source[position] ?? 0;
    // What continues a character counts nothing; what begins one of four bytes, two.
    if (byte < 0x80 || byte >= 0xc0) units += byte >= 0xf0 ? 2 : 1;
  }
  return units;
}
