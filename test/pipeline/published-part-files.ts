import { expect } from 'vitest';
import { type PartFilesWaybill, waybillSchema } from '../../core/domain/waybill.ts';
import { SlicedSource } from '../support/sliced-source.ts';
import { inOneStream, sha256, type startRun } from './ranges-run.ts';

type Run = Awaited<ReturnType<typeof startRun>>;

const HEADING = 'id,name\r\n';

/** Slices of ten rows each. */
export const slices = (count: number) => Array.from({ length: count }, () => 10);

/** What was published: the manifest as it is written, and the files that it names, in its order. */
export async function published({ record, files }: Run) {
  const { file } = await record();
  const text = (await files.readText(file?.waybillKey ?? '')) ?? '';
  const waybill = waybillSchema.parse(JSON.parse(text));
  if (file === undefined || waybill.schemaVersion !== 2) throw new Error('one file, or none');
  const bodies = waybill.files.map(({ key }) => {
    const object = files.objects.get(key);
    if (object === undefined) throw new Error(`${key} is not there`);
    return object.body;
  });
  return { file, text, waybill, bodies };
}

/** Everything the manifest says is so, and nobody has an upload open. */
export async function expectWhole(run: Run, rows: number): Promise<readonly Buffer[]> {
  const { file, text, waybill, bodies } = await published(run);
  expectDescribed(waybill, bodies);
  const bytes = bodies.reduce((sum, { length }) => sum + length, 0);
  expect(waybill.file).toEqual({ name: file.name, rows, bytes });
  expect(file).toMatchObject({ key: file.waybillKey, rows, bytes, sha256: sha256(Buffer.from(text)) });
  expect(file.partFiles).toBe(bodies.length);
  expect(run.files.uploads.size).toBe(0);
  return bodies;
}

/** The manifest's list is right about each. */
export function expectDescribed({ files }: PartFilesWaybill, bodies: readonly Buffer[]): void {
  expect(files.map(({ bytes, sha256 }) => [bytes, sha256])).toEqual(bodies.map((body) => [body.length, sha256(body)]));
  expect(files.every(({ parts, rows }) => parts >= 1 && rows > 0)).toBe(true);
}

/** What comes after the heading, which must be there. */
function withoutHeading(body: Buffer): Buffer {
  expect(body.subarray(0, HEADING.length).toString()).toBe(HEADING);
  return body.subarray(HEADING.length);
}

/** Together they are what one worker alone makes, without the headings. */
export async function expectTheRowsOfOneStream(bodies: readonly Buffer[], rows: readonly number[]): Promise<void> {
  const { file } = await inOneStream(new SlicedSource(rows));
  expect(sha256(Buffer.concat(bodies.map(withoutHeading)))).toBe(sha256(withoutHeading(file)));
}
