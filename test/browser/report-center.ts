import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Locator, Page } from 'playwright-core';
import type { ExportView } from '../../core/contract/export-schemas.ts';
import { sampleUserNamed } from '../../local/sample-users.ts';
import type { StoredMail } from '../../local/ses/mailbox.ts';
import type { TestCloud } from '../e2e/test-cloud.ts';

/** So much that a worker is at it for minutes: time to look at it, and to stop it. */
export const longRun = {
  report: 'generated-test-data',
  filters: {
    schema: Array.from({ length: 50 }, (_, index) => ({ name: `field${index}`, type: 'sentence' })),
    seed: 7,
    rows: 1_000_000,
  },
};

/** Picks a sample user on the page of the identity provider, which is where an unknown visitor is sent. */
export async function signIn(page: Page, userName: string): Promise<void> {
  const { name } = sampleUserNamed(userName);
  await page.getByRole('button', { name }).click();
  await page.waitForURL((url) => !url.pathname.startsWith('/oidc/') && url.pathname !== '/signed-in');
}

/** The line of an export in the list. */
export function rowOf(page: Page, exportId: string): Locator {
  return page.locator(`[data-test="report-job-row"][data-export="${exportId}"]`);
}

/** Waits until the list shows an export in this state. */
export async function shown(page: Page, exportId: string, status: ExportView['status']): Promise<Locator> {
  const row = rowOf(page, exportId);
  await row.locator(`[data-test="report-job-status-pill"][data-status="${status}"]`).waitFor();
  return row;
}

/** Every export of the list as it stands, from the top. */
export async function shownIds(page: Page): Promise<readonly string[]> {
  await page.getByTestId('report-job-row').first().waitFor();
  // In one look: between two of them rows may have gone.
  return page.evaluate(
    `[...document.querySelectorAll('[data-test="report-job-row"]')].map((row) => row.dataset.export)`,
  );
}

/** Where the link in the mail about an export leads, once that mail has come. */
export async function mailedPath(cloud: TestCloud, exportId: string): Promise<string> {
  for (;;) {
    const { body } = await cloud.call<readonly StoredMail[]>('', 'GET', '/local/mail', { token: null });
    const text = body.find(({ tags }) => tags.exportId === exportId)?.text ?? '';
    const link = /https?:\/\/\S+\/download\/\S+/.exec(text)?.[0];
    if (link !== undefined) return new URL(link).pathname;
    await sleep(200);
  }
}

/** Presses a button that downloads, and reads what the browser has saved. */
export async function savedFile(page: Page, button: Locator): Promise<{ name: string; content: Buffer }> {
  const [download] = await Promise.all([page.waitForEvent('download'), button.click()]);
  return { name: download.suggestedFilename(), content: await readFile(await download.path()) };
}

/** Like {@link savedFile}, in the words of a waybill. */
export async function saved(page: Page, button: Locator): Promise<{ name: string; bytes: number; sha256: string }> {
  return recordOf(await savedFile(page, button));
}

/** What a waybill says of a file. */
export function recordOf({ name, content }: { readonly name: string; readonly content: Buffer }) {
  return { name, bytes: content.byteLength, sha256: createHash('sha256').update(content).digest('hex') };
}
