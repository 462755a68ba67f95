// @module-tag failure-and-retry
// @module-tag bounced-mail-shown
// @module-tag cancelling
// @module-tag lost-permission
// @module-tag quiet-polls
// @module-tag accessible-and-silent

import { expect, test, vi } from 'vitest';
import type { ExportView } from '../../core/contract/export-schemas.ts';
import { sampleUserNamed } from '../../local/sample-users.ts';
import { PATIENCE } from '../support/patience.ts';
import { accessibilityViolations } from './accessibility.ts';
import { browserTests } from './browser-tests.ts';
import { longRun, rowOf, shown, shownIds } from './report-center.ts';

// Faults and roles are everybody's: these tests change them, one after the other.
const site = browserTests({ acmeOrders: 500, globexOrders: 100 });

const cannotStart = { kind: 'error', service: 'states', operation: 'StartExecution', tries: 'all' } as const;
const cannotMeasure = { kind: 'error', principal: 'MeasureExport', tries: 'all' } as const;

test('an export that failed says why, and a retry is a line of its own', async () => {
  const { cloud } = site;
  await cloud.faults.set({ rules: [cannotMeasure] });
  const { body } = await cloud.create('mel', { report: 'transactions' });
  const view = await cloud.ended('mel', body.id);
  await cloud.faults.set({ rules: [] });

  const page = await site.open('mel');
  const row = await shown(page, body.id, 'failed');
  expect(await row.getByTestId('report-job-failure-reason').textContent()).toContain(view.failure?.message);
  expect(await accessibilityViolations(page)).toEqual([]);
  await row.getByTestId('report-job-retry-cta').click();
  await vi.waitFor(async () => expect(await shownIds(page)).toHaveLength(2), PATIENCE);
  const [retry = ''] = await shownIds(page);
  await shown(page, retry, 'ready');
  await row.getByRole('link', { name: 'Retried by a newer export' }).click();
  const drawer = page.getByTestId('export-drawer');
  await drawer.getByText(retry).first().waitFor();
  await drawer.getByTestId('export-timeline').waitFor();
  expect(await accessibilityViolations(page)).toEqual([]);
});

test('one that is too large says how to narrow it, and opens its form to do so', async () => {
  const request = { report: 'email-deliverability', format: 'pdf', filters: { event: '1002' } };
  const { body } = await site.cloud.create('val', request);
  const page = await site.open('val');
  const reason = (await shown(page, body.id, 'failed')).getByTestId('report-job-failure-reason');
  expect(await reason.textContent()).toMatch(/5,000 rows for PDF.*narrower date range/);
  await reason.getByRole('link', { name: 'Narrow and run again' }).click();

  const form = page.getByTestId('report-params-form');
  await form.waitFor();
  expect(await form.getByTestId('report-params-format').getByRole('radio', { name: 'PDF' }).isChecked()).toBe(true);
  await form.getByText(/Narrow it down with/).waitFor();
  await form.getByTestId('report-params-format').getByRole('radio', { name: 'CSV' }).check();
  await page.getByTestId('report-submit-cta').click();
  await form.waitFor({ state: 'detached' });
  await vi.waitFor(async () => expect(await shownIds(page)).toHaveLength(2), PATIENCE);
  const [narrower = ''] = await shownIds(page);
  await shown(page, narrower, 'ready');
});

test('a mail that came back is shown, and sent to the right address', async () => {
  const { cloud } = site;
  const moveMel = (email: string) =>
    cloud.call('olga', 'PUT', '/v1/members/usr_mel', { body: { email, name: 'Mel Meyer', role: 'member' } });
  await moveMel('mel+bounce@acme.example');
  const { body } = await cloud.create('ada', { report: 'transactions', notify: ['mel+bounce@acme.example'] });
  const page = await site.open('ada');
  const bounce = rowOf(page, body.id).getByTestId('report-job-bounce-indicator');
  await bounce.waitFor();
  expect(await bounce.textContent()).toContain('mel+bounce@acme.example');

  site.expectAnswers({ status: 422, url: '/notifications' });
  await bounce.getByRole('button', { name: 'Correct the address' }).click();
  const dialog = page.getByRole('dialog', { name: 'Send the mail again' });
  const address = dialog.getByRole('textbox', { name: 'Address of a member' });
  await address.fill('nobody@acme.example');
  await dialog.getByRole('button', { name: 'Send', exact: true }).click();
  await dialog.getByText(/is not the address of a member of acme/).waitFor();
  expect(await accessibilityViolations(page)).toEqual([]);

  await moveMel('mel@acme.example');
  await address.fill('mel@acme.example');
  await dialog.getByRole('button', { name: 'Send', exact: true }).click();
  await dialog.waitFor({ state: 'hidden' });
  await bounce.waitFor({ state: 'detached' });
  const { body: after } = await cloud.call<ExportView>('ada', 'GET', `/v1/exports/${body.id}`);
  expect(after.notifications.map(({ email }) => email)).toContain('mel@acme.example');
});

test('cancelled in time, an export is cancelled: while it waits, and while it runs', async () => {
  const { cloud } = site;
  await cloud.faults.set({ rules: [cannotStart] });
  const { body: waiting } = await cloud.create('mel', { report: 'transactions' });
  await cloud.faults.set({ rules: [] });
  const page = await site.open('mel');
  await (await shown(page, waiting.id, 'queued')).getByTestId('report-job-cancel-cta').click();
  await shown(page, waiting.id, 'cancelled');

  const { body: running } = await cloud.create('mel', longRun);
  await page.reload();
  await (await shown(page, running.id, 'running')).getByTestId('report-job-cancel-cta').click();
  await page.getByRole('button', { name: 'Cancel the export' }).click();
  const row = await shown(page, running.id, 'cancelled');
  expect(await row.getByTestId('report-job-rerun-cta').count()).toBe(1);
  expect(await accessibilityViolations(page)).toEqual([]);
});

test('cancelled too late, an export is ready, and the page says so', async () => {
  const { cloud } = site;
  await cloud.faults.set({ rules: [cannotStart] });
  const { body } = await cloud.create('mel', { report: 'transactions' });
  const page = await site.open('mel');
  const row = await shown(page, body.id, 'queued');
  // What the page asks for takes long to arrive from here on: it goes on showing what was.
  const gate = Promise.withResolvers<void>();
  await page.route(/\/v1\/exports(\?|\/exp_[^/]+$)/, async (route) => {
    await gate.promise;
    await route.continue();
  });
  await cloud.faults.set({ rules: [] });
  await cloud.advance(65);
  await cloud.ended('mel', body.id);

  site.expectAnswers({ status: 409, url: '/cancel' });
  await row.getByTestId('report-job-cancel-cta').click();
  await page.getByText('Too late to cancel').waitFor();
  await page.getByText('The export completed before the cancellation.').waitFor();
  gate.resolve();
  await shown(page, body.id, 'ready');
});

test('whoever loses a report loses its files at once', async () => {
  const { cloud } = site;
  const { body } = await cloud.create('mel', { report: 'transactions' });
  await cloud.ended('mel', body.id);
  const page = await site.open('mel');
  const row = await shown(page, body.id, 'ready');
  await cloud.members.set(sampleUserNamed('mel'), 'viewer');
  site.expectAnswers({ status: 403, url: body.id });
  try {
    await row.getByTestId('report-job-download-cta').click();
    await page
      .getByText(/You no longer have access to the report "Transactions"/)
      .first()
      .waitFor();
    const drawer = await site.open('mel', `/exports/${body.id}`);
    await drawer.getByRole('dialog').getByText('You have no access to this export').waitFor();
    expect(await accessibilityViolations(drawer)).toEqual([]);
  } finally {
    await cloud.members.set(sampleUserNamed('mel'), 'member');
  }
});

test('a poll that finds nothing new draws nothing', async () => {
  const { cloud } = site;
  await cloud.faults.set({ rules: [cannotStart] });
  const { body } = await cloud.create('gus', { report: 'transactions' });
  const page = await site.open('gus');
  await shown(page, body.id, 'queued');
  const polled = () => page.waitForResponse((response) => response.url().includes('/v1/exports?'));
  await polled();
  await page.evaluate(`{
    window.changes = [];
    const note = (records) => window.changes.push(...records.map(({ type, target }) => type + ' ' + (target.outerHTML ?? target.textContent).slice(0, 200)));
    new MutationObserver(note).observe(document.documentElement, { subtree: true, childList: true, attributes: true, characterData: true });
  }`);
  for (let poll = 0; poll < 3; poll += 1) await polled();
  expect(await page.evaluate('window.changes')).toEqual([]);
  await cloud.faults.set({ rules: [] });
});
