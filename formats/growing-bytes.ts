const FIRST_BYTES = 4096;
/** Words may reach so far beyond the text that they hold. */
const SLACK_BYTES = 8;

/** Bytes of which nobody knows how many there will be. The memory is used again. */
export class GrowingBytes {
  bytes = new Uint8Array(FIRST_BYTES);
  /** Of the same bytes. */
  view = new DataView(this.bytes.buffer);
  used = 0;

  /** Makes room for so many more. */
  reserve(count: number): void {
    const needed = this.used + count + SLACK_BYTES;
    if (needed <= this.bytes.length) return;
    const larger = new Uint8Array(Math.max(2 * this.bytes.length, needed));
    larger.set(this.bytes.subarray(0, this.used));
    this.bytes = larger;
    this.view = new DataView(larger.buffer);
  }

  /** What has been written. */
  written(): Uint8Array {
    return this.bytes.subarray(0, this.used);
  }

  /** Forgets what was written; gives back the memory if that was much. */
  clear(keptBytes: number): void {
    this.used = 0;
    if (this.bytes.length <= keptBytes) return;
    this.bytes = new Uint8Array(FIRST_BYTES);
    this.view = new DataView(this.bytes.buffer);
  }
}
