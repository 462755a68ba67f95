import { readFile } from 'node:fs/promises';
import type { AxeResults } from 'axe-core';
import type { Page } from 'playwright-core';

const source = readFile('node_modules/axe-core/axe.min.js', 'utf8');

/** What axe finds wrong with the page as it stands, in one theme after the other; each with where it is. */
export async function accessibilityViolations(page: Page): Promise<readonly string[]> {
  const found: string[] = [];
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme });
    // Not as an element: the content security policy refuses scripts that are not of the site.
    await page.evaluate(await source);
    const { violations } = (await page.evaluate(`${SETTLED}.then(() => axe.run())`)) as AxeResults;
    for (const { id, nodes } of violations) {
      const places = nodes.map(({ target, any }) => [target, ...any.map(({ message }) => message)].join(' '));
      found.push(`${colorScheme}: ${id} at ${places.join('; ')}`);
    }
  }
  await page.emulateMedia({ colorScheme: null });
  return found;
}

/** Colours are read once nothing fades any more. */
const SETTLED = `Promise.all(
  document.getAnimations().filter(({ effect }) => effect.getTiming().iterations !== Infinity).map(({ finished }) => finished.catch(() => {}))
)`;
