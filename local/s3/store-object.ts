import { writeFile } from 'node:fs/promises';
import type { Bucket } from './bucket.ts';
import { newEtag } from './put-object.ts';

/** Stores an object as the local cloud itself, whom no policy concerns. */
export async function storeObject(
  bucket: Bucket,
  key: string,
  headers: Readonly<Record<string, string>>,
  content: Buffer,
  nowMs: number,
): Promise<void> {
  const file = bucket.files.newFile();
  await writeFile(bucket.files.path(file), content);
  const object = { key, etag: newEtag(), sizeBytes: content.length, lastModifiedMs: nowMs, headers, tags: [] };
  await bucket.putObject({ ...object, segments: [{ file, sizeBytes: content.length }] }, false);
}
