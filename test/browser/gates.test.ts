// @module-tag accessible-and-silent

import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { accessibilityViolations } from './accessibility.ts';
import { launchChromium } from './chromium.ts';
import { ConsoleGate } from './console-gate.ts';

let browser: Browser;
beforeAll(async () => {
  browser = await launchChromium();
}, 600_000);
afterAll(() => browser?.close());

async function watchedPage(): Promise<{ page: Page; gate: ConsoleGate }> {
  const page = await browser.newPage();
  const gate = new ConsoleGate();
  gate.watch(page);
  return { page, gate };
}

test('a page that warns, and one that throws, is noticed', async () => {
  const { page, gate } = await watchedPage();
  await page.evaluate('console.log("fine"); console.info("fine"); console.warn("not fine")');
  expect(gate.drain().map(({ text }) => text)).toEqual(['not fine']);
  const thrown = page.waitForEvent('pageerror');
  await page.evaluate('setTimeout(() => { throw new Error("broken"); })');
  await thrown;
  expect(gate.drain().map(({ text }) => text)).toEqual(['Error: broken']);
  expect(gate.drain()).toEqual([]);
  await page.close();
});

test('an answer that was declared is let through, and nothing else', async () => {
  const { page, gate } = await watchedPage();
  await page.route('http://site.test/**', (route) => {
    const status = Number(new URL(route.request().url()).pathname.slice(1)) || 200;
    return route.fulfill({ status, body: '' });
  });
  await page.goto('http://site.test/200');
  const ask = (status: number) => page.evaluate(`fetch('/${status}').then(() => {})`);
  const declared = () => gate.expect({ status: 404, url: '/404' });

  declared();
  await ask(404);
  expect(gate.drain()).toEqual([]);
  declared();
  await ask(410);
  expect(gate.drain()).toHaveLength(1);
  await ask(404);
  expect(gate.drain(), 'a declaration is for one test').toHaveLength(1);
  declared();
  await page.evaluate('console.error("the page itself, about http://site.test/404")');
  expect(gate.drain()).toHaveLength(1);
  await page.close();
});

test('a request without an answer that was declared is let through, and nothing else', async () => {
  const { page, gate } = await watchedPage();
  await page.route('http://site.test/', (route) => route.fulfill({ status: 200, body: '' }));
  await page.goto('http://site.test/');
  const ask = (path: string) => page.evaluate(`fetch('${path}').catch(() => {})`);
  const declared = () => gate.expect({ error: 'net::ERR_INTERNET_DISCONNECTED', url: '/v1/' });

  await page.context().setOffline(true);
  await ask('/v1/exports');
  expect(gate.drain(), 'not declared').toHaveLength(1);
  declared();
  await ask('/v1/exports');
  expect(gate.drain()).toEqual([]);
  declared();
  await ask('/elsewhere');
  expect(gate.drain(), 'another address').toHaveLength(1);
  await page.context().setOffline(false);
  await page.route('http://site.test/v1/**', (route) => route.abort('connectionrefused'));
  declared();
  await ask('/v1/exports');
  expect(gate.drain(), 'another error').toHaveLength(1);
  await page.close();
});

test('axe sees what is wrong in one theme alone', async () => {
  const page = await browser.newPage();
  const styled = (dark: string) => `<!doctype html><html lang="en"><title>A page</title>
    <style>body { background: white; color: black } @media (prefers-color-scheme: dark) { body { ${dark} } }</style>
    <main><h1>Words</h1></main>`;
  await page.setContent(styled('background: black; color: white'));
  expect(await accessibilityViolations(page)).toEqual([]);
  await page.setContent(styled('background: black; color: #333'));
  expect(await accessibilityViolations(page)).toEqual([expect.stringMatching(/^dark: color-contrast at h1/)]);
  await page.setContent(`${styled('')}<button></button>`);
  expect(await accessibilityViolations(page)).toEqual([
    expect.stringMatching(/^light: button-name/),
    expect.stringMatching(/^dark: button-name/),
  ]);
  await page.close();
});
