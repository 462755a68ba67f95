import type { Readable } from 'node:stream';
import { StringDecoder } from 'node:string_decoder';

/** Lines a {@link LineLog} remembers. */
const REMEMBERED_LINES = 1000;

/** Receives one line of output of a function or task, without its line break. */
export type LogLine = (source: string, line: string) => void;

/** The output of one function or task: every line goes to a sink, the latest thousand are kept to be looked at. */
export class LineLog {
  readonly #source: string;
  readonly #sink: LogLine;
  readonly #lines: string[] = [];

  constructor(source: string, sink: LogLine) {
    this.#source = source;
    this.#sink = sink;
  }

  /** The remembered lines, oldest first. */
  get lines(): readonly string[] {
    return this.#lines;
  }

  write(line: string): void {
    this.#lines.push(line);
    if (this.#lines.length > REMEMBERED_LINES) this.#lines.shift();
    this.#sink(this.#source, line);
  }

  /** Writes everything `output` brings, line by line; a last line without a break is written when it ends. */
  follow(output: Readable): void {
    const decoder = new StringDecoder('utf8');
    let rest = '';
    output.on('data', (chunk: Buffer) => {
      const lines = (rest + decoder.write(chunk)).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) this.write(line.replace(/\r$/, ''));
    });
    output.on('close', () => {
      if (rest !== '') this.write(rest);
      rest = '';
    });
  }
}
