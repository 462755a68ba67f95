import { mkdir, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { selectors } from 'playwright-core';
import { startTestCloud } from '../../e2e/test-cloud.ts';
import { launchChromium } from '../chromium.ts';
import { signIn } from '../report-center.ts';
import { type Scene, scenes } from './scenes.ts';

// Every page and state of the report center, in both themes, on a desktop and on a phone: `npm run screenshots`, or
// `npm run screenshots -- --only drawer --only form`.
const { values } = parseArgs({ options: { only: { type: 'string', multiple: true } } });

const folder = resolve('docs/screenshots');

const variants = [
  { name: 'light-desktop', colorScheme: 'light', viewport: { width: 1280, height: 800 } },
  { name: 'dark-desktop', colorScheme: 'dark', viewport: { width: 1280, height: 800 } },
  { name: 'light-phone', colorScheme: 'light', viewport: { width: 360, height: 740 } },
  { name: 'dark-phone', colorScheme: 'dark', viewport: { width: 360, height: 740 } },
] as const;

if (values.only === undefined) await rm(folder, { recursive: true, force: true });
await mkdir(folder, { recursive: true });
selectors.setTestIdAttribute('data-test');
const [cloud, browser] = await Promise.all([startTestCloud({ acmeOrders: 60_000 }), launchChromium()]);

async function shoot({ name, user, path, prepare, arrive }: Scene): Promise<void> {
  for (const { name: variant, ...look } of variants) {
    const context = await browser.newContext({
      ...{ ...look, baseURL: cloud.origin, locale: 'en-US', timezoneId: 'UTC', reducedMotion: 'reduce' },
    });
    const page = await context.newPage();
    await prepare?.(page);
    await page.goto(path);
    await signIn(page, user);
    await arrive(page);
    await page.waitForLoadState('networkidle', { timeout: 5_000 }).catch(() => undefined);
    await page.screenshot({ path: join(folder, `${name}-${variant}.png`) });
    await context.close();
  }
  console.log(name);
}

try {
  for await (const scene of scenes(cloud)) if (values.only?.includes(scene.name) ?? true) await shoot(scene);
} finally {
  await browser.close();
  await cloud.stop();
}
