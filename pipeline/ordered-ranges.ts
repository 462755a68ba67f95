import { ExportFailedError } from '../core/domain/errors.ts';
import type { KeyRange, RangeReader } from '../core/ports/export-source.ts';
import type { RunLog } from './run-dependencies.ts';

/** Rows of one range that follow each other. What is made of it holds until the next one is asked for. */
export interface Batch {
  readonly data: Uint8Array;
  readonly rows: number;
}

/** A range is given out whole, unless it is larger than this: then it waits for its turn, and can no longer be read again. */
const HELD_BYTES = 8 * 1024 * 1024;

/** What may come in one chunk without a batch having to move. */
const CHUNK_BYTES = 256 * 1024;

/** How often one range is read. */
const MAX_TRIES = 3;

export interface OrderedRangesOptions<Prepared> {
  readonly ranges: readonly KeyRange[];
  /** The first reader. */
  readonly holder: RangeReader;
  /** How many read at once, the holder included. */
  readonly readers: number;
  readonly join: () => Promise<RangeReader>;
  /** What is done to each batch, several at once, before its turn comes. */
  readonly prepare: (batch: Batch) => Promise<Prepared>;
  readonly log: RunLog;
}

/** What is made of a batch, and the memory that the batch is in. */
interface Ready<Prepared> {
  readonly prepared: Promise<Prepared>;
  readonly buffer: Uint8Array;
}

/** A range on its way. */
interface Place<Prepared> {
  readonly index: number;
  tries: number;
  ready: Ready<Prepared>[];
  isRead: boolean;
  /** Something of it was given out. */
  isBegun: boolean;
  rowCount: number;
}

/**
 * Reads ranges with several readers at once and gives them out in their order, which a SHA-256 needs. Together the readers are no
 * further ahead than a range each, so what is held does not depend on the number of rows, and is held in buffers that are used
 * again. A range whose reader breaks is read again at the same snapshot, by one that joins anew or by those that are left.
 */
export class OrderedRanges<Prepared> implements AsyncIterable<Prepared> {
  readonly #options: OrderedRangesOptions<Prepared>;
  readonly #places: Place<Prepared>[];
  readonly #again: Place<Prepared>[] = [];
  readonly #open = new Set<RangeReader>();
  readonly #free: Uint8Array[] = [];
  #next = 0;
  /** The range whose turn it is. */
  #turn = 0;
  #failure: { readonly error: unknown } | undefined;
  #closed = false;
  #changed = Promise.withResolvers<void>();
  #reading: Promise<unknown> | undefined;

  constructor(options: OrderedRangesOptions<Prepared>) {
    this.#options = options;
    this.#places = options.ranges.map((_, index) => newPlace(index));
  }

  /** The source's own count of the rows of all ranges. */
  rowCount(): number {
    return this.#places.reduce((sum, { rowCount }) => sum + rowCount, 0);
  }

  /** @throws ExportFailedError what a reader threw, once nobody is left to read its range */
  async *[Symbol.asyncIterator](): AsyncGenerator<Prepared> {
    this.#reading ??= this.#readAll();
    for (const place of this.#places) {
      this.#turn = place.index;
      this.#change();
      while (!place.isRead || place.ready.length > 0) {
        const first = place.ready[0];
        if (first === undefined) {
          await this.#until(() => place.isRead || place.ready.length > 0);
          continue;
        }
        place.isBegun = true;
        const prepared = await first.prepared;
        place.ready.shift();
        this.#change();
        yield prepared;
        this.#free.push(first.buffer);
      }
    }
  }

  /** Ends all readers; safe at any time. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#change();
    await Promise.all([...this.#open, this.#options.holder].map((reader) => reader.close()));
    await this.#reading;
  }

  async #readAll(): Promise<void> {
    const { holder, readers } = this.#options;
    const loops = Array.from({ length: Math.min(readers, this.#places.length) }, (_, index) =>
      this.#readOn(index === 0 ? holder : undefined),
    );
    const errors = (await Promise.all(loops)).filter((error) => error !== undefined);
    if (this.#places.some(({ isRead }) => !isRead)) this.#fail(errors.at(-1));
  }

  /** One reader, and those that follow it when it breaks. @returns the error after which nobody followed */
  async #readOn(first: RangeReader | undefined): Promise<unknown> {
    let reader = first;
    while (!this.#isOver()) {
      let place: Place<Prepared> | undefined;
      try {
        reader ??= await this.#joined();
        place = await this.#nextPlace();
        if (place === undefined) return undefined;
        await this.#read(reader, place);
      } catch (error) {
        await reader?.close();
        if (this.#closed) return undefined;
        if (place === undefined) {
          this.#options.log.warn('a reader could not join', { error });
          return error;
        }
        if (!isWorthAnother(error, place)) {
          this.#fail(error);
          return error;
        }
        this.#options.log.warn('a range is read again', { range: place.index, error });
        Object.assign(place, newPlace(place.index), { tries: place.tries });
        this.#again.push(place);
        this.#change();
        reader = undefined;
      }
    }
    return undefined;
  }

  async #joined(): Promise<RangeReader> {
    const reader = await this.#options.join();
    this.#open.add(reader);
    if (this.#closed) await reader.close();
    return reader;
  }

  /** The range to read next, as soon as it may be read; undefined when there is nothing left to do. */
  async #nextPlace(): Promise<Place<Prepared> | undefined> {
    while (!this.#isOver()) {
      const again = this.#again.shift();
      if (again !== undefined) return again;
      const mayRead = this.#next <= this.#turn + this.#options.readers;
      if (mayRead && this.#next < this.#places.length) return this.#places[this.#next++];
      await this.#changed.promise;
    }
    return undefined;
  }

  #isOver(): boolean {
    return this.#closed || this.#failure !== undefined || this.#places.every(({ isRead }) => isRead);
  }

  async #read(reader: RangeReader, place: Place<Prepared>): Promise<void> {
    place.tries += 1;
    const stream = await reader.open(this.#options.ranges[place.index] ?? {});
    if (stream.kind !== 'bytes') throw new TypeError('Ranges are read as bytes');
    let buffer = this.#takeBuffer();
    let [rows, bytes] = [0, 0];
    const seal = () => {
      place.ready.push({ prepared: this.#prepared({ data: buffer.subarray(0, bytes), rows }), buffer });
      [rows, bytes] = [0, 0];
      this.#change();
    };
    for await (const { data, rows: ending } of stream.items) {
      if (bytes + data.length > buffer.length) buffer = enlarged(buffer, bytes, bytes + data.length);
      buffer.set(data, bytes);
      bytes += data.length;
      rows += ending;
      if (bytes < HELD_BYTES) continue;
      seal();
      await this.#until(() => this.#closed || (place.index === this.#turn && place.ready.length < 2));
      buffer = this.#takeBuffer();
    }
    if (bytes > 0) seal();
    else this.#free.push(buffer);
    place.rowCount = stream.rowCount();
    place.isRead = true;
    this.#change();
  }

  #prepared(batch: Batch): Promise<Prepared> {
    const prepared = this.#options.prepare(batch);
    // Whoever takes it hears of it; until then nobody listens.
    prepared.catch(() => {});
    return prepared;
  }

  #takeBuffer(): Uint8Array {
    return this.#free.pop() ?? new Uint8Array(HELD_BYTES + CHUNK_BYTES);
  }

  #fail(error: unknown): void {
    this.#failure ??= { error };
    this.#change();
  }

  #change(): void {
    this.#changed.resolve();
    this.#changed = Promise.withResolvers();
  }

  /** @throws the failure, if there was one meanwhile */
  async #until(isSo: () => boolean): Promise<void> {
    while (!isSo()) {
      if (this.#failure !== undefined) throw this.#failure.error;
      await this.#changed.promise;
    }
  }
}

function enlarged(buffer: Uint8Array, filled: number, needed: number): Uint8Array {
  const larger = new Uint8Array(needed);
  larger.set(buffer.subarray(0, filled));
  return larger;
}

function newPlace<Prepared>(index: number): Place<Prepared> {
  return { index, tries: 0, ready: [], isRead: false, isBegun: false, rowCount: 0 };
}

function isWorthAnother(error: unknown, place: { readonly tries: number; readonly isBegun: boolean }): boolean {
  return error instanceof ExportFailedError && error.retryable && !place.isBegun && place.tries < MAX_TRIES;
}
