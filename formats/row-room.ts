import { type CellBatch, NULL_START } from '../core/domain/cell-batch.ts';
import { mostEscapedBytes, type PlainBytes } from './byte-text.ts';

/** Of rows with more text, the room is counted, not guessed. */
const MUCH_TEXT_BYTES = 16_384;

/** The most bytes that the texts of a row take if each byte that is not plain becomes so many. */
export function mostRowBytes(batch: CellBatch, row: number, plain: PlainBytes, bytesPerOther: number): number {
  const text = sumOfCells(batch, row, (start, end) => end - start);
  if (text <= MUCH_TEXT_BYTES) return bytesPerOther * text;
  return sumOfCells(batch, row, (start, end) => mostEscapedBytes(batch.bytes, start, end, plain, bytesPerOther));
}

function sumOfCells({ bounds, width }: CellBatch, row: number, count: (start: number, end: number) => number): number {
  let sum = 0;
  const first = 2 * row * width;
  for (let bound = first; bound < first + 2 * width; bound += 2) {
    const start = bounds[bound] ?? NULL_START;
    if (start !== NULL_START) sum += count(start, bounds[bound + 1] ?? start);
  }
  return sum;
}
