import { globSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';

const page = readFileSync('docs/acceptance.md', 'utf8');
const { scripts } = JSON.parse(readFileSync('package.json', 'utf8')) as { scripts: Record<string, string> };

interface Promised {
  readonly promise: string;
  /** What is named in code font in the second column. */
  readonly proofs: readonly string[];
}

function promisesOf(markdown: string): Promised[] {
  return [...markdown.matchAll(/^\| (.+?) +\| (`.+?) +\|$/gm)].map(([, promise = '', proofs = '']) => ({
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

describe('the acceptance table', () => {
  const promises = promisesOf(page);

  test('has a line for each promise, with a test', () => {
    const lines = page.split('\n').filter((line) => line.startsWith('| ')).length;
    expect(promises).toHaveLength(lines - 2);
    expect(promises.length).toBeGreaterThan(20);
  });

  test.each(promises)('$promise: what holds it exists', ({ proofs }) => {
    expect(proofs.length).toBeGreaterThan(0);
    expect(proofs.filter((proof) => !exists(proof))).toEqual([]);
  });

  test('would notice a test that is gone', () => {
    const [outdated] = promisesOf('| Files are whole | `pipeline/gone.test.ts`, `npm run prove:nothing`, `.ci/run` |');
    expect(outdated?.proofs.filter((proof) => !exists(proof))).toEqual([
      'pipeline/gone.test.ts',
      'npm run prove:nothing',
    ]);
  });
});
