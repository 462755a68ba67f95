const QUOTE = 0x22;
const LINE_FEED = 0x0a;

/**
 * Counts the records of csv or tsv bytes; a line feed within quotes ends none. Whatever the delimiter is, quotes stand
 * only around a field and doubled within it.
 */
export class RecordCounter {
  #count = 0;
  #inQuotes = false;
  #inRecord = false;

  push(bytes: Uint8Array): void {
    for (const byte of bytes) {
      // A doubled quote closes and opens again, so it needs no rule of its own.
      if (byte === QUOTE) this.#inQuotes = !this.#inQuotes;
      if (byte === LINE_FEED && !this.#inQuotes) {
        this.#count++;
        this.#inRecord = false;
      } else {
        this.#inRecord = true;
      }
    }
  }

  /** Includes a last record whose line end is missing. */
  get count(): number {
    return this.#count + (this.#inRecord ? 1 : 0);
  }
}
