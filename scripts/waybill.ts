import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { Waybill } from '../core/domain/waybill.ts';
import { verifyFiles } from './verify-files.ts';

const USAGE = 'Usage: npm run waybill -- verify FILE... MANIFEST';

const [command, ...named] = process.argv.slice(2);
const files = named.slice(0, -1);
const manifest = named.at(-1);
if (command !== 'verify' || manifest === undefined || files.length === 0) {
  console.error(USAGE);
  process.exit(2);
}

try {
  const text = await readFile(manifest, 'utf8');
  const { waybill, differences, countsRows } = await verifyFiles(files, text);
  for (const difference of differences) console.error(`DIFFERENT ${difference}`);
  if (differences.length > 0) process.exit(1);
  console.log(`OK ${summaryOf(waybill, text, countsRows)}`);
} catch (error) {
  console.error(`Cannot verify: ${(error as Error).message}`);
  process.exit(1);
}

function summaryOf(waybill: Waybill, text: string, countsRows: boolean): string {
  const { bytes, rows } = waybill.file;
  const rowsFound = countsRows ? `${rows.toLocaleString('en')} rows` : `rows not counted in a ${waybill.format}`;
  const size = `${bytes.toLocaleString('en')} bytes, ${rowsFound}`;
  if (waybill.schemaVersion === 1) return `${size}, SHA-256 ${waybill.file.sha256}`;
  // The export's record has it: it vouches for the list, as the list does for each file.
  const sha256 = createHash('sha256').update(text).digest('hex');
  return `${waybill.files.length.toLocaleString('en')} files, ${size}, SHA-256 of the waybill ${sha256}`;
}
