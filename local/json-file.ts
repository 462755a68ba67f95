import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import type * as z from 'zod';

/** Only whoever started the local cloud may read its state: it contains secrets. */
const OWNER_ONLY = 0o600;

/**
 * Reads a document that {@link writeJsonFile} wrote; undefined when there is none.
 * @throws Error naming the file when its content is not what it should be
 */
export function readJsonFile<Schema extends z.ZodType>(file: string, schema: Schema): z.output<Schema> | undefined {
  let content: string;
  try {
    content = readFileSync(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
  try {
    return schema.parse(JSON.parse(content));
  } catch (cause) {
    throw new Error(`${file} cannot be read; delete it to start afresh.`, { cause });
  }
}

/** Replaces the file as a whole, so that a crash leaves the old document or the new one. */
export function writeJsonFile(file: string, document: unknown): void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(`${file}.new`, JSON.stringify(document, undefined, 2), { mode: OWNER_ONLY });
  renameSync(`${file}.new`, file);
}
