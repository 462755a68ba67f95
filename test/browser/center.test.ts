// @module-tag list
// @module-tag event-list
// @module-tag closed-form
// @module-tag two-who-ask-alike
// @module-tag drawer
// @module-tag sign-out-and-in
// @module-tag accessible-and-silent

import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import type { ExportId } from '../../core/domain/export-id.ts';
import type { ExportRecord } from '../../core/domain/export-record.ts';
import type { OneFileWaybill } from '../../core/domain/waybill.ts';
import { sampleUserNamed } from '../../local/sample-users.ts';
import { ReadyExports } from '../e2e/authorization/ready-exports.ts';
import { newExport } from '../support/exports.ts';
import { accessibilityViolations } from './accessibility.ts';
import { browserTests } from './browser-tests.ts';
import { rowOf, shown, shownIds, signIn } from './report-center.ts';

const site = browserTests({ acmeOrders: 2_000, globexOrders: 100 });

const guestList = { report: 'guest-list', filters: { event: '1003' } };

function requesterNamed(userName: string): ExportRecord['requestedBy'] {
  const { id: userId, email, name } = sampleUserNamed(userName);
  return { userId, email, name };
}

/** What the address says of the list. */
function searchOf(page: Page): string {
  return new URL(page.url()).search;
}

test('the report center opens with its heading, its call to action and an invitation where nothing is yet', async () => {
  const page = await site.open('gus');
  await page.getByTestId('report-center').waitFor();
  expect(await page.getByTestId('report-center-h1').textContent()).toBe('Reports');
  await expect.poll(() => page.title()).toBe('Reports · globex');
  expect(await page.getByTestId('generate-report-cta').textContent()).toBe('Generate new report');
  await page.getByRole('heading', { name: 'No reports yet' }).waitFor();
  expect(await accessibilityViolations(page)).toEqual([]);
});

test('a list of many pages is paged, and a page has an address', async () => {
  const exports = new ReadyExports(site.cloud);
  const added: string[] = [];
  for (let index = 0; index < 30; index += 1) added.unshift(await exports.add('globex', requesterNamed('gus')));
  exports.stop();

  const page = await site.open('gus');
  expect(await shownIds(page)).toEqual(added.slice(0, 25));
  const pages = page.getByTestId('report-jobs-pagination');
  expect(await pages.textContent()).toContain('1–25 of 30');
  await pages.getByRole('button', { name: 'Next' }).click();
  await rowOf(page, added[25] ?? '').waitFor();
  expect(await shownIds(page)).toEqual(added.slice(25));
  expect(new URL(page.url()).searchParams.get('page')).toBe('2');
  expect(await accessibilityViolations(page)).toEqual([]);

  await page.reload();
  await rowOf(page, added[25] ?? '').waitFor();
  expect(await shownIds(page)).toEqual(added.slice(25));
  await page.goBack();
  await rowOf(page, added[0] ?? '').waitFor();
  expect(await shownIds(page)).toEqual(added.slice(0, 25));
});

test('an event has a report center of its own, which holds what is about it, and generates for it', async () => {
  const { body: elsewhere } = await site.cloud.create('val', guestList);
  const { body: here } = await site.cloud.create('val', { report: 'attendance', filters: { event: '1001' } });
  const page = await site.open('val');
  await rowOf(page, elsewhere.id).waitFor();
  await rowOf(page, here.id).waitFor();

  await page.goto('/events/1001/reports');
  await rowOf(page, here.id).waitFor();
  expect(await shownIds(page)).toEqual([here.id]);
  expect(await page.getByTestId('report-center-h1').textContent()).toBe('Reports');
  await page.getByText('Only what is about Berlin Builders Day').waitFor();
  expect(await accessibilityViolations(page)).toEqual([]);

  await page.getByTestId('generate-report-cta').click();
  await page.locator('[data-test="report-type-card"][data-report="guest-list"]').click();
  const event = page.getByRole('combobox', { name: 'Event' });
  await expect.poll(() => event.inputValue()).toMatch(/^Berlin Builders Day/);
  expect(await event.isEditable()).toBe(false);
  await page.getByTestId('report-submit-cta').click();
  await page.getByTestId('report-params-form').waitFor({ state: 'detached' });
  await expect.poll(() => shownIds(page)).toHaveLength(2);
  expect(new URL(page.url()).pathname).toBe('/events/1001/reports');
  const [made = ''] = await shownIds(page);
  await shown(page, made, 'ready');
  const waybill = await site.cloud.call<OneFileWaybill>('val', 'GET', `/v1/exports/${made}/waybill`);
  expect(waybill.body.filters.event).toBe('1001');

  await page.getByRole('link', { name: 'Show all reports' }).click();
  await rowOf(page, elsewhere.id).waitFor();
  await rowOf(page, made).waitFor();
});

test('the order and the filters of the list live in its address: they outlast a reload and the way back', async () => {
  const exports = new ReadyExports(site.cloud);
  const add = (userName: string, id: string, title: string, status: ExportRecord['status']): Promise<ExportId> => {
    const { snapshot } = newExport(0);
    return exports.add('acme', requesterNamed(userName), {
      status,
      snapshot: {
        ...snapshot,
        report: { id, version: 1, title, permission: 'reports:events' },
        filters: { event: '1002' },
        scope: { filter: 'event', value: '1002' },
      },
    });
  };
  const guests = await add('val', 'guest-list', 'Guest list', 'ready');
  const attendance = await add('ada', 'attendance', 'Attendance', 'cancelled');
  const guestsAgain = await add('ada', 'guest-list', 'Guest list', 'expired');
  const checkIn = await add('val', 'check-in', 'Check-in', 'ready');
  exports.stop();

  const page = await site.open('ada', '/events/1002/reports');
  const shows = (...ids: readonly string[]) => expect.poll(() => shownIds(page)).toEqual(ids);
  const choose = (name: string, label: string) => page.getByRole('combobox', { name }).selectOption({ label });
  await shows(checkIn, guestsAgain, attendance, guests);

  await page.getByRole('button', { name: 'Created' }).click();
  await shows(guests, attendance, guestsAgain, checkIn);
  expect(searchOf(page)).toBe('?sort=createdAt');
  await page.getByRole('button', { name: 'Status' }).click();
  await shows(attendance, guestsAgain, checkIn, guests);
  expect(await page.getByRole('columnheader', { name: 'Status' }).getAttribute('aria-sort')).toBe('ascending');
  // Where there is no room for columns, a field orders the list.
  await page.setViewportSize({ width: 360, height: 740 });
  await choose('Order', 'Report, A to Z');
  await shows(attendance, checkIn, guestsAgain, guests);
  await page.setViewportSize({ width: 1280, height: 900 });
  await page.getByRole('button', { name: 'Report', exact: true }).click();
  await shows(guestsAgain, guests, checkIn, attendance);
  expect(searchOf(page)).toBe('?sort=-report');

  await choose('Report', 'Guest list');
  await shows(guestsAgain, guests);
  await page.getByText('Mine', { exact: true }).click();
  await shows(guestsAgain);
  await page.getByText('Everyone', { exact: true }).click();
  await choose('Status', 'Ready');
  await shows(guests);
  const chosen = '?sort=-report&report=guest-list&status=ready';
  expect(searchOf(page)).toBe(chosen);

  await page.reload();
  await shows(guests);
  expect(searchOf(page)).toBe(chosen);
  expect(await page.getByRole('combobox', { name: 'Status' }).inputValue()).toBe('ready');
  expect(await page.getByRole('combobox', { name: 'Report' }).inputValue()).toBe('guest-list');
  expect(await page.getByRole('columnheader', { name: 'Report' }).getAttribute('aria-sort')).toBe('descending');
  await page.goBack();
  await shows(guestsAgain, guests);
  await page.goBack();
  await shows(guestsAgain);
  expect(await page.getByRole('radio', { name: 'Mine' }).isChecked()).toBe(true);

  await choose('Status', 'Failed');
  await page.getByRole('heading', { name: 'Nothing matches' }).waitFor();
  await page.getByRole('button', { name: 'Clear filters' }).click();
  await shows(guestsAgain, guests, checkIn, attendance);
  expect(searchOf(page)).toBe('?sort=-report');
});

test('a choice that follows at once upon another keeps that one', async () => {
  const { body } = await site.cloud.create('val', guestList);
  await site.cloud.ended('val', body.id);
  const page = await site.open('ada', '/?mine=true');
  await page.getByText('Everyone', { exact: true }).waitFor();
  // Within one task of the browser, where a slow machine has not come to drawing what the first one changed.
  await page.evaluate(`(async () => {
    const everyone = [...document.querySelectorAll('label')].find((label) => label.textContent === 'Everyone');
    everyone.click();
    await undefined;
    const status = document.querySelector('select[aria-label="Status"]');
    status.value = 'ready';
    status.dispatchEvent(new Event('change', { bubbles: true }));
  })()`);
  await shown(page, body.id, 'ready');
  expect(searchOf(page)).toBe('?status=ready');
});

test('a form that is closed without a new export gives the list back as it was', async () => {
  const { body } = await site.cloud.create('mel', { report: 'transactions' });
  await site.cloud.ended('mel', body.id);
  const page = await site.open('mel', '/?report=transactions&sort=createdAt');
  await shown(page, body.id, 'ready');
  await page.getByTestId('generate-report-cta').click();
  await page.getByTestId('report-type-card').first().waitFor();
  expect(new URL(page.url()).pathname).toBe('/reports/new');
  await page.keyboard.press('Escape');
  await page.getByTestId('generate-report-modal').waitFor({ state: 'detached' });
  expect([new URL(page.url()).pathname, searchOf(page)]).toEqual(['/', '?report=transactions&sort=createdAt']);
  // The address is there first, and then the list.
  await expect.poll(() => page.getByRole('combobox', { name: 'Report' }).inputValue()).toBe('transactions');

  // With a new one, it is the new one that is wanted.
  await page.getByTestId('generate-report-cta').click();
  await page.locator('[data-test="report-type-card"][data-report="guest-list"]').click();
  const event = page.getByRole('combobox', { name: 'Event' });
  await event.click();
  await page.getByRole('dialog').getByRole('option').first().click();
  await page.getByTestId('report-submit-cta').click();
  await page.getByTestId('generate-report-modal').waitFor({ state: 'detached' });
  expect([new URL(page.url()).pathname, searchOf(page)]).toEqual(['/', '']);
  await page.getByTestId('report-job-row').first().getByText('Guest list').waitFor();
});

test('an export opens beside the list, with its waybill to copy, and gives the focus back', async () => {
  const { body } = await site.cloud.create('val', { ...guestList, note: 'For the door' });
  const view = await site.cloud.ended('val', body.id);
  const page = await site.open('val');
  const row = (await shown(page, view.id, 'ready')).getByTestId('report-job-type');
  await row.getByRole('link').press('Enter');

  const drawer = page.getByRole('dialog', { name: 'Guest list' });
  await drawer
    .getByTestId('export-waybill')
    .getByText(view.file?.sha256 ?? '')
    .waitFor();
  expect(new URL(page.url()).searchParams.get('export')).toBe(view.id);
  expect(await drawer.getByTestId('export-request').textContent()).toContain('For the door');
  const timeline = drawer.getByTestId('export-timeline');
  expect(await timeline.textContent()).toMatch(/Requested as CSV.*Val Vega \(you\).*Attempt 1 started.*Ready: /s);
  expect(await drawer.locator(':focus').count()).toBe(1);
  expect(await accessibilityViolations(page)).toEqual([]);

  const copy = drawer.getByRole('button', { name: 'Copy SHA-256' });
  await copy.click();
  await drawer.getByText('Copied').waitFor();
  expect(await page.evaluate('navigator.clipboard.readText()')).toBe(view.file?.sha256);

  await page.keyboard.press('Escape');
  await drawer.waitFor({ state: 'hidden' });
  expect(new URL(page.url()).searchParams.get('export')).toBeNull();
  await expect.poll(() => row.locator('a:focus').count()).toBe(1);
});

test("an export that is not there, or not this person's, says so in the drawer", async () => {
  const { body } = await site.cloud.create('olga', { report: 'orders', columns: ['orderId'] });
  site.expectAnswers({ status: 404, url: body.id });
  const page = await site.open('val', `/exports/${body.id}`);
  const drawer = page.getByRole('dialog');
  await drawer.getByText('This export was not found').waitFor();
  expect(await accessibilityViolations(page)).toEqual([]);
  await drawer.getByRole('button', { name: 'Close' }).click();
  await drawer.waitFor({ state: 'hidden' });
});

test('two people who ask for the same at once have an export each', async () => {
  const pages = await Promise.all([site.open('mel'), site.open('val')]);
  const created = await Promise.all(['mel', 'val'].map((user) => site.cloud.create(user, guestList)));
  const ids = created.map(({ body }) => body.id);
  for (const [index, page] of pages.entries()) {
    await page.reload();
    await shown(page, ids[index] ?? '', 'ready');
    expect(await rowOf(page, ids[1 - index] ?? '').count(), "the other's").toBe(0);
  }
  const admin = await site.open('ada');
  for (const id of ids) await shown(admin, id, 'ready');
});

test('a dark system gets a dark page, and a choice of its own outlasts the visit', async () => {
  const page = await site.open('ada');
  await page.getByTestId('report-center').waitFor();
  const ground = () => page.evaluate('getComputedStyle(document.body).backgroundColor');
  const light = await ground();
  await page.emulateMedia({ colorScheme: 'dark' });
  await expect.poll(ground).not.toBe(light);
  await page.getByRole('button', { name: 'Appearance' }).click();
  await page.getByRole('menuitemradio', { name: 'Light' }).click();
  await expect.poll(ground).toBe(light);
  await page.reload();
  await page.getByTestId('report-center').waitFor();
  expect(await ground()).toBe(light);
});

test('whoever signs out and in again finds their exports as they were', async () => {
  const { body } = await site.cloud.create('ada', { report: 'orders', columns: ['orderId'] });
  const page = await site.open('ada');
  await shown(page, body.id, 'ready');
  await page.getByRole('button', { name: /your session/i }).click();
  await page.getByRole('menuitem', { name: 'Sign out' }).click();
  // The identity provider asks whether it is meant.
  await page.getByRole('button', { name: 'Sign out' }).click();
  await page.getByRole('heading', { name: 'You are signed out' }).waitFor();
  expect(await accessibilityViolations(page)).toEqual([]);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await signIn(page, 'ada');
  await shown(page, body.id, 'ready');
});
