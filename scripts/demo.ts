// Exports the orders of last year as ada, watches, downloads, and checks the file against its waybill.
import { createWriteStream } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { ExportView } from '../core/contract/export-schemas.ts';
import { verifyFiles } from './verify-files.ts';

const origin = process.env.WAYBILL_ORIGIN ?? `http://127.0.0.1:${process.env.PORT ?? 4000}`;
const POLL_MS = 500;
const BAR_CELLS = 30;

const token = await signIn('ada');
const lastYear = new Date().getUTCFullYear() - 1;
let view = await queueExport({
  report: 'orders',
  format: 'csv',
  filters: { placedFrom: `${lastYear}-01-01`, placedTo: `${lastYear}-12-31` },
  timeZone: 'Europe/Berlin',
});
console.log(`Export ${view.id} of the orders of ${lastYear} is ${view.status}.`);

while (view.status === 'queued' || view.status === 'running') {
  draw(view);
  await new Promise((wake) => setTimeout(wake, POLL_MS));
  view = await call<ExportView>(`/v1/exports/${view.id}`);
}
process.stdout.write('\n');
if (view.status !== 'ready' || view.file === undefined) {
  console.error(`The export ended as ${view.status}: ${view.failure?.message ?? 'no reason given'}`);
  process.exit(1);
}

const directory = resolve('.waybill/demo');
await mkdir(directory, { recursive: true });
const file = join(directory, view.file.name);
const manifest = `${file}.waybill.json`;
await download(view.file.downloadUrl, file);
const waybill = JSON.stringify(await call(view.file.waybillUrl), undefined, 2);
await writeFile(manifest, waybill);
const { differences } = await verifyFiles([file], waybill);
if (differences.length > 0) {
  console.error(`The file is not what its waybill says:\n  ${differences.join('\n  ')}`);
  process.exit(1);
}
console.log(
  `${view.file.rows.toLocaleString('en')} rows, ${megabytes(view.file.bytes)} MB, SHA-256 ${view.file.sha256}`,
);
console.log(`Verified against its waybill.\n\n  file     ${file}\n  waybill  ${manifest}`);

async function signIn(user: string): Promise<string> {
  const response = await fetch(`${origin}/local/token`, { method: 'POST', body: JSON.stringify({ user }) }).catch(
    () => {
      console.error(`Nothing answers at ${origin}. Start the local cloud first: npm start`);
      process.exit(1);
    },
  );
  const { access_token } = (await response.json()) as { access_token: string };
  return access_token;
}

async function queueExport(request: object): Promise<ExportView> {
  return call<ExportView>('/v1/exports', { method: 'POST', body: JSON.stringify(request) });
}

async function call<Answer>(path: string, init: RequestInit = {}): Promise<Answer> {
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
  const response = await fetch(origin + path, { ...init, headers });
  if (!response.ok) throw new Error(`${init.method ?? 'GET'} ${path}: ${response.status} ${await response.text()}`);
  return (await response.json()) as Answer;
}

async function download(path: string, target: string): Promise<void> {
  const redirect = await fetch(origin + path, { headers: { authorization: `Bearer ${token}` }, redirect: 'manual' });
  // The presigned URL carries its own permission; sending the token along would be refused.
  const response = await fetch(redirect.headers.get('location') ?? '');
  if (!response.ok || response.body === null) throw new Error(`download: ${response.status} ${await response.text()}`);
  await pipeline(Readable.fromWeb(response.body), createWriteStream(target));
}

function draw({ status, phase, queuePosition, progress }: ExportView): void {
  const filled = Math.round(((progress?.percent ?? 0) / 100) * BAR_CELLS);
  const bar = '█'.repeat(filled).padEnd(BAR_CELLS, '░');
  const parts = [
    phase ?? status,
    queuePosition && `place ${queuePosition} in line`,
    progress && `${progress.rowsWritten.toLocaleString('en')} rows`,
    progress && `${megabytes(progress.bytesWritten)} MB`,
    progress?.etaSeconds !== undefined && `${progress.etaSeconds} s left`,
  ];
  const line = `\r${bar} ${parts.filter(Boolean).join(' · ')}`;
  process.stdout.write(line.padEnd(process.stdout.columns ?? 100).slice(0, process.stdout.columns ?? 100));
}

function megabytes(bytes: number): string {
  return (bytes / 1e6).toFixed(1);
}
