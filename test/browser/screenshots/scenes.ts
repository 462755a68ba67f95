import type { Page } from 'playwright-core';
import type { ExportView } from '../../../core/contract/export-schemas.ts';
import type { ExportId } from '../../../core/domain/export-id.ts';
import { sampleUserNamed } from '../../../local/sample-users.ts';
import { linkTokenFor } from '../../e2e/operator.ts';
import type { TestCloud } from '../../e2e/test-cloud.ts';
import { longRun, mailedPath, rowOf } from '../report-center.ts';

/** One page in one state. */
export interface Scene {
  readonly name: string;
  readonly user: string;
  readonly path: string;
  /** What has to be so before the page is opened. */
  readonly prepare?: (page: Page) => Promise<unknown>;
  /** Brings the page into the state, and waits until it is there. */
  readonly arrive: (page: Page) => Promise<unknown>;
}

const DAY_SECONDS = 86_400;
const cannotStart = { kind: 'error', service: 'states', operation: 'StartExecution', tries: 'all' } as const;

const see = (testId: string) => (page: Page) => page.getByTestId(testId).first().waitFor();
const read = (text: string | RegExp) => (page: Page) => page.getByText(text).first().waitFor();
const seeHeading = (page: Page) => page.getByRole('heading', { level: 1 }).waitFor();

/** Every scene in turn; between them the cloud is brought into the state that the next ones show. */
export async function* scenes(cloud: TestCloud): AsyncGenerator<Scene> {
  yield { name: 'list-empty', user: 'gus', path: '/', arrive: see('report-center-h1') };
  yield* readyScenes(cloud);
  yield* troubledScenes(cloud);
  yield* pausedScenes(cloud);
  yield* lateScenes(cloud);
}

async function* readyScenes(cloud: TestCloud): AsyncGenerator<Scene> {
  const guests = await ended(cloud, 'val', { report: 'guest-list', filters: { event: '1003' }, note: 'For the door' });
  const link = await mailedPath(cloud, guests.id);
  const orders = await ended(cloud, 'ada', {
    report: 'orders',
    format: 'xlsx',
    filters: { placedFrom: '2025-01-01', placedTo: '2025-03-31' },
  });
  await ended(cloud, 'val', { report: 'email-deliverability', format: 'pdf', filters: { event: '1002' } });
  const [first, second, ...others] = await Promise.all(Array.from({ length: 6 }, () => begun(cloud, 'mel', longRun)));
  await cloud.call('mel', 'POST', `/v1/exports/${first}/cancel`);

  yield { name: 'list', user: 'ada', path: '/', arrive: see('report-job-row') };
  yield { name: 'list-nothing-matches', user: 'ada', path: '/?status=expired', arrive: see('report-center-h1') };
  yield { name: 'list-loading', user: 'ada', path: '/', prepare: holdList, arrive: see('report-center-h1') };
  yield { name: 'event-center', user: 'val', path: '/events/1003/reports', arrive: see('report-job-row') };
  yield { name: 'drawer', user: 'ada', path: `/?export=${orders.id}`, arrive: see('export-timeline') };
  yield { name: 'drawer-running', user: 'mel', path: `/?export=${second}`, arrive: see('export-timeline') };
  for (const id of [second, ...others]) await cloud.call('mel', 'POST', `/v1/exports/${id}/cancel`);

  yield { name: 'catalog', user: 'ada', path: '/reports/new', arrive: see('report-type-card') };
  yield { name: 'form', user: 'ada', path: '/reports/new?type=orders', arrive: read(/First 20 rows/) };
  yield { name: 'form-refused', user: 'ada', path: '/reports/new?type=orders', arrive: sendToVal };
  const gate = see('permission-required-page');
  yield { name: 'permission-required', user: 'val', path: '/reports/new?type=orders', arrive: gate };
  yield { name: 'download', user: 'val', path: link, arrive: read(guests.file?.name ?? '') };
  yield { name: 'not-found', user: 'val', path: '/nowhere', arrive: seeHeading };
  yield { name: 'members', user: 'olga', path: '/members', arrive: see('member-row') };
  yield { name: 'signed-out', user: 'mel', path: '/', arrive: signOut };
  yield { name: 'offline', user: 'ada', path: '/', arrive: goOffline };
  yield { name: 'dialog-delete', user: 'ada', path: '/', arrive: chooseOf(orders, 'Delete') };
  yield { name: 'dialog-feedback', user: 'ada', path: '/', arrive: chooseOf(orders, 'Something wrong?') };
}

/** What went wrong, and how the page says so. */
async function* troubledScenes(cloud: TestCloud): AsyncGenerator<Scene> {
  await ended(cloud, 'val', { report: 'email-deliverability', format: 'pdf', filters: { event: '1002' } });
  yield { name: 'list-failed', user: 'val', path: '/', arrive: see('report-job-failure-reason') };

  const move = (email: string) =>
    cloud.call('olga', 'PUT', '/v1/members/usr_mel', { body: { email, name: 'Mel Meyer', role: 'member' } });
  await move('mel+bounce@acme.example');
  const returned = await ended(cloud, 'ada', { report: 'transactions', notify: ['mel+bounce@acme.example'] });
  await until(cloud, 'ada', returned.id, ({ notifications }) => notifications.some(({ state }) => state === 'bounced'));
  await move('mel@acme.example');
  yield { name: 'list-bounced', user: 'ada', path: '/', arrive: see('report-job-bounce-indicator') };
  yield { name: 'dialog-resend', user: 'ada', path: '/', arrive: correctAddress };

  await cloud.faults.set({ rules: [cannotStart] });
  const stuck = await begun(cloud, 'val', { report: 'guest-list', filters: { event: '1002' } });
  await until(cloud, 'val', stuck, ({ takingLonger }) => takingLonger, 60);
  yield { name: 'list-stuck', user: 'val', path: '/', arrive: see('report-job-stuck-note') };
  const token = await linkTokenFor(cloud, stuck);
  yield { name: 'preparing', user: 'val', path: `/download/${token}`, arrive: seeHeading };
  await cloud.call('val', 'POST', `/v1/exports/${stuck}/cancel`);
  await cloud.faults.set({ rules: [] });
}

async function* pausedScenes(cloud: TestCloud): AsyncGenerator<Scene> {
  const guests = await ended(cloud, 'val', { report: 'guest-list', filters: { event: '1003' } });
  const link = await mailedPath(cloud, guests.id);
  await cloud.setFlags({ acceptExports: false, allowDownloads: false });
  yield { name: 'list-paused', user: 'ada', path: '/', arrive: see('report-job-row') };
  yield { name: 'download-paused', user: 'val', path: link, arrive: read(/paused/i) };
  await cloud.setFlags({ runWorkers: false });
  const waiting = await begun(cloud, 'val', { report: 'guest-list', filters: { event: '1002' } });
  yield { name: 'list-queued', user: 'val', path: '/', arrive: see('report-job-row') };
  await cloud.call('val', 'POST', `/v1/exports/${waiting}/cancel`);
  await cloud.setFlags({});
}

async function* lateScenes(cloud: TestCloud): AsyncGenerator<Scene> {
  const guests = await ended(cloud, 'val', { report: 'guest-list', filters: { event: '1003' } });
  const link = await mailedPath(cloud, guests.id);
  const mine = await ended(cloud, 'mel', { report: 'transactions' });
  await cloud.members.set(sampleUserNamed('mel'), 'viewer');
  const lost = read(/no longer have access/);
  yield { name: 'permission-lost', user: 'mel', path: await mailedPath(cloud, mine.id), arrive: lost };
  await cloud.members.set(sampleUserNamed('mel'), null);
  yield { name: 'no-account', user: 'mel', path: '/', arrive: seeHeading };
  await cloud.members.set(sampleUserNamed('mel'), 'member');
  const page = see('expired-download-page');
  await cloud.advance(7 * DAY_SECONDS + 60);
  yield { name: 'link-expired', user: 'val', path: link, arrive: page };
  await cloud.advance(23 * DAY_SECONDS);
  yield { name: 'file-removed', user: 'val', path: link, arrive: page };
}

async function begun(cloud: TestCloud, user: string, request: object): Promise<ExportId> {
  const { status, body } = await cloud.create(user, request);
  if (status !== 202) throw new Error(`${user} was refused: ${JSON.stringify(body)}`);
  return body.id as ExportId;
}

/** An export as it is once it has ended. */
async function ended(cloud: TestCloud, user: string, request: object): Promise<ExportView> {
  return cloud.ended(user, await begun(cloud, user, request));
}

/** Looks at an export until it is as wished. @param seconds that pass between two looks */
async function until(
  cloud: TestCloud,
  user: string,
  exportId: string,
  isSo: (view: ExportView) => boolean,
  seconds = 1,
): Promise<void> {
  while (!isSo((await cloud.call<ExportView>(user, 'GET', `/v1/exports/${exportId}`)).body)) {
    await cloud.advance(seconds);
    await cloud.events.settled();
  }
}

/** The list is asked for, and does not come. */
const holdList = (page: Page) => page.route(/\/v1\/exports\?/, () => {});

async function sendToVal(page: Page): Promise<void> {
  const recipients = page.getByTestId('report-params-recipients');
  await recipients.getByRole('combobox').fill('val@acme.example');
  await recipients.getByRole('combobox').press('Enter');
  await page.getByTestId('report-submit-cta').click();
  await recipients.getByText(/may not read this report/).waitFor();
  await recipients.scrollIntoViewIfNeeded();
}

const chooseOf =
  ({ id }: ExportView, action: string) =>
  async (page: Page) => {
    await rowOf(page, id)
      .getByRole('button', { name: /^More actions/ })
      .click();
    await page.getByRole('menuitem', { name: action }).click();
    await page.getByRole('dialog').waitFor();
  };

async function correctAddress(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Correct the address' }).click();
  await page.getByRole('textbox', { name: 'Address of a member' }).waitFor();
}

async function goOffline(page: Page): Promise<void> {
  await page.getByTestId('report-job-row').first().waitFor();
  await page.context().setOffline(true);
  await page
    .getByText(/offline/i)
    .first()
    .waitFor();
}

async function signOut(page: Page): Promise<void> {
  await page.getByRole('button', { name: /Mel Meyer/ }).click();
  await page.getByRole('menuitem', { name: 'Sign out' }).click();
  // The identity provider asks once more.
  await page.getByRole('button', { name: 'Sign out' }).click();
  await page.getByText('You are signed out').waitFor();
}
