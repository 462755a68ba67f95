import { mkdir, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { type Browser, type Page, selectors } from 'playwright-core';
import type { ExportView } from '../../core/contract/export-schemas.ts';
import type { StoredMail } from '../../local/ses/mailbox.ts';
import { startTestCloud, type TestCloud } from '../e2e/test-cloud.ts';
import { signIn } from './browser-tests.ts';
import { launchChromium } from './chromium.ts';
import { longRun } from './report-center.ts';

// npm run screenshots: every page and state of the report center, in both themes, on a desktop and on a phone.

const folder = resolve('docs/screenshots');
const DAY_SECONDS = 86_400;

const variants = [
  { name: 'light-desktop', colorScheme: 'light', viewport: { width: 1280, height: 800 } },
  { name: 'dark-desktop', colorScheme: 'dark', viewport: { width: 1280, height: 800 } },
  { name: 'light-phone', colorScheme: 'light', viewport: { width: 360, height: 740 } },
  { name: 'dark-phone', colorScheme: 'dark', viewport: { width: 360, height: 740 } },
] as const;

/** One page in one state. */
interface Scene {
  readonly name: string;
  readonly user: string;
  readonly path: string;
  /** Brings the page into the state, and waits until it is there. */
  readonly arrive: (page: Page) => Promise<unknown>;
}

const see = (testId: string) => (page: Page) => page.getByTestId(testId).first().waitFor();
const read = (text: string | RegExp) => (page: Page) => page.getByText(text).first().waitFor();

async function shoot(browser: Browser, cloud: TestCloud, { name, user, path, arrive }: Scene): Promise<void> {
  for (const { name: variant, ...look } of variants) {
    const context = await browser.newContext({
      ...{ ...look, baseURL: cloud.origin, locale: 'en-US', timezoneId: 'UTC', reducedMotion: 'reduce' },
    });
    const page = await context.newPage();
    await page.goto(path);
    await signIn(page, user);
    await arrive(page);
    await page.waitForLoadState('networkidle').catch(() => undefined);
    await page.screenshot({ path: join(folder, `${name}-${variant}.png`) });
    await context.close();
  }
  console.log(name);
}

/** An export as it is once it has ended. */
async function ended(cloud: TestCloud, user: string, request: object): Promise<ExportView> {
  const { body } = await cloud.create(user, request);
  return cloud.ended(user, body.id);
}

async function mailedPath(cloud: TestCloud, exportId: string): Promise<string> {
  for (;;) {
    const { body } = await cloud.call<readonly StoredMail[]>('', 'GET', '/local/mail', { token: null });
    const text = body.find(({ tags }) => tags.exportId === exportId)?.text ?? '';
    const link = /https?:\/\/\S+\/download\/\S+/.exec(text)?.[0];
    if (link !== undefined) return new URL(link).pathname;
    await new Promise((settle) => setTimeout(settle, 200));
  }
}

await rm(folder, { recursive: true, force: true });
await mkdir(folder, { recursive: true });
selectors.setTestIdAttribute('data-test');
const [cloud, browser] = await Promise.all([startTestCloud({ acmeOrders: 60_000 }), launchChromium()]);

try {
  await shoot(browser, cloud, { name: 'list-empty', user: 'gus', path: '/', arrive: see('report-center-h1') });

  const guests = await ended(cloud, 'val', { report: 'guest-list', filters: { event: '1003' }, note: 'For the door' });
  const link = await mailedPath(cloud, guests.id);
  const orders = await ended(cloud, 'ada', {
    report: 'orders',
    format: 'xlsx',
    filters: { placedFrom: '2025-01-01', placedTo: '2025-03-31' },
  });
  await ended(cloud, 'val', { report: 'email-deliverability', format: 'pdf', filters: { event: '1002' } });
  const busy = await Promise.all(Array.from({ length: 6 }, () => cloud.create('mel', longRun)));
  const [first, ...others] = busy.map(({ body }) => body.id);
  await cloud.call('mel', 'POST', `/v1/exports/${first}/cancel`);

  const scenes: readonly Scene[] = [
    { name: 'list', user: 'ada', path: '/', arrive: see('report-job-row') },
    { name: 'list-nothing-matches', user: 'ada', path: '/?status=expired', arrive: see('report-center-h1') },
    { name: 'event-center', user: 'val', path: '/events/1003/reports', arrive: see('report-job-row') },
    { name: 'drawer', user: 'ada', path: `/?export=${orders.id}`, arrive: see('export-timeline') },
    { name: 'catalog', user: 'ada', path: '/reports/new', arrive: see('report-type-card') },
    { name: 'form', user: 'ada', path: '/reports/new?type=orders', arrive: read(/First 20 rows/) },
    {
      name: 'permission-required',
      user: 'val',
      path: '/reports/new?type=orders',
      arrive: see('permission-required-page'),
    },
    { name: 'download', user: 'val', path: link, arrive: read(guests.file?.name ?? '') },
    {
      name: 'not-found',
      user: 'val',
      path: '/nowhere',
      arrive: (page) => page.getByRole('heading', { level: 1 }).waitFor(),
    },
    { name: 'members', user: 'olga', path: '/members', arrive: see('member-row') },
    { name: 'signed-out', user: 'mel', path: '/', arrive: signOut },
  ];
  for (const scene of scenes) await shoot(browser, cloud, scene);
  for (const id of others) await cloud.call('mel', 'POST', `/v1/exports/${id}/cancel`);

  await cloud.setFlags({ acceptExports: false, allowDownloads: false });
  await shoot(browser, cloud, { name: 'list-paused', user: 'ada', path: '/', arrive: see('report-job-row') });
  await shoot(browser, cloud, { name: 'download-paused', user: 'val', path: link, arrive: read(/paused/i) });
  await cloud.setFlags({ runWorkers: false });
  const waiting = await cloud.create('val', { report: 'guest-list', filters: { event: '1002' } });
  await shoot(browser, cloud, { name: 'list-queued', user: 'val', path: '/', arrive: see('report-job-row') });
  await cloud.call('val', 'POST', `/v1/exports/${waiting.body.id}/cancel`);
  await cloud.setFlags({});

  await cloud.advance(7 * DAY_SECONDS + 60);
  await shoot(browser, cloud, { name: 'link-expired', user: 'val', path: link, arrive: see('expired-download-page') });
  await cloud.advance(23 * DAY_SECONDS);
  await shoot(browser, cloud, { name: 'file-removed', user: 'val', path: link, arrive: see('expired-download-page') });
} finally {
  await browser.close();
  await cloud.stop();
}

async function signOut(page: Page): Promise<void> {
  await page.getByRole('button', { name: /Mel Meyer/ }).click();
  await page.getByRole('menuitem', { name: 'Sign out' }).click();
  // The identity provider asks once more.
  await page.getByRole('button', { name: 'Sign out' }).click();
  await page.getByText('You are signed out').waitFor();
}
