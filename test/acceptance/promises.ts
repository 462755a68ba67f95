import { accessAndFiles } from './promises/access-and-files.ts';
import { endingsAndNews } from './promises/endings-and-news.ts';
import { forOperators } from './promises/for-operators.ts';
import { inTheBrowser } from './promises/in-the-browser.ts';
import type { PromiseSection } from './promises/promise-section.ts';

/** Every promise. A test says which it holds by `@module-tag` in a comment of its file; docs/acceptance.md puts both together. */
export const promiseSections: readonly PromiseSection[] = [
  ...accessAndFiles,
  ...endingsAndNews,
  ...inTheBrowser,
  ...forOperators,
];
