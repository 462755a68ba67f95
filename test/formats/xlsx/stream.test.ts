// @module-tag hostile-values
// @module-tag workbook-limits

import { describe, expect, it } from 'vitest';
import { ExportFailedError } from '../../../core/domain/errors.ts';
import type { Row } from '../../../core/ports/export-source.ts';
import { xlsx } from '../../../formats/xlsx/xlsx.ts';
import { bytesOf } from '../../support/written-files.ts';
import { factsOf } from '../file-of.ts';

describe('the stream', () => {
  const facts = factsOf({ id: { header: 'ID', type: 'integer' }, note: { header: 'Note', type: 'text' } });

  /** Rows that hardly compress, without end, and what has happened to them. */
  function endlessRows() {
    const state = { batches: 0, ended: Promise.withResolvers<void>() };
    async function* rows() {
      try {
        for (;;) {
          state.batches += 1;
          yield Array.from({ length: 100 }, () => ['1', Math.random().toString(36).repeat(10)]);
        }
      } finally {
        state.ended.resolve();
      }
    }
    return { state, rows: rows() };
  }

  it('asks for no rows before it is read, and for few while its reader waits', async () => {
    const { state, rows } = endlessRows();
    const file = xlsx()(facts, rows)[Symbol.asyncIterator]();
    expect(state.batches).toBe(0);
    await file.next();
    for (let turn = 0; turn < 1000; turn += 1) await new Promise(setImmediate);
    // Streams on the way hold some; without regard to the reader, each turn would bring at least one more.
    expect(state.batches).toBeLessThan(500);
    await file.return?.();
  });

  it('ends its rows when its reader stops', async () => {
    const { state, rows } = endlessRows();
    for await (const _ of xlsx()(facts, rows)) {
      if (state.batches > 3) break;
    }
    await state.ended.promise;
  });

  it('ends its rows when its reader stops while it waits for some', async () => {
    const batch = Promise.withResolvers<IteratorResult<readonly Row[]>>();
    const asked = Promise.withResolvers<void>();
    const ended = Promise.withResolvers<void>();
    let batches = 0;
    const rows: AsyncIterator<readonly Row[]> = {
      next: async () => {
        batches += 1;
        if (batches === 1) return { value: [['1', 'a']] };
        asked.resolve();
        return batch.promise;
      },
      return: async () => {
        ended.resolve();
        return { value: undefined, done: true };
      },
    };
    // The first sheet is full, so that the file waits between two of them.
    const file = xlsx({ maxSheetRows: 2 })(facts, { [Symbol.asyncIterator]: () => rows })[Symbol.asyncIterator]();
    const reading = (async () => {
      while (!(await file.next()).done);
    })();
    await asked.promise;
    const stopped = file.return?.();
    batch.resolve({ value: [['2', 'b']] });
    await ended.promise;
    await Promise.all([reading, stopped]);
    expect(batches).toBe(2);
  });

  it('hands on the failure of its rows', async () => {
    const failure = new ExportFailedError('source_unavailable', { retryable: true });
    async function* rows() {
      yield [['1', 'a']];
      throw failure;
    }
    await expect(bytesOf(xlsx()(facts, rows()))).rejects.toBe(failure);
  });

  it('hands on a failure before the first row', async () => {
    const failure = new Error('no rows');
    const rows = { [Symbol.asyncIterator]: () => ({ next: () => Promise.reject(failure) }) };
    await expect(bytesOf(xlsx()(facts, rows))).rejects.toBe(failure);
  });
});
