import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { StoredObject } from './stored-object.ts';

const TEMPORARY_SUFFIX = '.tmp';

/**
 * A bucket's objects by key, in memory and as one small JSON file each.
 *
 * Writes are synchronous on purpose: with nothing between the check of a condition and the rename that makes the write
 * durable, two conditional writes cannot both win, and a few hundred bytes take well under a millisecond.
 */
export class ObjectIndex {
  readonly #directory: string;
  readonly #objects = new Map<string, StoredObject>();
  #sortedKeys: readonly string[] | undefined;

  constructor(directory: string) {
    this.#directory = directory;
    mkdirSync(directory, { recursive: true });
    for (const name of readdirSync(directory)) {
      const path = join(directory, name);
      if (name.endsWith(TEMPORARY_SUFFIX)) {
        rmSync(path);
        continue;
      }
      const object = JSON.parse(readFileSync(path, 'utf8')) as StoredObject;
      this.#objects.set(object.key, object);
    }
  }

  get(key: string): StoredObject | undefined {
    return this.#objects.get(key);
  }

  values(): IterableIterator<StoredObject> {
    return this.#objects.values();
  }

  /** All keys in S3's order, that of their UTF-8 bytes. */
  sortedKeys(): readonly string[] {
    this.#sortedKeys ??= [...this.#objects.keys()].sort(compareUtf8);
    return this.#sortedKeys;
  }

  put(object: StoredObject): void {
    const path = this.#path(object.key);
    writeFileSync(`${path}${TEMPORARY_SUFFIX}`, JSON.stringify(object));
    renameSync(`${path}${TEMPORARY_SUFFIX}`, path);
    if (!this.#objects.has(object.key)) this.#sortedKeys = undefined;
    this.#objects.set(object.key, object);
  }

  delete(key: string): void {
    rmSync(this.#path(key), { force: true });
    this.#objects.delete(key);
    this.#sortedKeys = undefined;
  }

  /** A key may be longer than a file name and hold any character, so files are named by its hash. */
  #path(key: string): string {
    return join(this.#directory, `${createHash('sha256').update(key).digest('hex')}.json`);
  }
}

/** Orders strings by their UTF-8 bytes. JavaScript's own order differs once characters beyond U+FFFF are about. */
export function compareUtf8(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let index = 0; index < length; index++) {
    const [unitA, unitB] = [a.charCodeAt(index), b.charCodeAt(index)];
    if (unitA === unitB) continue;
    const [surrogateA, surrogateB] = [isSurrogate(unitA), isSurrogate(unitB)];
    if (surrogateA !== surrogateB) return surrogateA ? 1 : -1;
    return unitA - unitB;
  }
  return a.length - b.length;
}

function isSurrogate(unit: number): boolean {
  return unit >= 0xd800 && unit <= 0xdfff;
}
