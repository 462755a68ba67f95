// @module-tag download-on-the-page
// @module-tag compressed-in-a-browser
// @module-tag part-files-listed
// @module-tag form-from-schema
// @module-tag any-width
// @module-tag accessible-and-silent

import { gunzipSync, zstdDecompressSync } from 'node:zlib';
import type { Page } from 'playwright-core';
import { afterAll, expect, test } from 'vitest';
import type { ExportListView } from '../../core/contract/export-schemas.ts';
import type { ExportId } from '../../core/domain/export-id.ts';
import type { OneFileWaybill, PartFilesWaybill } from '../../core/domain/waybill.ts';
import { sampleUserNamed } from '../../local/sample-users.ts';
import { ReadyExports } from '../e2e/authorization/ready-exports.ts';
import { linkTokenFor } from '../e2e/operator.ts';
import { HOUR } from '../support/exports.ts';
import { accessibilityViolations } from './accessibility.ts';
import { browserTests } from './browser-tests.ts';
import { recordOf, saved, savedFile, shown } from './report-center.ts';

const site = browserTests({ acmeOrders: 500, globexOrders: 100 });

let readyExports: ReadyExports | undefined;
afterAll(() => readyExports?.stop());

/** All orders of the account, made into a file anew, and what is recorded of it. */
async function orderNotes(form: { readonly compression?: string } = {}) {
  const { body } = await site.cloud.create('olga', { report: 'orders', columns: ['orderId', 'note'], ...form });
  const { id } = await site.cloud.ended('olga', body.id);
  const { body: waybill } = await site.cloud.call<OneFileWaybill>('olga', 'GET', `/v1/exports/${id}/waybill`);
  return { id, waybill, content: await site.cloud.download('olga', id) };
}

/** An export of val's that is several files, and their waybill. */
async function severalFiles(rows: readonly number[]): Promise<{ id: ExportId; files: PartFilesWaybill['files'] }> {
  readyExports ??= new ReadyExports(site.cloud);
  const { accountId, id: userId, email, name } = sampleUserNamed('val');
  const id = await readyExports.addPartFiles(accountId, { userId, email, name }, rows);
  const { body } = await site.cloud.call<PartFilesWaybill>('val', 'GET', `/v1/exports/${id}/waybill`);
  return { id, files: body.files };
}

const headingOf = (page: Page, count: number) => page.getByRole('heading', { level: 4, name: `${count} files` });

/** Waits until the list of files is what the keyboard is at. */
async function ledToFiles(page: Page, id: string, count: number): Promise<void> {
  await headingOf(page, count).waitFor();
  await expect.poll(() => headingOf(page, count).and(page.locator(':focus')).count()).toBe(1);
  expect(new URL(page.url()).searchParams.get('export')).toBe(id);
}

test('a finished file is downloaded as it is: its bytes are those of the waybill', async () => {
  const { body } = await site.cloud.create('olga', { report: 'orders', columns: ['orderId', 'note'] });
  const page = await site.open('olga');
  const row = await shown(page, body.id, 'ready');
  const waybill = await site.cloud.call<OneFileWaybill>('olga', 'GET', `/v1/exports/${body.id}/waybill`);
  const { name, bytes, sha256 } = waybill.body.file;
  expect(await saved(page, row.getByTestId('report-job-download-cta'))).toEqual({ name, bytes, sha256 });
});

test.each([
  { compression: 'gzip', ending: '.csv.gz', undo: gunzipSync },
  { compression: 'zstd', ending: '.csv.zst', undo: zstdDecompressSync },
])('a file with $compression is saved as it was recorded, and holds the same rows', async (each) => {
  const plain = await orderNotes();
  const compressed = await orderNotes({ compression: each.compression });
  const page = await site.open('olga');
  const row = await shown(page, compressed.id, 'ready');
  const file = await savedFile(page, row.getByTestId('report-job-download-cta'));
  expect(file.name).toMatch(new RegExp(`${each.ending.replaceAll('.', '\\.')}$`));
  const { name, bytes, sha256 } = compressed.waybill.file;
  expect(recordOf(file)).toEqual({ name, bytes, sha256 });
  expect(file.content.byteLength).toBeLessThan(plain.content.byteLength);
  expect(each.undo(file.content).equals(plain.content)).toBe(true);
});

test('an export of several files lists them, each to be downloaded and checked, also by keyboard', async () => {
  const { id, files } = await severalFiles([3, 1, 2]);
  const page = await site.open('val');
  const row = await shown(page, id, 'ready');
  expect(await row.textContent()).toMatch(/6 rows · \d+ bytes in 3 files/);
  await row.getByTestId('report-job-download-cta').press('Enter');
  await ledToFiles(page, id, 3);

  const listed = page.getByTestId('export-part-files').getByRole('listitem');
  expect(await listed.count()).toBe(3);
  for (const [index, { name, bytes, sha256 }] of files.entries()) {
    const item = listed.nth(index);
    expect(await item.textContent()).toMatch(new RegExp(`${name}.*\\d rows? · ${bytes} bytes.*${sha256}`));
    expect(await saved(page, item.getByRole('button', { name: `Download: ${name}` }))).toEqual({ name, bytes, sha256 });
  }
  await page.getByTestId('export-timeline').getByText('Download started: file 3').waitFor();

  await headingOf(page, 3).focus();
  await page.keyboard.press('Tab');
  const focused = () =>
    page.evaluate('document.activeElement.getAttribute("aria-label") ?? document.activeElement.textContent');
  expect(await focused()).toBe(`Download: ${files[0]?.name}`);
  await page.keyboard.press('Tab');
  expect(await focused()).toBe(`Copy SHA-256 of ${files[0]?.name}`);
  await page.keyboard.press('Enter');
  await expect.poll(() => page.evaluate('navigator.clipboard.readText()')).toBe(files[0]?.sha256);
  expect(await accessibilityViolations(page)).toEqual([]);

  // The button above the list leads to it as well, however often.
  await page.getByRole('dialog').getByTestId('report-job-download-cta').first().press('Enter');
  await ledToFiles(page, id, 3);
});

test('the link of a mail leads to the list of files, an old one by way of a new one', async () => {
  const { cloud } = site;
  const { id } = await severalFiles([2, 2]);
  site.expectAnswers({ status: 409, url: '/v1/downloads' }, { status: 410, url: '/v1/downloads' });
  site.expectAnswers({ status: 409, url: '/download-links' });
  const token = await linkTokenFor(cloud, id, HOUR);
  const page = await site.open('val', `/download/${token}`);
  await ledToFiles(page, id, 2);

  // Its session would end with the hour.
  await page.close();
  await cloud.advance(HOUR / 1000);
  const later = await site.open('val', `/download/${token}`);
  await later.getByTestId('expired-download-regenerate-cta').click();
  await ledToFiles(later, id, 2);
  const events = await cloud.call<{ data: { type: string }[] }>('val', 'GET', `/v1/exports/${id}/events`);
  expect(events.body.data.map(({ type }) => type)).toEqual(['download_refused']);
});

test('the list fits into a narrow window, and says that downloads are paused', async () => {
  const { id, files } = await severalFiles(Array.from({ length: 12 }, (_, index) => index));
  await site.cloud.setFlags({ allowDownloads: false });
  try {
    const page = await site.open('val', `/exports/${id}`, { viewport: { width: 360, height: 740 } });
    const first = page.getByRole('button', { name: `Download: ${files[0]?.name}` });
    await first.waitFor();
    expect(await page.evaluate('document.scrollingElement.scrollWidth <= window.innerWidth')).toBe(true);
    expect(await first.getAttribute('aria-disabled')).toBe('true');
    await first.click({ force: true });
    await page.getByText('Downloads are paused for the moment.').waitFor();
    expect(await accessibilityViolations(page)).toEqual([]);
  } finally {
    await site.cloud.setFlags({});
  }
});

test('the form of a report that may be very large asks whether it may be several files', async () => {
  const page = await site.open('ada', '/reports/new?type=orders');
  await page.getByRole('button', { name: 'More options' }).click();
  const several = page.getByRole('checkbox', { name: 'Several files, if it is very large' });
  expect(await several.isChecked()).toBe(false);
  await page.getByRole('radio', { name: 'Parquet' }).check();
  expect(await several.isChecked()).toBe(true);
  await page.getByRole('radio', { name: 'Excel' }).check();
  await several.waitFor({ state: 'detached' });
  await page.getByRole('radio', { name: 'NDJSON' }).check();
  await several.check();
  expect(await accessibilityViolations(page)).toEqual([]);
  await page.getByTestId('report-submit-cta').click();
  await page.getByTestId('report-params-form').waitFor({ state: 'detached' });
  const { body } = await site.cloud.call<ExportListView>('ada', 'GET', '/v1/exports?limit=1&report=orders');
  expect(body.data[0]).toMatchObject({ format: 'ndjson', partFiles: true });
});
