import { type CellBatch, NULL_START } from '../core/domain/cell-batch.ts';
import type { ExportPlan } from '../core/domain/export-plan.ts';
import type { RowBatch } from '../core/ports/export-source.ts';
import { ByteChunks } from './byte-chunks.ts';
import { bytesOf, Words } from './byte-text.ts';
import type { FileFormat } from './file-format.ts';
import { type JsonWriter, jsonWriter, MAX_VALUE_BYTES, mostJsonBytes } from './json-values.ts';
import { cellBatches } from './row-encoder.ts';

/** One array with an object to a line; without rows it is empty, and still an array. */
export const json: FileFormat = async function* ({ plan }, rows) {
  yield bytesOf('[');
  yield* objects(plan, rows, { first: '\n', next: ',\n', end: '' });
  yield bytesOf('\n]\n');
};

/**
 * One object to a line, each line ended by LF.
 * @see https://github.com/ndjson/ndjson-spec
 */
export const ndjson: FileFormat = ({ plan }, rows) => objects(plan, rows, { first: '', next: '', end: '\n' });

/** The one that is filled, and the one that was given out. */
const CHUNKS_IN_USE = 2;

const nullText = new Words('null');
const objectEnd = new Words('}');

interface Member {
  /** The name, and what stands before and after it. */
  readonly start: Words;
  readonly write: JsonWriter;
}

/** Objects, with what stands before and after each. Members are named as the report's columns are, not as their headers. */
async function* objects(
  { columns }: ExportPlan,
  rows: AsyncIterable<RowBatch>,
  { first, next, end }: Readonly<Record<'first' | 'next' | 'end', string>>,
): AsyncGenerator<Uint8Array> {
  const members = columns.map((column, position) => ({
    start: new Words(`${position === 0 ? '{' : ','}${JSON.stringify(column.name)}:`),
    write: jsonWriter(column),
  }));
  const namesBytes = members.reduce((sum, { start }) => sum + start.length + MAX_VALUE_BYTES, 0);
  const out = new ByteChunks({ inUse: CHUNKS_IN_USE });
  const betweenObjects = new Words(next);
  const afterObject = new Words(end);
  let before = new Words(first);

  for await (const batch of cellBatches(rows, columns.length, true)) {
    for (let row = 0; row < batch.length; row += 1) {
      const full = out.reserve(namesBytes + mostJsonBytes(batch, row) + first.length + next.length + end.length);
      if (full) yield full;
      out.used = before.write(out.view, out.used);
      writeObject(members, batch, row, out);
      out.used = afterObject.write(out.view, out.used);
      before = betweenObjects;
    }
  }
  if (out.used > 0) yield out.rest();
}

function writeObject(
  members: readonly Member[],
  { bytes, bounds, width }: CellBatch,
  row: number,
  out: ByteChunks,
): void {
  let bound = 2 * row * width;
  for (const { start, write } of members) {
    const cellStart = bounds[bound] ?? NULL_START;
    out.used = start.write(out.view, out.used);
    if (cellStart === NULL_START) out.used = nullText.write(out.view, out.used);
    else write(bytes, cellStart, bounds[bound + 1] ?? cellStart, out);
    bound += 2;
  }
  out.used = objectEnd.write(out.view, out.used);
}
