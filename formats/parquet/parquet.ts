import { ByteWriter, type SchemaElement } from 'hyparquet-writer';
import type { FileFacts, FileFormat } from '../file-format.ts';
import { cellBatches } from '../row-encoder.ts';
import { Footer, MAGIC } from './footer.ts';
import { parquetColumn } from './parquet-column.ts';
import { RowGroup } from './row-group.ts';

/**
 * Parquet files with the types of the report's columns: exact decimals, times as UTC to the microsecond. Columns have
 * their names, not their headers; those and what is known of the export are in the metadata under `waybill`. The library
 * writes the metadata; the pages are ours, made of bytes without a value for each cell.
 */
export const parquet: FileFormat = async function* (facts, rows) {
  const { columns } = facts.plan;
  const bytes = new ByteWriter();
  const footer = new Footer({
    schema: schemaOf(facts),
    key_value_metadata: [{ key: 'waybill', value: JSON.stringify(exportFacts(facts)) }],
    created_by: 'Waybill',
  });
  const group = new RowGroup(columns);

  bytes.appendUint32(MAGIC);
  for await (const batch of cellBatches(rows, columns.length)) {
    for (let row = 0; row < batch.length; row += 1) {
      group.add(batch, row);
      if (!group.isFull) continue;
      footer.add(group.write(bytes));
      yield* taken(bytes);
    }
  }
  if (group.rows > 0) {
    footer.add(group.write(bytes));
    yield* taken(bytes);
  }
  footer.write(bytes);
  yield* taken(bytes);
};

/** What has been written since the last time, in memory that is used again. */
function* taken(writer: ByteWriter): Generator<Uint8Array> {
  yield writer.getBytes();
  writer.index = 0;
}

function schemaOf({ plan }: FileFacts): SchemaElement[] {
  const elements = plan.columns.map((column) => parquetColumn(column).element);
  return [{ name: 'export', num_children: elements.length }, ...elements];
}

/** As in the file's waybill, which tells more: what is known only of the whole file. */
function exportFacts({ plan, snapshot }: FileFacts) {
  const { report, filters, timeZone } = plan.snapshot;
  return {
    accountId: plan.accountId,
    report: { id: report.id, version: report.version, title: report.title },
    filters,
    columns: plan.columns.map(({ name, header, type }) => ({ name, header, type })),
    timeZone,
    snapshot: {
      takenAt: new Date(snapshot.takenAt).toISOString(),
      ...(snapshot.id !== undefined && { databaseSnapshotId: snapshot.id }),
    },
  };
}
