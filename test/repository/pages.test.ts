// @module-tag pages

import { globSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { brokenLinksOf, linksIn, targetOf } from './markdown.ts';

const pages = ['README.md', 'CONTRIBUTING.md', ...globSync('docs/**/*.md').sort()];
const read = (page: string) => readFileSync(page, 'utf8');

/** Every page that can be reached from one by links, itself included. */
function reachableFrom(page: string, seen = new Set<string>()): Set<string> {
  if (seen.has(page)) return seen;
  seen.add(page);
  for (const link of linksIn(read(page))) {
    const target = targetOf(page, link);
    if (target?.file.endsWith('.md')) reachableFrom(target.file, seen);
  }
  return seen;
}

/** How often a page leads to each file that it leads to. */
function countsOf(page: string, markdown: string): Map<string, number> {
  const counts = new Map<string, number>();
  for (const link of linksIn(markdown)) {
    const file = targetOf(page, link)?.file;
    if (file !== undefined) counts.set(file, (counts.get(file) ?? 0) + 1);
  }
  return counts;
}

/** The pages of docs/ that a README does not lead to exactly once. */
function misplacedIn(readme: string): string[] {
  const counts = countsOf('README.md', readme);
  return globSync('docs/*.md').filter((page) => counts.get(page) !== 1);
}

describe('links between pages', () => {
  test.each(pages)('%s: each leads to a file, and to a heading of it', (page) => {
    expect(brokenLinksOf(page, read(page))).toEqual([]);
  });

  test('would notice a file or a heading that is not there', () => {
    const page = `# Here and now
[a](#here-and-now) [b](#gone) [c](scale.md#what-aws-allows) [d](scale.md#gone) [e](gone.md#x) [f](../lib) [g](gone/)
\`[code](gone.md)\` [web](https://example.com/gone) [r][] ![i](gone.png)

[r]: gone.md
`;
    expect(brokenLinksOf('docs/page.md', page)).toEqual([
      ...['#gone', 'scale.md#gone', 'gone.md#x', 'gone/', 'gone.png', 'gone.md'],
    ]);
  });
});

describe('the README', () => {
  test('leads to each page of docs/ once', () => {
    expect(misplacedIn(read('README.md'))).toEqual([]);
  });

  test('leads to every page there is, by way of others', () => {
    const reached = reachableFrom('README.md');
    expect(pages.filter((page) => !reached.has(page))).toEqual([]);
  });

  test('would notice a page that it leads to never, or twice', () => {
    const readme = read('README.md');
    expect(misplacedIn(readme.replace('(docs/deploy.md)', '(docs)'))).toEqual(['docs/deploy.md']);
    expect(misplacedIn(`${readme}\n[again](docs/cost.md)`)).toEqual(['docs/cost.md']);
  });
});
