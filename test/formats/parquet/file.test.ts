// @module-tag hostile-values

import { parquetMetadata, parquetReadObjects } from 'hyparquet';
import { describe, expect, it } from 'vitest';
import { ExportFailedError } from '../../../core/domain/errors.ts';
import type { Columns } from '../../../core/domain/report.ts';
import { parquet } from '../../../formats/parquet/parquet.ts';
import { bytesOf } from '../../support/written-files.ts';
import { factsOf, fileOf } from '../file-of.ts';
import { keepFile, keepFiles, openFile, path, query } from './kept-file.ts';

keepFiles();

describe('the file', () => {
  const columns: Columns = {
    id: { header: 'Order ID', type: 'integer' },
    total: { header: 'Total (€)', type: 'decimal', precision: 20, scale: 2 },
    at: { header: 'Placed at', type: 'timestamp' },
    note: { header: 'Note', type: 'text' },
  };

  it('has the names and types of its columns without rows', async () => {
    expect(await openFile(columns, [])).toEqual({
      types: { id: 'BIGINT', total: 'DECIMAL(20,2)', at: 'TIMESTAMP WITH TIME ZONE', note: 'VARCHAR' },
      rows: [],
    });
  });

  it('tells what it is', async () => {
    await keepFile(columns, [['1', '2.00', null, 'a']]);
    const [[value] = []] = await query(
      `SELECT decode(value) FROM parquet_kv_metadata('${path}') WHERE decode(key) = 'waybill'`,
    );
    expect(JSON.parse(String(value))).toEqual({
      accountId: 'acme',
      report: { id: 'test-report', version: 1, title: 'Test report' },
      filters: {},
      columns: [
        { name: 'id', header: 'Order ID', type: 'integer' },
        { name: 'total', header: 'Total (€)', type: 'decimal' },
        { name: 'at', header: 'Placed at', type: 'timestamp' },
        { name: 'note', header: 'Note', type: 'text' },
      ],
      timeZone: 'UTC',
      snapshot: { takenAt: '2024-05-06T07:08:09.000Z', databaseSnapshotId: '7:7:' },
    });
  });

  it('has all rows of many groups, in order, with the least and greatest values of each', async () => {
    const rows = Array.from({ length: 25_001 }, (_, index) => [
      String(index - 12_000),
      index % 3 === 0 ? null : `${index - 12_000}.25`,
      `2024-01-01T00:00:00.${String(index).padStart(6, '0')}Z`,
      `note ${index % 7}`,
    ]);
    const file = await keepFile(columns, rows);
    expect(await query('SELECT id::VARCHAR, total::VARCHAR, note FROM FILE')).toEqual(
      rows.map(([id, total, , note]) => [id, total, note]),
    );
    // Filters are answered from the statistics where they can be.
    expect(await query('SELECT count(*)::INT FROM FILE WHERE id < -11990')).toEqual([[10]]);
    expect(await query('SELECT count(*)::INT FROM FILE WHERE total < -11990')).toEqual([[7]]);
    expect(await query('SELECT count(*)::INT FROM FILE WHERE "at" >= \'2024-01-01 00:00:00.025+00\'')).toEqual([[1]]);
    const { row_groups: groups, num_rows: count } = parquetMetadata(new Uint8Array(file).buffer);
    expect(Number(count)).toBe(rows.length);
    expect(groups.map((group) => Number(group.num_rows))).toEqual([10_000, 10_000, 5001]);
  });

  it('begins a new group early for long texts', async () => {
    const note = 'x'.repeat(7_000_000);
    const file = await fileOf(parquet, factsOf(columns), Array(5).fill(['1', null, null, note]));
    const { row_groups: groups } = parquetMetadata(new Uint8Array(file).buffer);
    expect(groups.map((group) => Number(group.num_rows))).toEqual([3, 2]);
  });

  it('is read alike by another reader', async () => {
    const file = await fileOf(parquet, factsOf(columns), [['42', '-5.20', '2024-03-31T03:00:00.123+02:00', '=1+1']]);
    expect(await parquetReadObjects({ file: new Uint8Array(file).buffer })).toEqual([
      { id: 42n, total: -5.2, at: new Date('2024-03-31T01:00:00.123Z'), note: '=1+1' },
    ]);
  });

  it('is the same for the same rows', async () => {
    const rows = [['1', '2.00', null, 'a']];
    expect(await fileOf(parquet, factsOf(columns), rows)).toEqual(await fileOf(parquet, factsOf(columns), rows));
  });
});

describe('the stream', () => {
  const facts = factsOf({ id: { header: 'ID', type: 'integer' } });

  it('asks for rows only when it is read, and ends them when its reader stops', async () => {
    const state = { batches: 0, ended: false };
    async function* endless() {
      try {
        for (;;) {
          state.batches += 1;
          yield Array.from({ length: 5000 }, () => ['1']);
        }
      } finally {
        state.ended = true;
      }
    }
    const file = parquet(facts, endless())[Symbol.asyncIterator]();
    expect(state.batches).toBe(0);
    await file.next();
    expect(state.batches).toBe(2);
    await file.return?.();
    expect(state.ended).toBe(true);
  });

  it('hands on the failure of its rows', async () => {
    const failure = new ExportFailedError('source_unavailable', { retryable: true });
    async function* rows() {
      yield [['1']];
      throw failure;
    }
    await expect(bytesOf(parquet(facts, rows()))).rejects.toBe(failure);
  });
});
