// @module-tag worker-memory

import { setImmediate } from 'node:timers/promises';
import { ByteWriter, ParquetWriter, type SchemaElement } from 'hyparquet-writer';
import { expect, it } from 'vitest';
import { Footer, type GroupFacts, MAGIC } from '../../../formats/parquet/footer.ts';
import { collectGarbage } from '../../support/garbage.ts';

const names = Array.from({ length: 20 }, (_, index) => `column_${index}`);
const schema: SchemaElement[] = [
  { name: 'export', num_children: names.length },
  ...names.map((name): SchemaElement => ({ name, type: 'BYTE_ARRAY', converted_type: 'UTF8' })),
];
const kvMetadata = [{ key: 'waybill', value: '{"accountId":"acme"}' }];

function groupOf(number: number): GroupFacts {
  const columns = names.map((name, column) => ({
    file_offset: BigInt(1_000_000 * number + 1000 * column),
    meta_data: {
      type: 'BYTE_ARRAY' as const,
      encodings: ['PLAIN' as const],
      path_in_schema: [name],
      codec: 'SNAPPY' as const,
      num_values: 10_000n,
      total_uncompressed_size: 2_000n,
      total_compressed_size: 1_000n,
      data_page_offset: BigInt(1_000_000 * number + 1000 * column),
      statistics: { null_count: BigInt(number), min_value: `least ${number}`, max_value: `greatest ${number}` },
    },
  }));
  return { columns, total_byte_size: 40_000n, num_rows: 10_000n, total_compressed_size: 20_000n };
}

/** A file without pages, as the library ends it. */
function libraryFile(groups: readonly GroupFacts[]): Uint8Array {
  const writer = new ByteWriter();
  const file = new ParquetWriter({ writer, schema, kvMetadata, createdBy: 'Waybill' });
  for (const group of groups) {
    file.row_groups.push(group);
    file.num_rows += group.num_rows;
  }
  file.finish();
  return writer.getBytes();
}

const newFooter = () => new Footer({ schema, key_value_metadata: kvMetadata, created_by: 'Waybill' });

it.each([0, 1, 14, 15, 300])('the metadata of %d groups are what the library makes of them all at once', (count) => {
  const groups = Array.from({ length: count }, (_, number) => groupOf(number));
  const out = new ByteWriter();
  out.appendUint32(MAGIC);
  const footer = newFooter();
  for (const group of groups) footer.add(group);
  footer.write(out);
  expect(Buffer.from(out.getBytes()).equals(libraryFile(groups))).toBe(true);
});

it('nothing is kept of a group but its bytes', async () => {
  const footer = newFooter();
  const added = Array.from({ length: 10 }, (_, number) => {
    const group = groupOf(number);
    footer.add(group);
    return [group, ...group.columns].map((facts) => new WeakRef(facts));
  });
  await setImmediate();
  collectGarbage();
  expect(added.flat().filter((facts) => facts.deref() !== undefined)).toEqual([]);
  const out = new ByteWriter();
  footer.write(out);
  expect(out.index).toBeGreaterThan(10 * names.length);
});
