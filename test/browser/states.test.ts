// @module-tag waiting-links
// @module-tag paused-and-offline
// @module-tag told-elsewhere
// @module-tag any-width
// @module-tag accessible-and-silent

import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import type { ExportId } from '../../core/domain/export-id.ts';
import { linkTokenFor } from '../e2e/operator.ts';
import { accessibilityViolations } from './accessibility.ts';
import { browserTests } from './browser-tests.ts';
import { longRun, rowOf, shown } from './report-center.ts';

// Flags and faults are everybody's: these tests change them, one after the other.
const site = browserTests({ acmeOrders: 500, globexOrders: 100 });

const guestList = { report: 'guest-list', filters: { event: '1003' } };
const phone = { width: 360, height: 740 };
const wall = { width: 2560, height: 1440 };

/** Whether everything fits into the width of the window, at whatever height. */
function fits(page: Page): Promise<boolean> {
  return page.evaluate('document.scrollingElement.scrollWidth <= window.innerWidth');
}

/** What a page says to everybody, above its content. */
function banner(page: Page, text: RegExp) {
  return page.getByRole('status').filter({ hasText: text });
}

const newReportsPaused = /New reports cannot be started at the moment/;
const workersPaused = /Waiting reports are not started at the moment/;
const downloadsPaused = /Downloads are paused on purpose/;
const offline = /You are offline/;

/** Lets workers run again, and time pass until what waits for them has looked. */
async function resume(): Promise<void> {
  await site.cloud.setFlags({});
  await site.cloud.advance(60);
}

test('a service that is paused says what is, and offers it no more; the list stays', async () => {
  const { cloud } = site;
  const { body } = await cloud.create('val', guestList);
  await cloud.ended('val', body.id);
  const page = await site.open('val');
  const row = await shown(page, body.id, 'ready');
  const say = (text: RegExp) => banner(page, text);
  for (const text of [newReportsPaused, workersPaused, downloadsPaused]) expect(await say(text).count()).toBe(0);

  await cloud.setFlags({ acceptExports: false });
  await page.reload();
  await say(newReportsPaused).waitFor();
  await row.waitFor();
  expect(await say(downloadsPaused).count()).toBe(0);
  const generate = page.getByTestId('generate-report-cta');
  expect(await generate.getAttribute('aria-disabled')).toBe('true');
  await generate.click({ force: true });
  await page.getByText('New reports are paused for the moment.').waitFor();
  expect(new URL(page.url()).pathname).toBe('/');
  expect(await row.getByTestId('report-job-rerun-cta').getAttribute('aria-disabled')).toBe('true');
  expect(await row.getByTestId('report-job-download-cta').getAttribute('aria-disabled')).toBeNull();

  await cloud.setFlags({ acceptExports: false, runWorkers: false, allowDownloads: false });
  await page.reload();
  for (const text of [newReportsPaused, workersPaused, downloadsPaused]) await say(text).waitFor();
  await row.waitFor();
  expect(await row.getByTestId('report-job-download-cta').getAttribute('aria-disabled')).toBe('true');
  expect(await accessibilityViolations(page)).toEqual([]);
  await page.setViewportSize(phone);
  expect(await fits(page)).toBe(true);

  // Whoever comes back to the page learns that it goes on, without a reload.
  await cloud.setFlags({});
  await page.evaluate("document.dispatchEvent(new Event('visibilitychange', { bubbles: true }))");
  for (const text of [newReportsPaused, workersPaused, downloadsPaused]) await say(text).waitFor({ state: 'hidden' });
  expect(await generate.getAttribute('aria-disabled')).toBeNull();
});

test('an export of mine that finishes while I am elsewhere is told of; in view of the list it is not', async () => {
  const { cloud } = site;
  await cloud.setFlags({ runWorkers: false });
  const { body: away } = await cloud.create('olga', { report: 'transactions' });
  const page = await site.open('olga');
  await shown(page, away.id, 'queued');
  await page.getByRole('button', { name: /your session/i }).click();
  await page.getByRole('menuitem', { name: 'Members' }).click();
  await page.getByTestId('member-row').first().waitFor();
  await resume();
  const toast = page.getByRole('alert').filter({ hasText: 'Transactions is ready' });
  await toast.waitFor();
  expect(await accessibilityViolations(page)).toEqual([]);

  // It stays, and is in nobody's way.
  await page.getByRole('link', { name: 'Waybill, to the list of reports' }).click();
  await shown(page, away.id, 'ready');
  for (const viewport of [phone, { width: 1280, height: 900 }, wall]) {
    await page.setViewportSize(viewport);
    await page.getByTestId('generate-report-cta').click();
    await page.locator('[data-test="report-type-card"][data-report="transactions"]').click();
    await page.getByTestId('report-submit-cta').click({ trial: true });
    expect(await toast.isVisible()).toBe(true);
    await page.keyboard.press('Escape');
    await page.getByTestId('generate-report-modal').waitFor({ state: 'detached' });
  }
  await toast.getByRole('button', { name: 'Open' }).click();
  await page.getByTestId('export-timeline').waitFor();
  expect(new URL(page.url()).search).toBe(`?export=${away.id}`);
  await toast.waitFor({ state: 'detached' });
  await page.keyboard.press('Escape');
  await page.getByTestId('export-drawer').waitFor({ state: 'detached' });

  await cloud.setFlags({ runWorkers: false });
  const { body: inView } = await cloud.create('olga', { report: 'orders', columns: ['orderId'] });
  await page.reload();
  await shown(page, inView.id, 'queued');
  await resume();
  await shown(page, inView.id, 'ready');
  expect(await page.getByRole('alert').count()).toBe(0);
});

test('whoever is in another window is told by the browser, if they have allowed it', async () => {
  const { cloud } = site;
  await cloud.setFlags({ runWorkers: false });
  const { body } = await cloud.create('mel', { report: 'transactions' });
  const page = await site.open('mel');
  await page.addInitScript(KEEP_NOTIFICATIONS);
  await page.reload();
  await shown(page, body.id, 'queued');
  await page.evaluate(HIDE);
  await resume();
  await cloud.ended('mel', body.id);
  await expect.poll(() => page.evaluate('window.told.length'), { timeout: 60_000 }).toBe(1);
  expect(await page.evaluate('[told[0].title, told[0].tag]')).toEqual(['Transactions is ready', body.id]);
  await page.evaluate('told[0].onclick()');
  await page.getByTestId('export-timeline').waitFor();
  expect(new URL(page.url()).searchParams.get('export')).toBe(body.id);
});

/** A browser without a window refuses notifications whatever is allowed: these are allowed, and kept. */
const KEEP_NOTIFICATIONS = `
  window.told = [];
  window.Notification = class extends Notification {
    static permission = 'granted';
    constructor(...parameters) {
      super(...parameters);
      told.push(this);
    }
  };`;

/** A page without a window never goes out of sight by itself. */
const HIDE = `
  Object.defineProperty(document, 'visibilityState', { configurable: true, get: () => 'hidden' });
  document.dispatchEvent(new Event('visibilitychange', { bubbles: true }));`;

test('whoever is offline is told so, sees what there was, and is brought up to date by themselves', async () => {
  const { cloud } = site;
  await cloud.setFlags({ runWorkers: false });
  const { body } = await cloud.create('mel', { report: 'transactions' });
  const page = await site.open('mel');
  await shown(page, body.id, 'queued');
  site.expectNoAnswer('net::ERR_INTERNET_DISCONNECTED', '/v1/');
  await page.context().setOffline(true);
  await banner(page, offline).waitFor();
  await shown(page, body.id, 'queued');
  expect(await accessibilityViolations(page)).toEqual([]);
  await resume();
  await cloud.ended('mel', body.id);
  expect(await rowOf(page, body.id).locator('[data-status="queued"]').count(), 'while offline').toBe(1);
  await page.context().setOffline(false);
  await banner(page, offline).waitFor({ state: 'hidden' });
  await shown(page, body.id, 'ready');
});

test('a link to a file that is not there yet waits for it', async () => {
  const { cloud } = site;
  await cloud.setFlags({ runWorkers: false });
  const { body } = await cloud.create('val', guestList);
  site.expectAnswers({ status: 409, url: '/v1/downloads' });
  const page = await site.open('val', `/download/${await linkTokenFor(cloud, body.id as ExportId)}`);
  await page.getByRole('heading', { level: 1, name: 'Your file is still being prepared' }).waitFor();
  await page.getByText('Guest list').waitFor();
  expect(await accessibilityViolations(page)).toEqual([]);
  const [download] = await Promise.all([page.waitForEvent('download'), resume()]);
  expect(download.suggestedFilename()).toMatch(/^guest-list-.*\.csv$/);
  await page.getByRole('heading', { name: 'Your download has started' }).waitFor();
});

test('a link to a file waits as long as downloads are paused', async () => {
  const { cloud } = site;
  const { body } = await cloud.create('val', guestList);
  await cloud.ended('val', body.id);
  await cloud.setFlags({ allowDownloads: false });
  site.expectAnswers({ status: 503, url: '/v1/downloads' });
  const page = await site.open('val', `/download/${await linkTokenFor(cloud, body.id as ExportId)}`);
  await page.getByRole('heading', { level: 1, name: 'Downloads are paused' }).waitFor();
  expect(await accessibilityViolations(page)).toEqual([]);
  await Promise.all([page.waitForEvent('download'), cloud.setFlags({})]);
});

test('an export at work can be read by everybody, in the list and beside it', async () => {
  const { cloud } = site;
  const { body } = await cloud.create('mel', longRun);
  const page = await site.open('mel');
  const row = await shown(page, body.id, 'running');
  expect(await accessibilityViolations(page)).toEqual([]);
  await row.getByTestId('report-job-type').getByRole('link').click();
  const drawer = page.getByTestId('export-drawer');
  await drawer.getByTestId('export-timeline').waitFor();
  expect(await accessibilityViolations(page)).toEqual([]);
  expect(await drawer.locator('[data-status="running"]').count(), 'still at work').toBe(1);
  await cloud.call('mel', 'POST', `/v1/exports/${body.id}/cancel`);
});

test('a list that cannot be read says so, and is read once it can be', async () => {
  const { cloud } = site;
  const page = await site.open('gus', '/members');
  await page.getByTestId('member-row').waitFor();
  // Which function fails is what people see: only the list, on a page that is there.
  await cloud.faults.set({ rules: [{ kind: 'error', principal: 'ListExports', service: 'dynamodb', tries: 'all' }] });
  site.expectAnswers({ status: 500, url: '/v1/exports' }, { status: 503, url: '/v1/exports' });
  await page.getByRole('link', { name: 'Waybill, to the list of reports' }).click();
  const failure = page.getByRole('alert');
  await failure.getByRole('heading', { name: 'The list could not be loaded' }).waitFor();
  expect(await accessibilityViolations(page)).toEqual([]);
  await cloud.faults.set({ rules: [] });
  await failure.getByRole('button', { name: 'Try again' }).click();
  await page.getByRole('heading', { name: 'No reports yet' }).waitFor();
});

test('a list that takes long to arrive shows its outline', async () => {
  const page = await site.open('gus', '/members');
  await page.getByTestId('member-row').waitFor();
  const gate = Promise.withResolvers<void>();
  await page.route(/\/v1\/exports\?/, async (route) => {
    await gate.promise;
    await route.continue();
  });
  await page.getByRole('link', { name: 'Waybill, to the list of reports' }).click();
  await page.getByRole('table', { name: 'Loading the reports' }).waitFor();
  expect(await accessibilityViolations(page)).toEqual([]);
  gate.resolve();
  await page.getByRole('heading', { name: 'No reports yet' }).waitFor();
});

test('what asks before it acts is accessible, and does nothing when it is left', async () => {
  const { cloud } = site;
  const { body } = await cloud.create('val', guestList);
  await cloud.ended('val', body.id);
  const page = await site.open('val');
  const row = await shown(page, body.id, 'ready');
  const more = row.getByRole('button', { name: 'More actions for Guest list' });
  await more.click();
  expect(await accessibilityViolations(page)).toEqual([]);
  await page.getByRole('menuitem', { name: 'Something wrong?' }).click();
  await page.getByRole('dialog', { name: 'Something wrong?' }).waitFor();
  expect(await accessibilityViolations(page)).toEqual([]);
  await page.keyboard.press('Escape');
  await page.getByRole('dialog').waitFor({ state: 'detached' });

  await more.click();
  await page.getByRole('menuitem', { name: 'Delete' }).click();
  const question = page.getByRole('dialog', { name: 'Delete this export?' });
  await question.waitFor();
  expect(await accessibilityViolations(page)).toEqual([]);
  await question.getByRole('button', { name: 'Cancel' }).click();
  await question.waitFor({ state: 'detached' });
  await shown(page, body.id, 'ready');

  await more.click();
  await page.getByRole('menuitem', { name: 'Delete' }).click();
  await question.getByRole('button', { name: 'Delete' }).click();
  await row.getByTestId('report-job-download-cta').waitFor({ state: 'detached' });
});

test('members are listed with their roles; to remove one is asked first', async () => {
  const page = await site.open('olga', '/members');
  await page.getByTestId('member-row').first().waitFor();
  expect(await page.getByTestId('member-row').count()).toBe(4);
  expect(await accessibilityViolations(page)).toEqual([]);
  await page.getByRole('button', { name: 'Remove Val Vega' }).click();
  const question = page.getByRole('dialog', { name: 'Remove this member?' });
  await question.waitFor();
  expect(await accessibilityViolations(page)).toEqual([]);
  await question.getByRole('button', { name: 'Cancel' }).click();
  await question.waitFor({ state: 'detached' });
  expect(await page.getByTestId('member-row').count()).toBe(4);
});

test('from a phone to a wall, nothing scrolls sideways, and the phone is accessible', async () => {
  const { cloud } = site;
  const { body } = await cloud.create('ada', { report: 'orders', note: 'A'.repeat(120), columns: ['orderId'] });
  await cloud.ended('ada', body.id);
  const page = await site.open('ada', '/', { viewport: phone });
  const pages: readonly (readonly [path: string, testName: string])[] = [
    ['/', 'report-job-row'],
    [`/?export=${body.id}`, 'export-timeline'],
    ['/reports/new', 'report-type-card'],
    ['/reports/new?type=orders', 'report-submit-cta'],
  ];
  const look = async (at: Page, path: string, testName: string) => {
    await at.setViewportSize(phone);
    await at.goto(path);
    await at.getByTestId(testName).first().waitFor();
    expect(await accessibilityViolations(at), path).toEqual([]);
    expect(await fits(at), `${path} on a phone`).toBe(true);
    await at.setViewportSize(wall);
    expect(await fits(at), `${path} on a wall`).toBe(true);
  };
  for (const [path, testName] of pages) await look(page, path, testName);
  await look(await site.open('olga'), '/members', 'member-row');
});
