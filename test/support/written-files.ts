import { isDelimited } from '../../core/domain/delimited.ts';
import type { ExportPlan } from '../../core/domain/export-plan.ts';
import type { ExportSource, Row } from '../../core/ports/export-source.ts';
import { delimitedHeading } from '../../formats/delimited.ts';
import { fileFormatOf } from '../../formats/index.ts';

export async function bytesOf(chunks: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  for await (const chunk of chunks) parts.push(Uint8Array.from(chunk));
  return Buffer.concat(parts);
}

/** The plan's file over these rows, which come in these batches. */
export async function writtenFile(plan: ExportPlan, ...batches: readonly (readonly Row[])[]): Promise<string> {
  async function* rows() {
    yield* batches;
  }
  const format = fileFormatOf(plan.snapshot.format);
  return (await bytesOf(format({ plan, snapshot: { takenAt: 0 } }, rows()))).toString('utf8');
}

/** The plan's file, written from what the source opens as rows. */
export async function fileFromRows(source: ExportSource, plan: ExportPlan): Promise<string> {
  const stream = await source.openRows(plan, new AbortController().signal);
  try {
    const format = fileFormatOf(plan.snapshot.format);
    return (await bytesOf(format({ plan, snapshot: stream.snapshot }, stream.items))).toString('utf8');
  } finally {
    await stream.close();
  }
}

/** The plan's csv or tsv file, written by the database itself. */
export async function fileFromBytes(source: ExportSource, plan: ExportPlan): Promise<string> {
  const { format } = plan.snapshot;
  const stream = await source.open(plan, new AbortController().signal);
  if (stream.kind !== 'bytes' || !isDelimited(format)) throw new TypeError('The source opened rows');
  const parts = [delimitedHeading(plan, format)];
  try {
    for await (const { data } of stream.items) parts.push(Uint8Array.from(data));
  } finally {
    await stream.close();
  }
  return Buffer.concat(parts).toString('utf8');
}
