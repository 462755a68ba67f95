import type { GrowingBytes } from '../growing-bytes.ts';

const HASH_BITS = 15;
const HASH_MASK = (1 << HASH_BITS) - 1;
const FNV_OFFSET = 0x811c_9dc5;
const FNV_PRIME = 0x0100_0193;

/** After so many values it is clear whether they repeat. */
const TRIED_VALUES = 1000;
const MOST_DISTINCT_OF_TRIED = 0.9;

/** Which of a column's values are the same, as long as it looks as if many were. */
export class ValueDictionary {
  /** By value, its number in the dictionary. */
  readonly indexes: Uint16Array;
  /** By number, where the value first stood, and how many bytes it has. */
  readonly starts: Int32Array;
  readonly lengths: Int32Array;
  /** Of all distinct values. */
  bytes = 0;
  size = 0;
  #values = 0;
  #isGivenUp = false;
  /** By hash, one more than a value's number; what is taken is followed by the next place. */
  readonly #slots = new Uint16Array(1 << HASH_BITS);

  /** @param most values, fewer than there are slots */
  constructor(most: number) {
    this.indexes = new Uint16Array(most);
    this.starts = new Int32Array(most);
    this.lengths = new Int32Array(most);
  }

  /** Whether all values are in it. */
  get isComplete(): boolean {
    return !this.#isGivenUp;
  }

  add({ bytes }: GrowingBytes, start: number, end: number): void {
    if (this.#isGivenUp) return;
    let slot = hashOf(bytes, start, end) & HASH_MASK;
    let found = this.#slots[slot] ?? 0;
    while (found !== 0 && !this.#isSame(found - 1, bytes, start, end)) {
      slot = (slot + 1) & HASH_MASK;
      found = this.#slots[slot] ?? 0;
    }
    if (found === 0) {
      this.starts[this.size] = start;
      this.lengths[this.size] = end - start;
      this.bytes += end - start;
      this.size += 1;
      found = this.size;
      this.#slots[slot] = found;
    }
    this.indexes[this.#values] = found - 1;
    this.#values += 1;
    if (this.#values === TRIED_VALUES) this.#isGivenUp = this.size > MOST_DISTINCT_OF_TRIED * TRIED_VALUES;
  }

  clear(): void {
    if (this.size > 0) this.#slots.fill(0);
    this.bytes = 0;
    this.size = 0;
    this.#values = 0;
    this.#isGivenUp = false;
  }

  #isSame(index: number, bytes: Uint8Array, start: number, end: number): boolean {
    if (this.lengths[index] !== end - start) return false;
    const other = this.starts[index] ?? 0;
    for (let offset = end - start - 1; offset >= 0; offset -= 1) {
      if (bytes[other + offset] !== bytes[start + offset]) return false;
    }
    return true;
  }
}

/** @see http://www.isthe.com/chongo/tech/comp/fnv/ FNV-1a, its high bits folded into the low ones */
function hashOf(bytes: Uint8Array, start: number, end: number): number {
  let hash = FNV_OFFSET;
  for (let position = start; position < end; position += 1) {
    hash = Math.imul(hash ^ (bytes[position] ?? 0), FNV_PRIME);
  }
  return hash ^ (hash >>> HASH_BITS);
}
