import type { Connection, Submittable } from 'pg';
import { giveBack } from '../../core/domain/give-back.ts';
import { CopyDataFilter } from './copy-data-filter.ts';

/** How much may wait for the consumer before the socket is paused. */
const HIGH_WATER_BYTES = 1024 * 1024;
/** How much a waiting consumer is woken for: each time costs the same, and the server sends no more than 8 KiB at once. */
const WORTH_WAKING_BYTES = 64 * 1024;

/** The rows received are not the rows that the server says it sent. */
export class CopyIncompleteError extends Error {
  override readonly name = 'CopyIncompleteError';
}

type DataListener = (bytes: Buffer) => void;

/**
 * COPY ... TO STDOUT, read straight off the connection: `client.query(new CopyStream(text))`, then iterate.
 *
 * While it runs it stands between the socket and pg's parser, which would make an object of every row. The parser still gets
 * every message but the rows, so notices, errors and the end of the command reach pg, and from it this query, as always.
 *
 * Chunks come as they have gathered. The socket is paused only while some wait, and resumed by taking them. A consumer that
 * reads to the end therefore always lets the server's last messages in; one that does not must close the connection.
 *
 * A chunk is the memory that the socket has read into, over TLS or not: Node.js makes an ArrayBuffer for each read, and nothing
 * else is in it. It is given back as soon as the next ones are asked for.
 */
export class CopyStream implements Submittable, AsyncIterable<readonly Uint8Array[]> {
  readonly #text: string;
  readonly #filter = new CopyDataFilter((bytes) => this.#passOn(bytes));
  #socket: Connection['stream'] | undefined;
  #parserListeners: DataListener[] = [];
  #chunks: Uint8Array[] = [];
  #waitingBytes = 0;
  #commandTag: string | undefined;
  #finished = false;
  #error: Error | undefined;
  #wake: (() => void) | undefined;

  constructor(text: string) {
    this.#text = text;
  }

  /** Whether the server has said that it is through with the command. */
  get finished(): boolean {
    return this.#finished;
  }

  /** The row count of the server's command tag, known at the end. */
  rowCount(): number {
    return Number(/^COPY (\d+)$/.exec(this.#commandTag ?? '')?.[1] ?? Number.NaN);
  }

  /** Ends the iteration with `error`. */
  fail(error: Error): void {
    if (!this.#finished) this.handleError(error);
  }

  /**
   * @throws Error of the connection or of the server
   * @throws CopyIncompleteError
   */
  async *[Symbol.asyncIterator](): AsyncGenerator<readonly Uint8Array[]> {
    for (;;) {
      if (this.#error) throw this.#error;
      const chunks = this.#chunks;
      if (chunks.length > 0) {
        this.#chunks = [];
        yield chunks;
        for (const chunk of chunks) {
          this.#waitingBytes -= chunk.length;
          giveBack(chunk);
        }
        if (this.#socket?.isPaused()) this.#socket.resume();
      } else if (this.#finished) {
        this.#checkRowCount();
        return;
      } else {
        await new Promise<void>((resolve) => {
          this.#wake = resolve;
        });
      }
    }
  }

  #checkRowCount(): void {
    if (this.rowCount() !== this.#filter.rows) {
      throw new CopyIncompleteError(
        `The server reports "${this.#commandTag}", but ${this.#filter.rows} rows were received`,
      );
    }
  }

  /** Called by pg when the connection is free, which means that its parser is between two messages. */
  submit(connection: Connection): void {
    const socket = connection.stream;
    this.#socket = socket;
    this.#parserListeners = socket.listeners('data') as DataListener[];
    for (const listener of this.#parserListeners) socket.off('data', listener);
    socket.on('data', this.#onData);
    connection.query(this.#text);
  }

  readonly #onData = (input: Buffer): void => {
    try {
      const data = this.#filter.push(input);
      if (data.length === 0) return;
      this.#chunks.push(data);
      this.#waitingBytes += data.length;
      if (this.#waitingBytes >= WORTH_WAKING_BYTES) this.#wake?.();
      if (this.#waitingBytes > HIGH_WATER_BYTES && !this.#finished) this.#socket?.pause();
    } catch (error) {
      this.handleError(error as Error);
    }
  };

  /** In a copy, because pg's parser keeps the beginning of a message whose end has not arrived. */
  #passOn(bytes: Buffer): void {
    for (const listener of this.#parserListeners) listener(Buffer.from(bytes));
  }

  #detach(): void {
    this.#socket?.off('data', this.#onData);
    for (const listener of this.#parserListeners) this.#socket?.on('data', listener);
    this.#socket?.resume();
    this.#socket = undefined;
  }

  handleError(error: Error): void {
    this.#error ??= error;
    this.#detach();
    this.#wake?.();
  }

  handleCommandComplete(message: { text: string }): void {
    this.#commandTag = message.text;
  }

  handleReadyForQuery(): void {
    this.#finished = true;
    this.#detach();
    this.#wake?.();
  }

  handleRowDescription(): void {}
  handleDataRow(): void {}
  handlePortalSuspended(): void {}
  handleEmptyQuery(): void {}
}
