import { writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { type Page, selectors } from 'playwright-core';
import { documentClient } from '../adapters/dynamodb/client.ts';
import { createStores } from '../adapters/dynamodb/stores.ts';
import type { ExportListView, ExportView } from '../core/contract/export-schemas.ts';
import { dueOf } from '../core/domain/due.ts';
import type { ExportId } from '../core/domain/export-id.ts';
import type { ExportRecord } from '../core/domain/export-record.ts';
import { admit } from '../core/usecases/admit.ts';
import { launchChromium } from '../test/browser/chromium.ts';
import { rowOf, signIn } from '../test/browser/report-center.ts';
import { operatorConfig } from '../test/e2e/operator.ts';
import { startTestCloud } from '../test/e2e/test-cloud.ts';
import { copyExport, putInLine } from '../test/support/copied-exports.ts';
import { keepMeasurements, RESULTS_FILE } from './export/measurement-store.ts';
import { figuresOf, type ListSizes, type Measured, measured } from './list/figures.ts';
import { pageOf } from './list/page.ts';

/**
 * How long the pages of a long list take beside those of a short one, over HTTP and in a browser, and admission out of a
 * long line beside a short one, in one run of the local cloud: `npm run bench:lists -- --exports 100000 --beside 1000
 * --waiting 10000 --rounds 40 --write`. Most of its time goes into making so many; with `TMPDIR=/dev/shm` that is minutes.
 */
const { values } = parseArgs({
  options: {
    exports: { type: 'string', default: '100000' },
    beside: { type: 'string', default: '1000' },
    /** Waiting in the long list's account, in the end. */
    waiting: { type: 'string', default: '10000' },
    'skip-browser': { type: 'boolean', default: false },
    rounds: { type: 'string', default: '40' },
    /** Writes docs/bench-lists.md, and keeps the figures for the budgets of docs/bench.md. */
    write: { type: 'boolean', default: false },
    /** Where the figures of all measurements are kept. */
    results: { type: 'string', default: RESULTS_FILE },
  },
});
const rounds = Number(values.rounds);

/** Far longer than anything takes, for machines that are busy with other things. */
const STEP_TIMEOUT_MS = 120_000;

/** An account with fewer exports, and one with many. */
const short = { user: 'gus', accountId: 'globex', exports: Number(values.beside) };
const long = { user: 'ada', accountId: 'acme', exports: Number(values.exports) };

/** Of an account of its own that nobody looks at; more than are admitted out of it. */
const shortLine = { accountId: 'initech', waiting: rounds + 10 };

/** What is asked of the long list, beside the first page of the short one. */
const questions = {
  first: '',
  lastPage: '&page=40',
  sorted: '&sort=report',
  filtered: '&status=ready',
} as const;

const cloud = await startTestCloud({ acmeOrders: 100, globexOrders: 100 });
const client = new DynamoDBClient(operatorConfig(cloud));
const { tableName } = cloud.info();
// So many copies go straight into the table: on the way by the local cloud each would be checked.
const bareClient = new DynamoDBClient({ ...operatorConfig(cloud), endpoint: cloud.databaseEndpoint.href });
const documents = documentClient(bareClient);
const stores = createStores({ client, tableName });
const taken: Partial<Record<Measured, number[]>> = {};

/** @param counts false for a round that warms up */
async function timed(what: Measured, work: () => Promise<unknown>, counts = true): Promise<void> {
  const startedAt = performance.now();
  await work();
  if (counts) note(what, performance.now() - startedAt);
}

function note(what: Measured, milliseconds: number): void {
  taken[what] = [...(taken[what] ?? []), milliseconds];
}

/**
 * Waits until nothing is to be done about an export but to remove its file one day: else the sweeper would do it for each
 * of the copies, and be what is measured.
 */
async function atRest(accountId: string, exportId: string): Promise<ExportRecord> {
  for (;;) {
    const record = await stores.exports.get({ accountId, exportId: exportId as ExportId });
    if (record === undefined) throw new Error(`There is no ${exportId}`);
    const due = dueOf(record)?.kind;
    if (due === undefined || due === 'expiry') return record;
    await sleep(500);
  }
}

/** Copies an export as it is, past all rules; each copy a minute older than the one before. */
function copy(record: ExportRecord, copies: number): Promise<readonly ExportId[]> {
  return copyExport(documents, tableName, { record, attempt: undefined, copies });
}

/** Lets accounts have so many exports, each a copy of one that was really made; from then on what is asked for waits. */
async function fill(accounts: readonly (typeof short)[]): Promise<void> {
  const originals: ExportRecord[] = [];
  for (const { user, accountId } of accounts) {
    const { body } = await cloud.create(user, { report: 'orders' });
    originals.push(await atRest(accountId, (await cloud.ended(user, body.id)).id));
  }
  // Before there are so many: it moves the clock on, and the local table then looks through all items for expired ones.
  await cloud.setFlags({ runWorkers: false });
  for (const [index, { exports }] of accounts.entries()) await copy(originals[index] as ExportRecord, exports - 1);
}

/** Lets so many wait in an account's line, the one that is given last. */
async function fillLine(record: ExportRecord, waiting: number): Promise<readonly ExportId[]> {
  const ids = [...(await copy(record, waiting - 1)).toReversed(), record.id];
  const { accountId } = record;
  await putInLine(
    documents,
    tableName,
    ids.map((exportId) => ({ accountId, exportId })),
  );
  return ids;
}

async function list(user: string, query: string): Promise<ExportListView> {
  const { status, body } = await cloud.call<ExportListView>(user, 'GET', `/v1/exports?limit=25${query}`);
  if (status !== 200 || body.data.length !== 25) throw new Error(`The list answered ${status}`);
  return body;
}

async function look(exportId: string | undefined, wanted: Partial<ExportView>): Promise<void> {
  const { status, body } = await cloud.call<ExportView>(long.user, 'GET', `/v1/exports/${exportId}`);
  if (status !== 200 || body.queuePosition !== wanted.queuePosition) throw new Error(`It was answered with ${status}`);
}

/** One after the other in each round, so that all of them meet the same weather; the first round warms up. */
async function compareLists(): Promise<void> {
  const cursor = (await list(long.user, '&page=40')).nextCursor;
  const asked = Object.entries({ ...questions, older: `&cursor=${cursor}` }) as [Measured, string][];
  for (let round = 0; round <= rounds; round += 1) {
    await timed('short', () => list(short.user, ''), round > 0);
    for (const [what, query] of asked) await timed(what, () => list(long.user, query), round > 0);
  }
}

/** Then with exports of the long list's account that wait for their turn, and are its newest. */
async function compareWithLine(): Promise<void> {
  const { body } = await cloud.create(long.user, { report: 'orders' });
  const record = await atRest(long.accountId, body.id);
  const ids = await fillLine(record, Number(values.waiting));
  for (let round = 0; round <= rounds; round += 1) {
    await timed('shortBesideLine', () => list(short.user, ''), round > 0);
    await timed('firstOfLine', () => list(long.user, ''), round > 0);
    await timed('firstInLine', () => look(ids[0], { queuePosition: 1 }), round > 0);
    await timed('lastInLine', () => look(ids.at(-1), {}), round > 0);
  }
  await compareAdmissions(record);
}

/** Two accounts take turns at one slot. Nothing runs: what is admitted is cancelled, to give the slot back. */
async function compareAdmissions(record: ExportRecord): Promise<void> {
  const ofShortLine = { ...record, accountId: shortLine.accountId };
  const [head] = await fillLine(ofShortLine, shortLine.waiting);
  const { taskToken = '', tokenTry = 1 } = record;
  const joins = { accountId: shortLine.accountId, exportId: head ?? record.id };
  await stores.admissions.enqueue(joins, taskToken, tokenTry, cloud.clock.now());
  const deps = {
    admissions: stores.admissions,
    executions: { resume: async () => true },
    rollout: { flags: async () => ({ acceptExports: true, runWorkers: true, allowDownloads: true }) },
    clock: cloud.clock,
    caps: { pool: 1, account: 1 },
  };
  for (let turn = 0; turn <= 2 * rounds + 1; turn += 1) {
    const startedAt = performance.now();
    const [exportId] = await admit(deps);
    const milliseconds = performance.now() - startedAt;
    const { accounts } = await stores.admissions.readQueue();
    const accountId = accounts.find(({ running }) => running.has(exportId ?? ''))?.accountId;
    if (exportId === undefined || accountId === undefined) throw new Error('Nothing was admitted');
    const what = accountId === shortLine.accountId ? 'admitShort' : 'admitLong';
    if (turn > 1) note(what, milliseconds);
    const now = cloud.clock.now();
    const actor = { by: 'system', at: now };
    await stores.exports.end({ accountId, exportId }, { to: 'cancelled' }, { kind: 'no_live_lease', now }, actor);
  }
}

/** Presses Next until the rows of the next page are there. */
async function turnPage(
  page: Page,
  { accountId, what }: { readonly accountId: string; readonly what: Measured },
  nextPage: number,
  counts: boolean,
): Promise<void> {
  const { items } = await stores.exports.list({ accountId, limit: 25 * (nextPage - 1) + 1 }, cloud.clock.now());
  const first = items.at(-1)?.id ?? '';
  const next = page.getByTestId('report-jobs-pagination').getByRole('button', { name: 'Next' });
  await timed(
    what,
    async () => {
      await next.click();
      await rowOf(page, first).waitFor();
    },
    counts,
  );
}

/** How long a reader waits for the next page. */
async function turnPages(browser: Awaited<ReturnType<typeof launchChromium>>): Promise<void> {
  selectors.setTestIdAttribute('data-test');
  const readers = [
    { ...short, what: 'nextShort' },
    { ...long, what: 'next' },
  ] as const;
  const pages = new Map<string, Page>();
  for (const { user } of readers) {
    const page = await (await browser.newContext({ baseURL: cloud.origin, locale: 'en-US' })).newPage();
    page.setDefaultTimeout(STEP_TIMEOUT_MS);
    await page.goto('/');
    await signIn(page, user);
    pages.set(user, page);
  }
  for (let visit = 0; visit <= Math.ceil(rounds / 3); visit += 1) {
    for (const reader of readers) {
      const page = pages.get(reader.user) as Page;
      await page.goto('/');
      await page.getByTestId('report-job-row').first().waitFor();
      for (const nextPage of [2, 3, 4]) await turnPage(page, reader, nextPage, visit > 0);
    }
  }
}

/** What there is of figures by now. */
function keep(): void {
  if (!values.write) return;
  const sizes: ListSizes = {
    ...{ exports: long.exports, beside: short.exports, rounds },
    ...{ waiting: Number(values.waiting), waitingBeside: shortLine.waiting },
  };
  writeFileSync(new URL('../docs/bench-lists.md', import.meta.url), pageOf(taken, sizes));
  keepMeasurements(values.results, { lists: { sizes, taken } });
}

const browser = values['skip-browser'] ? undefined : await launchChromium();
try {
  await fill([short, long]);
  await compareLists();
  await compareWithLine();
  keep();
  if (browser !== undefined) {
    await turnPages(browser);
    keep();
  }
  for (const { what, median, p95, ratio } of figuresOf(taken)) {
    const figures = [median, p95].map((milliseconds) => milliseconds.toFixed(0)).join(' / ');
    console.info(`${measured[what].padEnd(40)} median / p95 ${figures} ms, ${ratio.toFixed(2)} times the short one`);
  }
} finally {
  client.destroy();
  bareClient.destroy();
  await browser?.close();
  await cloud.stop();
}
