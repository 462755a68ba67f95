const COPY_DATA = 'd'.charCodeAt(0);
const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;
const HEADER_BYTES = 5;

/**
 * Separates what PostgreSQL sends during COPY TO STDOUT: rows become the file's bytes, every other message is passed on
 * untouched. The server sends each row as one CopyData message that ends with a line feed, so messages are rows, and
 * line feeds inside values are never mistaken for the end of one.
 *
 * It works in the received buffer itself, with one move per row and no allocation: dropping the five header bytes makes
 * room. Records must end with CR LF, so the CR takes the place of the final LF, and the LF follows in the room of the next
 * message's header. What is written thus never overtakes what has been read.
 *
 * @see https://www.postgresql.org/docs/current/protocol-message-formats.html
 */
export class CopyDataFilter {
  /** Rows whose bytes were given out completely. */
  rows = 0;
  readonly #passOn: (bytes: Buffer) => void;
  readonly #header = Buffer.alloc(HEADER_BYTES);
  #headerFilled = 0;
  #payloadLeft = 0;
  #inRow = false;
  #owesLineFeed = false;

  /** @param passOn takes the bytes of all other messages, in order */
  constructor(passOn: (bytes: Buffer) => void) {
    this.#passOn = passOn;
  }

  /**
   * @param input received bytes; they are overwritten
   * @returns the file's bytes among them: the beginning of `input`
   * @throws Error when a message is not a row of text
   */
  push(input: Buffer): Buffer {
    let read = 0;
    let write = 0;
    while (read < input.length) {
      if (this.#payloadLeft === 0) {
        read = this.#readHeader(input, read);
        if (this.#owesLineFeed) {
          input[write++] = LINE_FEED;
          this.rows++;
          this.#owesLineFeed = false;
        }
        continue;
      }
      const end = Math.min(read + this.#payloadLeft, input.length);
      this.#payloadLeft -= end - read;
      if (this.#inRow) {
        if (write !== read) input.copyWithin(write, read, end);
        write += end - read;
        if (this.#payloadLeft === 0) this.#endRow(input, write);
      } else {
        this.#passOn(input.subarray(read, end));
      }
      read = end;
    }
    return input.subarray(0, write);
  }

  /** @returns the position after the part of the header that `input` has */
  #readHeader(input: Buffer, position: number): number {
    const taken = Math.min(HEADER_BYTES - this.#headerFilled, input.length - position);
    for (let index = 0; index < taken; index++) this.#header[this.#headerFilled++] = input[position + index] ?? 0;
    if (this.#headerFilled === HEADER_BYTES) {
      this.#headerFilled = 0;
      this.#inRow = this.#header[0] === COPY_DATA;
      // The length counts itself, but not the type.
      this.#payloadLeft = this.#header.readUInt32BE(1) - 4;
      if (!this.#inRow) this.#passOn(Buffer.from(this.#header));
    }
    return position + taken;
  }

  #endRow(input: Buffer, end: number): void {
    if (input[end - 1] !== LINE_FEED) throw new Error('A CopyData message does not end with a line feed');
    input[end - 1] = CARRIAGE_RETURN;
    this.#owesLineFeed = true;
  }
}
