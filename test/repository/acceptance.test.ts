import { globSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';

const { scripts } = JSON.parse(readFileSync('package.json', 'utf8')) as { scripts: Record<string, string> };

interface Promised {
  /** The cells before the last. */
  readonly promise: string;
  /** What is named in code font in the last column. */
  readonly proofs: readonly string[];
}

/** The lines of a page's tables whose last cell names proofs. */
function promisesOf(markdown: string): Promised[] {
  return [...markdown.matchAll(/^\| (.+?) +\| (`[^|]+?) +\|$/gm)].map(([, promise = '', proofs = '']) => ({
    promise,
    proofs: [...proofs.matchAll(/`([^`]+)`/g)].map(([, proof = '']) => proof),
  }));
}

/** A command of package.json, or files below test/. */
function exists(proof: string): boolean {
  const script = /^npm run (\S+)$/.exec(proof)?.[1];
  if (script !== undefined) return Object.hasOwn(scripts, script);
  return proof === '.ci/run' || globSync(`test/${proof}`).length > 0;
}

describe.each(['acceptance', 'security'])('the table of docs/%s.md', (name) => {
  const page = readFileSync(`docs/${name}.md`, 'utf8');
  const promises = promisesOf(page);

  test('has a test in every line', () => {
    const [table = ''] = /^\| [\s\S]+?\n\n/m.exec(`${page}\n\n`) ?? [];
    expect(promises).toHaveLength(table.trim().split('\n').length - 2);
    expect(promises.length).toBeGreaterThan(20);
  });

  test.each(promises)('$promise: what holds it exists', ({ proofs }) => {
    expect(proofs.length).toBeGreaterThan(0);
    expect(proofs.filter((proof) => !exists(proof))).toEqual([]);
  });
});

test.each([
  '| Files are whole | `pipeline/gone.test.ts`, `npm run prove:nothing`, `.ci/run` |',
  '| files | a lost part | a count | `pipeline/gone.test.ts`, `npm run prove:nothing`, `e2e/*.test.ts` |',
])('would notice a test that is gone: %s', (line) => {
  const [outdated] = promisesOf(line);
  expect(outdated?.proofs.filter((proof) => !exists(proof))).toEqual([
    'pipeline/gone.test.ts',
    'npm run prove:nothing',
  ]);
});

test('would notice a threat without a test', () => {
  expect(promisesOf('| files | a lost part | a count | none yet |')).toEqual([]);
});
