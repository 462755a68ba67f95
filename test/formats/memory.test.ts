// @module-tag worker-memory

import { expect, it } from 'vitest';
import type { Columns } from '../../core/domain/report.ts';
import type { Row } from '../../core/ports/export-source.ts';
import { fileFormatOf } from '../../formats/index.ts';
import { factsOf } from './file-of.ts';

const columns: Columns = { id: { header: 'ID', type: 'integer' }, note: { header: 'Note', type: 'text' } };
const ROWS = 60_000;
const BATCH_ROWS = 1000;

async function* manyRows(): AsyncGenerator<readonly Row[]> {
  for (let first = 0; first < ROWS; first += BATCH_ROWS) {
    yield Array.from({ length: BATCH_ROWS }, (_, row) => [String(first + row), `${first + row} of them, `.repeat(5)]);
  }
}

it.each(['json', 'ndjson', 'parquet'] as const)(
  '%s is written in the same memory, however long the file',
  async (format) => {
    const memories = new Map<ArrayBufferLike, number>();
    let chunks = 0;
    for await (const { buffer } of fileFormatOf(format)(factsOf(columns), manyRows())) {
      chunks += 1;
      memories.set(buffer, buffer.byteLength);
    }
    expect(chunks).toBeGreaterThan(5);
    expect(memories.size).toBeLessThanOrEqual(4);
  },
);
