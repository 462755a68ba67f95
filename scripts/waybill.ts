import { readFile } from 'node:fs/promises';
import { verifyFile } from './verify-file.ts';

const USAGE = 'Usage: npm run waybill -- verify FILE MANIFEST';

const [command, file, manifest, ...rest] = process.argv.slice(2);
if (command !== 'verify' || file === undefined || manifest === undefined || rest.length > 0) {
  console.error(USAGE);
  process.exit(2);
}

try {
  const { waybill, differences, countsRows } = await verifyFile(file, await readFile(manifest, 'utf8'));
  for (const difference of differences) console.error(`DIFFERENT ${difference}`);
  if (differences.length > 0) process.exit(1);
  const { bytes, rows, sha256 } = waybill.file;
  const rowsFound = countsRows ? `${rows.toLocaleString('en')} rows` : `rows not counted in a ${waybill.format}`;
  console.log(`OK ${bytes.toLocaleString('en')} bytes, ${rowsFound}, SHA-256 ${sha256}`);
} catch (error) {
  console.error(`Cannot verify: ${(error as Error).message}`);
  process.exit(1);
}
