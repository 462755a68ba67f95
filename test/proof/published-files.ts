import { gunzipSync } from 'node:zlib';
import { parquetMetadata } from 'hyparquet';
import type { ExportRecord } from '../../core/domain/export-record.ts';
import { type Waybill, waybillSchema } from '../../core/domain/waybill.ts';
import { RecordCounter } from '../../scripts/record-counter.ts';
import type { Witness } from './evidence.ts';

/** A file that a record or its manifest vouches for. */
export interface VouchedFile {
  readonly key: string;
  readonly bytes: number;
  readonly rows: number;
  readonly sha256: string;
}

type Read = Pick<Witness, 'read'>;

/** The manifest beside a published file, or of several, with its text. */
export async function manifestOf(
  { file }: ExportRecord,
  witness: Read,
): Promise<{ readonly text: Uint8Array; readonly waybill: Waybill } | undefined> {
  if (file === undefined) return undefined;
  const text = await witness.read(file.waybillKey);
  return { text, waybill: waybillSchema.parse(JSON.parse(Buffer.from(text).toString())) };
}

/** One file by the record's own word, or several by that of the manifest which the record vouches for. */
export async function filesOf(record: ExportRecord, witness: Read): Promise<readonly VouchedFile[]> {
  const { file } = record;
  if (file === undefined) return [];
  if (file.partFiles === undefined) return [file];
  const manifest = await manifestOf(record, witness);
  return manifest?.waybill.schemaVersion === 2 ? manifest.waybill.files : [];
}

/** How many rows there are in what is stored, each file with its own heading. */
export function rowsIn({ format, compression }: ExportRecord['snapshot'], stored: Uint8Array): number {
  if (format === 'parquet') return Number(parquetMetadata(new Uint8Array(stored).buffer).num_rows);
  const counter = new RecordCounter();
  counter.push(compression === 'gzip' ? gunzipSync(stored) : stored);
  return counter.count - 1;
}
