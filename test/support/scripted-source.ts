import type { ByteChunk, ExportSource } from '../../core/ports/export-source.ts';
import { lentChunks } from './lent-chunks.ts';

/** A source that sends what a test wrote for it. */
export class ScriptedSource implements ExportSource {
  readonly #script: (signal: AbortSignal) => AsyncIterable<ByteChunk>;
  readonly #rowCount: number;
  opened = 0;
  closed = 0;

  /** @param rowCount what the source will claim to have sent */
  constructor(rowCount: number, script: (signal: AbortSignal) => AsyncIterable<ByteChunk>) {
    this.#rowCount = rowCount;
    this.#script = script;
  }

  async measure() {
    return { rows: this.#rowCount, exact: true };
  }

  async openRows(): Promise<never> {
    throw new TypeError('A scripted source has bytes only');
  }

  async share(): Promise<undefined> {}

  async join(): Promise<never> {
    throw new TypeError('A scripted source has no snapshot');
  }

  async open(_plan: unknown, signal: AbortSignal) {
    this.opened++;
    return {
      kind: 'bytes' as const,
      snapshot: { id: '7:7:', takenAt: Date.UTC(2026, 0, 2) },
      items: lentChunks(this.#script(signal)),
      rowCount: () => this.#rowCount,
      close: async () => {
        this.closed++;
      },
    };
  }
}

/** `rows` rows of 100 bytes each, ten to a chunk. */
export async function* hundredByteRows(rows: number): AsyncGenerator<ByteChunk> {
  for (let sent = 0; sent < rows; sent += 10) {
    const count = Math.min(10, rows - sent);
    yield { data: Buffer.from(`${'x'.repeat(98)}\r\n`.repeat(count)), rows: count };
  }
}

/** Never ends by itself. */
export function untilAborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    if (signal.aborted) reject(signal.reason);
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
}
