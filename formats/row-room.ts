import { type CellBatch, NULL_START } from '../core/domain/cell-batch.ts';
import { mostEscapedBytes, type PlainBytes } from './byte-text.ts';

/** Of rows with more text, the room is counted, not guessed. */
const MUCH_TEXT_BYTES = 16_384;

/** The bytes of the texts of a row. */
export function rowTextBytes({ bounds, width }: CellBatch, row: number): number {
  let sum = 0;
  const first = 2 * row * width;
  for (let bound = first; bound < first + 2 * width; bound += 2) {
    const start = bounds[bound] ?? NULL_START;
    if (start !== NULL_START) sum += (bounds[bound + 1] ?? start) - start;
  }
  return sum;
}

/**
 * The most bytes that the texts of a row take if each byte that is not plain becomes so many.
 * @param text their bytes, where they were counted already
 */
export function mostRowBytes(
  batch: CellBatch,
  row: number,
  plain: PlainBytes,
  bytesPerOther: number,
  text = rowTextBytes(batch, row),
): number {
  if (text <= MUCH_TEXT_BYTES) return bytesPerOther * text;
  const { bytes, bounds, width } = batch;
  let most = 0;
  const first = 2 * row * width;
  for (let bound = first; bound < first + 2 * width; bound += 2) {
    const start = bounds[bound] ?? NULL_START;
    if (start === NULL_START) continue;
    most += mostEscapedBytes(bytes, start, bounds[bound + 1] ?? start, plain, bytesPerOther);
  }
  return most;
}
