import { createHash } from 'node:crypto';
import { setImmediate as immediately } from 'node:timers/promises';
import { ExportFailedError } from '../../core/domain/errors.ts';
import type { ExportPlan } from '../../core/domain/export-plan.ts';
import type {
  ByteChunk,
  ExportSource,
  KeyRange,
  OpenBytes,
  RangeReader,
  SnapshotHolder,
} from '../../core/ports/export-source.ts';

const SNAPSHOT = { id: '7:7:', takenAt: Date.UTC(2026, 0, 2) };

/** Each row's bytes. */
const ROW_BYTES = 64 * 1024;

/** Rows that can be read slice by slice under a snapshot, for as long as somebody holds it. */
export class SlicedSource implements ExportSource {
  /** Rows of each slice. */
  readonly #slices: readonly number[];
  readonly #isNoise: boolean;
  /** Runs before each chunk of a slice is sent. */
  beforeChunk: (slice: number, signal: AbortSignal) => Promise<void> | void = () => {};
  /** Whether the source can be shared at all. */
  sharable = true;
  readonly opened: number[] = [];
  #held = new Set<string>();
  #shared = 0;

  /** @param options.isNoise whether compression gains nothing */
  constructor(slices: readonly number[], options: { readonly isNoise?: boolean } = {}) {
    this.#slices = slices;
    this.#isNoise = options.isNoise ?? false;
  }

  get rows(): number {
    return this.#slices.reduce((sum, rows) => sum + rows, 0);
  }

  async measure() {
    return { rows: this.rows, exact: false };
  }

  async openRows(): Promise<never> {
    throw new TypeError('A sliced source has bytes only');
  }

  async open(_plan: ExportPlan, signal: AbortSignal): Promise<OpenBytes> {
    return this.#stream(this.#slices.keys(), this.rows, signal);
  }

  async share(_plan: ExportPlan, signal: AbortSignal): Promise<SnapshotHolder | undefined> {
    if (!this.sharable) return undefined;
    const name = `snapshot-${++this.#shared}`;
    this.#held.add(name);
    const [first, ...others] = this.#slices.map((_, index) => ({ from: String(index), to: String(index + 1) }));
    return {
      ...this.#reader(signal),
      name,
      ranges: async () => [first ?? {}, ...others],
      close: async () => {
        this.#held.delete(name);
      },
    };
  }

  async join(_plan: ExportPlan, name: string, signal: AbortSignal): Promise<RangeReader> {
    if (this.#held.has(name)) return this.#reader(signal);
    throw new ExportFailedError('source_unavailable', { retryable: true, cause: new Error('invalid snapshot') });
  }

  #reader(signal: AbortSignal): RangeReader {
    return { snapshot: SNAPSHOT, open: (range) => this.#openSlice(range, signal), close: async () => {} };
  }

  async #openSlice(range: KeyRange, signal: AbortSignal): Promise<OpenBytes> {
    const slice = Number(range.from ?? 0);
    this.opened.push(slice);
    return this.#stream([slice].values(), this.#slices[slice] ?? 0, signal);
  }

  async #stream(slices: Iterator<number>, rows: number, signal: AbortSignal): Promise<OpenBytes> {
    return {
      kind: 'bytes',
      snapshot: SNAPSHOT,
      items: this.#chunks(slices, signal),
      rowCount: () => rows,
      close: async () => {},
    };
  }

  async *#chunks(slices: Iterator<number>, signal: AbortSignal): AsyncGenerator<ByteChunk> {
    for (let next = slices.next(); !next.done; next = slices.next()) {
      for (let row = 0; row < (this.#slices[next.value] ?? 0); row += 1) {
        // As when bytes come from elsewhere, so that timers have their turn.
        await immediately();
        await this.beforeChunk(next.value, signal);
        signal.throwIfAborted();
        yield { data: this.#row(`${next.value},${row};`), rows: 1 };
      }
    }
  }

  #row(name: string): Buffer {
    if (!this.#isNoise) return Buffer.alloc(ROW_BYTES, name);
    return createHash('shake256', { outputLength: ROW_BYTES }).update(name).digest();
  }
}
