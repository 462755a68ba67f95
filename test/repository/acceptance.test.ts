// @module-tag promises-have-proofs
// @module-tag threats

import { globSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { acceptancePage, type Holders, holdersOf, readHolders } from '../acceptance/page.ts';
import type { PromiseSection } from '../acceptance/promises/promise-section.ts';
import { promiseSections } from '../acceptance/promises.ts';

const { scripts } = JSON.parse(readFileSync('package.json', 'utf8')) as { scripts: Record<string, string> };

/** A command of package.json, or files below test/. */
function exists(proof: string): boolean {
  const script = /^npm run (\S+)$/.exec(proof)?.[1];
  if (script !== undefined) return Object.hasOwn(scripts, script);
  return proof === '.ci/run' || globSync(`test/${proof}`).length > 0;
}

/** What is wrong between promises and the tests that carry their tags. */
function mistakesIn(sections: readonly PromiseSection[], holders: Holders): string[] {
  const promises = sections.flatMap((section) => Object.entries(section.promises));
  const tags = promises.map(([tag]) => tag);
  return [
    ...tags.filter((tag, index) => tags.indexOf(tag) !== index).map((tag) => `${tag} is promised twice`),
    ...[...holders.keys()].filter((tag) => !tags.includes(tag)).map((tag) => `${tag} is carried and not promised`),
    ...promises
      .filter(([tag, { commands = [] }]) => !holders.has(tag) && commands.length === 0)
      .map(([tag]) => `${tag} is held by nothing`),
    ...promises.flatMap(([tag, { commands = [] }]) =>
      commands.filter((command) => !exists(command)).map((command) => `${tag}: there is no ${command}`),
    ),
  ];
}

describe('promises', () => {
  const holders = readHolders();

  test('are each held by something that exists', () => {
    expect(holders.size).toBeGreaterThan(100);
    expect(mistakesIn(promiseSections, holders)).toEqual([]);
  });

  test('are written in docs/acceptance.md as they are: otherwise run npm run acceptance', () => {
    expect(readFileSync('docs/acceptance.md', 'utf8')).toBe(acceptancePage(promiseSections, holders));
  });

  test('would not go unnoticed without a test, or tests without a promise', () => {
    // Put together, or this file would carry the tags.
    const mark = ['@module', 'tag'].join('-');
    const sections = [
      { title: 'Files', promises: { whole: { promise: 'Files are whole' }, lost: { promise: 'None is lost' } } },
      {
        title: 'More',
        promises: { run: { promise: 'By hand', commands: ['npm run prove:nothing'] }, whole: { promise: 'Twice' } },
      },
    ];
    const carried = holdersOf([
      ['a.test.ts', `// ${mark} whole\n// ${mark} gone\n`],
      ['b.test.ts', `const text = "// ${mark} lost";\n`],
    ]);
    expect(mistakesIn(sections, carried)).toEqual([
      'whole is promised twice',
      'gone is carried and not promised',
      'lost is held by nothing',
      'run: there is no npm run prove:nothing',
    ]);
    expect(acceptancePage(sections, carried)).toContain('| `whole` | Files are whole | `a.test.ts` |');
  });
});

interface Threat {
  readonly threat: string;
  /** What is named in code font in the last column. */
  readonly proofs: readonly string[];
}

/** The lines of a page's tables whose last cell names proofs. */
function threatsOf(markdown: string): Threat[] {
  return [...markdown.matchAll(/^\| (.+?) +\| (`[^|]+?) +\|$/gm)].map(([, threat = '', proofs = '']) => ({
    threat,
    proofs: [...proofs.matchAll(/`([^`]+)`/g)].map(([, proof = '']) => proof),
  }));
}

describe('the threats of docs/security.md', () => {
  const page = readFileSync('docs/security.md', 'utf8');
  const threats = threatsOf(page);

  test('have a test in every line', () => {
    const [table = ''] = /^\| [\s\S]+?\n\n/m.exec(`${page}\n\n`) ?? [];
    expect(threats).toHaveLength(table.trim().split('\n').length - 2);
    expect(threats.length).toBeGreaterThan(20);
  });

  test.each(threats)('$threat: what holds it exists', ({ proofs }) => {
    expect(proofs.length).toBeGreaterThan(0);
    expect(proofs.filter((proof) => !exists(proof))).toEqual([]);
  });

  test('would be noticed without a test, or with one that is gone', () => {
    expect(threatsOf('| files | a lost part | a count | none yet |')).toEqual([]);
    const [outdated] = threatsOf('| files | a lost part | a count | `pipeline/gone.test.ts`, `e2e/*.test.ts` |');
    expect(outdated?.proofs.filter((proof) => !exists(proof))).toEqual(['pipeline/gone.test.ts']);
  });
});
