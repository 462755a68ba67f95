// @module-tag slow-exports-and-old-links
// @module-tag sessions
// @module-tag accessible-and-silent

import type { Page } from 'playwright-core';
import { expect, test, vi } from 'vitest';
import type { ExportView } from '../../core/contract/export-schemas.ts';
import type { WebConfig } from '../../web/src/config.ts';
import { accessibilityViolations } from './accessibility.ts';
import { browserTests } from './browser-tests.ts';
import { mailedPath, saved, shown } from './report-center.ts';

// Time is everybody's: these tests move it, and so are in a file of their own.
const site = browserTests({ acmeOrders: 500, globexOrders: 100 });

const HOUR_SECONDS = 3_600;
const DAY_SECONDS = 86_400;

/** Moves time on, and waits for a sweep that knows it. */
async function sweepAfter(seconds: number): Promise<void> {
  const { cloud } = site;
  await cloud.advance(seconds);
  const now = cloud.clock.now();
  const sweptAt = () => cloud.output.filter((line) => line.includes('"swept"')).map((line) => timeOf(line));
  await vi.waitFor(() => expect(sweptAt().some((at) => at >= now)).toBe(true), { timeout: 60_000 });
}

/** When a function wrote a line, in epoch milliseconds of the cloud's time. */
function timeOf(line: string): number {
  return Date.parse(/"timestamp":"([^"]+)"/.exec(line)?.[1] ?? '');
}

async function readyFor(user: string, request: object): Promise<ExportView> {
  const { body } = await site.cloud.create(user, request);
  return site.cloud.ended(user, body.id);
}

test('an export that nothing starts says after six minutes that it is being looked into', async () => {
  const { cloud } = site;
  await cloud.faults.set({ rules: [{ kind: 'error', service: 'states', operation: 'StartExecution', tries: 'all' }] });
  const { body } = await cloud.create('mel', { report: 'transactions' });
  const page = await site.open('mel');
  const row = await shown(page, body.id, 'queued');
  expect(await row.getByTestId('report-job-stuck-note').count()).toBe(0);

  // Sweeps that overlap on a busy machine count less time than has passed, never more.
  const isTakingLonger = async () =>
    (await cloud.call<ExportView>('mel', 'GET', `/v1/exports/${body.id}`)).body.takingLonger;
  for (let minute = 0; minute < 4; minute += 1) await sweepAfter(60);
  expect(await isTakingLonger(), 'after four minutes').toBe(false);
  for (let minute = 0; minute < 10 && !(await isTakingLonger()); minute += 1) await sweepAfter(60);
  await row.getByTestId('report-job-stuck-note').waitFor();
  expect(await row.getByTestId('report-job-stuck-note').textContent()).toMatch(/longer than usual.*looked into/);
  expect(await accessibilityViolations(page)).toEqual([]);

  await cloud.faults.set({ rules: [] });
  await sweepAfter(65);
  await shown(page, body.id, 'ready');
  expect(await row.getByTestId('report-job-stuck-note').count()).toBe(0);
});

test('a link that is a week old says when it expired, and leads on: to the file, and once that is gone, to a new one', async () => {
  const { cloud } = site;
  const view = await readyFor('val', { report: 'guest-list', filters: { event: '1003' } });
  const path = await mailedPath(cloud, view.id);

  const page = await site.open('val', '/');
  await shown(page, view.id, 'ready');
  await cloud.advance(7 * DAY_SECONDS + 60);
  site.expectAnswers(
    { status: 410, url: '/v1/downloads' },
    { status: 401, url: '/v1/' },
    { status: 400, url: '/oidc/token' },
  );
  const late = await site.open('val', path);
  const expired = late.getByTestId('expired-download-page');
  await expired.waitFor();
  expect(await late.getByRole('heading', { level: 1 }).textContent()).toBe('Download link expired');
  expect(await expired.textContent()).toContain('Guest list');
  expect(await accessibilityViolations(late)).toEqual([]);
  const file = await saved(late, late.getByTestId('expired-download-regenerate-cta'));
  expect([file.bytes, file.sha256]).toEqual([view.file?.bytes, view.file?.sha256]);

  // A guest list is kept for thirty days, and swept an hour later.
  await cloud.advance(23 * DAY_SECONDS);
  await sweepAfter(3_700);
  const gone = await site.open('val', path);
  const removed = gone.getByTestId('expired-download-page');
  await removed.waitFor();
  expect(await removed.textContent()).toMatch(/removed/);
  expect(await removed.textContent()).not.toMatch(/not found/i);
  expect(await accessibilityViolations(gone)).toEqual([]);
  await gone.getByTestId('expired-download-regenerate-cta').click();
  const again = gone.getByTestId('report-job-row').first();
  await again.locator('[data-status="ready"]').waitFor();
  expect(await again.getAttribute('data-export')).not.toBe(view.id);
  const old = await shown(gone, view.id, 'expired');
  expect(await old.getByTestId('report-job-rerun-cta').count()).toBe(1);
});

test('a token that has run out is renewed, and nobody notices', async () => {
  const { cloud } = site;
  const view = await readyFor('gus', { report: 'transactions' });
  const page = await site.open('gus');
  const row = await shown(page, view.id, 'ready');
  await page.evaluate('window.isTheSamePage = true');
  await cloud.advance(HOUR_SECONDS + 100);
  site.expectAnswers({ status: 401, url: '/v1/' });
  const [renewal] = await Promise.all([
    page.waitForResponse((response) => response.url().endsWith('/oidc/token')),
    row.getByTestId('report-job-rerun-cta').click(),
  ]);
  expect(renewal.status()).toBe(200);
  await expect.poll(() => page.getByTestId('report-job-row').count()).toBe(2);
  await page.getByTestId('report-job-row').first().locator('[data-status="ready"]').waitFor();
  expect(await page.evaluate('window.isTheSamePage')).toBe(true);
});

test('a session that has really ended says so, and a new one goes on where the old one was', async () => {
  const { cloud } = site;
  const view = await readyFor('ada', { report: 'transactions' });
  const page = await site.open('ada', `/?report=transactions&export=${view.id}`);
  await page.getByTestId('export-timeline').waitFor();
  await useRefreshToken(page);
  await cloud.advance(HOUR_SECONDS + 100);
  site.expectAnswers({ status: 401, url: '/v1/' }, { status: 400, url: '/oidc/token' });
  await page.getByTestId('export-drawer').getByTestId('report-job-download-cta').click();
  await page.getByRole('heading', { level: 1, name: 'Your session has ended' }).waitFor();
  expect(await page.getByTestId('report-center').count()).toBe(0);
  expect(await accessibilityViolations(page)).toEqual([]);

  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByTestId('export-timeline').waitFor();
  expect(new URL(page.url()).search).toBe(`?report=transactions&export=${view.id}`);
});

/** Renews a page's session in its place, as a thief would: the identity provider takes the next renewal for theft. */
async function useRefreshToken(page: Page): Promise<void> {
  const kept = (await page.evaluate(
    "JSON.parse(Object.entries(sessionStorage).find(([name]) => name.startsWith('oidc.user:'))[1])",
  )) as { readonly refresh_token: string };
  const { clientId } = (await (await page.request.get('/config.json')).json()) as WebConfig;
  const form = { grant_type: 'refresh_token', refresh_token: kept.refresh_token, client_id: clientId };
  expect((await page.request.post('/oidc/token', { form })).status()).toBe(200);
}
