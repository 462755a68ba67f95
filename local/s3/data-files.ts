import { randomUUID } from 'node:crypto';
import { createReadStream, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { ByteRange } from './range.ts';
import type { Segment } from './stored-object.ts';

/** Larger reads cost no less per byte, and their buffers linger until the next garbage collection. */
const READ_SIZE_BYTES = 128 * 1024;

/**
 * The files that hold objects' bytes, under random names. A file belongs to an object or an upload from the moment a
 * record names it; one that none names is left over from a crash and removed when the folder is opened again.
 */
export class DataFiles {
  readonly #directory: string;
  readonly #readers = new Map<string, number>();
  readonly #discarded = new Set<string>();

  constructor(directory: string) {
    this.#directory = directory;
    mkdirSync(directory, { recursive: true });
  }

  newFile(): string {
    return randomUUID();
  }

  path(file: string): string {
    return join(this.#directory, file);
  }

  /** Runs `read` while the segments are kept on disk, so that a download outlives the deletion of its object. */
  async hold<T>(segments: readonly Segment[], read: () => Promise<T>): Promise<T> {
    for (const { file } of segments) this.#readers.set(file, (this.#readers.get(file) ?? 0) + 1);
    try {
      return await read();
    } finally {
      await Promise.all(segments.map(({ file }) => this.#release(file)));
    }
  }

  /** Streams a range across the segments; keep them with {@link hold} meanwhile. */
  async *read(segments: readonly Segment[], range: ByteRange): AsyncGenerator<Buffer> {
    let segmentStart = 0;
    for (const { file, sizeBytes } of segments) {
      const start = Math.max(range.first - segmentStart, 0);
      const end = Math.min(range.last - segmentStart, sizeBytes - 1);
      segmentStart += sizeBytes;
      if (start > end) continue;
      yield* createReadStream(this.path(file), { start, end, highWaterMark: READ_SIZE_BYTES });
    }
  }

  /** Removes segments that no record names any more, each once its last reader is done. */
  async discard(segments: readonly Segment[]): Promise<void> {
    await Promise.all(
      segments.map(async ({ file }) => {
        if (this.#readers.has(file)) this.#discarded.add(file);
        else await rm(this.path(file), { force: true });
      }),
    );
  }

  /** Removes every file that is not named. */
  collectGarbage(named: ReadonlySet<string>): void {
    for (const file of readdirSync(this.#directory)) if (!named.has(file)) rmSync(this.path(file));
  }

  async #release(file: string): Promise<void> {
    const readers = (this.#readers.get(file) ?? 1) - 1;
    if (readers > 0) {
      this.#readers.set(file, readers);
      return;
    }
    this.#readers.delete(file);
    if (this.#discarded.delete(file)) await rm(this.path(file), { force: true });
  }
}
