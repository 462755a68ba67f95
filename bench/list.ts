import { parseArgs } from 'node:util';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { type Page, selectors } from 'playwright-core';
import { documentClient } from '../adapters/dynamodb/client.ts';
import { createStores } from '../adapters/dynamodb/stores.ts';
import type { ExportListView, ExportView } from '../core/contract/export-schemas.ts';
import type { ExportId, ExportRef } from '../core/domain/export-id.ts';
import { percentile } from '../local/cloudwatch/statistic.ts';
import { launchChromium } from '../test/browser/chromium.ts';
import { rowOf, signIn } from '../test/browser/report-center.ts';
import { operatorConfig } from '../test/e2e/operator.ts';
import { startTestCloud, type TestCloud } from '../test/e2e/test-cloud.ts';
import { copyExport, putInLine } from '../test/support/copied-exports.ts';

/**
 * How long the pages of a long list take beside those of a short one, over HTTP and in a browser, in one run of the
 * local cloud: `node bench/list.ts --exports 100000 --beside 1000 --waiting 10000 --rounds 40`. Most of its time goes into
 * making so many; with `TMPDIR=/dev/shm` that is minutes.
 */
const { values } = parseArgs({
  options: {
    exports: { type: 'string', default: '100000' },
    beside: { type: 'string', default: '1000' },
    /** Waiting in the long list's account, in the end. */
    waiting: { type: 'string', default: '10000' },
    'skip-browser': { type: 'boolean', default: false },
    rounds: { type: 'string', default: '40' },
  },
});
const rounds = Number(values.rounds);

/** An account with fewer exports, and one with many. */
const short = { user: 'gus', accountId: 'globex', exports: Number(values.beside) };
const long = { user: 'ada', accountId: 'acme', exports: Number(values.exports) };

/** What is asked of the long list, beside the first page of the short one. */
const questions = {
  'first page': '',
  'page 40, the last with a number': '&page=40',
  'sorted by report': '&sort=report',
  'filtered by status': '&status=ready',
};

/** Lets an account have so many exports, each a copy of one that was really made, a minute older than the next. */
async function fill(cloud: TestCloud, { user, accountId, exports }: typeof short): Promise<void> {
  const { body } = await cloud.create(user, { report: 'orders' });
  const { id } = await cloud.ended(user, body.id);
  await copy(cloud, { accountId, exportId: id as ExportId }, exports - 1);
}

/** Copies an export as it is, past all rules. */
async function copy(cloud: TestCloud, ref: ExportRef, copies: number): Promise<readonly ExportId[]> {
  const client = new DynamoDBClient(operatorConfig(cloud));
  const { tableName } = cloud.info();
  const record = await createStores({ client, tableName }).exports.get(ref);
  if (record === undefined) throw new Error(`There is no ${ref.exportId}`);
  const documents = documentClient(client);
  const ids = await copyExport(documents, tableName, { record, attempt: undefined, copies });
  const line = ids.map((exportId) => ({ accountId: ref.accountId, exportId }));
  if (record.status === 'queued') await putInLine(documents, tableName, line);
  client.destroy();
  return ids;
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const startedAt = performance.now();
  await work();
  return performance.now() - startedAt;
}

async function list(cloud: TestCloud, user: string, query: string): Promise<ExportListView> {
  const { status, body } = await cloud.call<ExportListView>(user, 'GET', `/v1/exports?limit=25${query}`);
  if (status !== 200 || body.data.length !== 25) throw new Error(`The list answered ${status}`);
  return body;
}

/** Presses Next until the rows of the next page are there. */
async function turnPage(cloud: TestCloud, page: Page, user: string, nextPage: number): Promise<number> {
  const first = (await list(cloud, user, `&page=${nextPage}`)).data[0]?.id ?? '';
  const next = page.getByTestId('report-jobs-pagination').getByRole('button', { name: 'Next' });
  return timed(async () => {
    await next.click();
    await rowOf(page, first).waitFor();
  });
}

function report(name: string, taken: readonly number[], beside: readonly number[]): void {
  const [median, slow] = [percentile(taken, 50), percentile(taken, 95)];
  const ratio = median / percentile(beside, 50);
  console.log(`${name.padEnd(36)} median ${median.toFixed(0)} ms, p95 ${slow.toFixed(0)} ms, ${ratio.toFixed(2)} x`);
}

/** Then with exports of the long list's account that wait for their turn, and are its newest. */
async function compareWithLine(cloud: TestCloud, besides: readonly number[]): Promise<void> {
  await cloud.setFlags({ runWorkers: false });
  const { body } = await cloud.create(long.user, { report: 'orders' });
  const ref = { accountId: long.accountId, exportId: body.id as ExportId };
  const ids = await copy(cloud, ref, Number(values.waiting) - 1);
  const shown: number[] = [];
  const [first, last] = [[] as number[], [] as number[]];
  const look = async (id: string | undefined) => {
    const { status } = await cloud.call<ExportView>(long.user, 'GET', `/v1/exports/${id}`);
    if (status !== 200) throw new Error(`The export was answered with ${status}`);
  };
  for (let round = 0; round <= rounds; round += 1) {
    shown.push(await timed(() => list(cloud, long.user, '')));
    first.push(await timed(() => look(ids.at(-1))));
    last.push(await timed(() => look(body.id)));
  }
  report(`first page, ${values.waiting} waiting`, shown.slice(1), besides);
  report('one export, the first in line', first.slice(1), besides);
  report('one export, the last in line', last.slice(1), besides);
}

/** How long a reader waits for the next page. */
async function turnPages(cloud: TestCloud, browser: Awaited<ReturnType<typeof launchChromium>>): Promise<void> {
  selectors.setTestIdAttribute('data-test');
  const clicks = new Map<string, number[]>();
  for (const { user } of [short, long]) {
    const page = await (await browser.newContext({ baseURL: cloud.origin, locale: 'en-US' })).newPage();
    await page.goto('/');
    await signIn(page, user);
    await page.getByTestId('report-job-row').first().waitFor();
    const waits: number[] = [];
    for (let visit = 0; visit < Math.ceil(rounds / 3); visit += 1) {
      await page.goto('/');
      await page.getByTestId('report-job-row').first().waitFor();
      for (const nextPage of [2, 3, 4]) waits.push(await turnPage(cloud, page, user, nextPage));
    }
    clicks.set(user, waits.slice(3));
  }
  report(`browser: Next, ${short.exports} exports`, clicks.get(short.user) ?? [], clicks.get(short.user) ?? []);
  report(`browser: Next, ${long.exports} exports`, clicks.get(long.user) ?? [], clicks.get(short.user) ?? []);
}

const cloud = await startTestCloud({ acmeOrders: 100, globexOrders: 100 });
const browser = values['skip-browser'] ? undefined : await launchChromium();
try {
  for (const account of [short, long]) await fill(cloud, account);
  const cursor = (await list(cloud, long.user, '&page=40')).nextCursor;
  const asked: Record<string, string> = { ...questions, 'older than the last with a number': `&cursor=${cursor}` };
  const besides: number[] = [];
  const taken = new Map(Object.keys(asked).map((name) => [name, [] as number[]]));
  // One after the other in each round, so that all of them meet the same weather; the first round warms up.
  for (let round = 0; round <= rounds; round += 1) {
    const beside = await timed(() => list(cloud, short.user, ''));
    if (round > 0) besides.push(beside);
    for (const [name, query] of Object.entries(asked)) {
      const milliseconds = await timed(() => list(cloud, long.user, query));
      if (round > 0) taken.get(name)?.push(milliseconds);
    }
  }
  console.log(`${long.exports} exports; ratios are to the first page of ${short.exports}`);
  report(`${short.exports} exports, first page`, besides, besides);
  for (const [name, each] of taken) report(name, each, besides);

  await compareWithLine(cloud, besides);
  if (browser !== undefined) await turnPages(cloud, browser);
} finally {
  await browser?.close();
  await cloud.stop();
}
