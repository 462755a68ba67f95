import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { environments, type Workload } from '../../core/contract/env.ts';
import { buildBundles, bundleOf } from '../../lib/bundles.ts';

const repository = path.resolve(import.meta.dirname, '../..');
const workloads = Object.keys(environments) as Workload[];

/** What a bundle imports that Node does not bring. */
function foreignImports(source: string): string[] {
  const imports = [...source.matchAll(/(?:^|[;}\n])import\b[^"';]*"([^"]+)"/g)].flatMap(([, name]) => name ?? []);
  return imports.filter((name) => !isBuiltin(name));
}

describe('handlers', () => {
  it('are one file for each environment, and one environment for each file', () => {
    const lambdas = path.join(repository, 'lambdas');
    const handlers = readdirSync(lambdas)
      .filter(
        (name) =>
          name.endsWith('.ts') && /^export const handler\b/m.test(readFileSync(path.join(lambdas, name), 'utf8')),
      )
      .map((name) => name.slice(0, -'.ts'.length));
    expect(handlers.sort()).toEqual(workloads.filter((workload) => workload !== 'worker').sort());
  });
});

describe('buildBundles', () => {
  const directory = mkdtempSync(path.join(tmpdir(), 'waybill-bundles-'));
  beforeAll(() => buildBundles(directory), 60_000);
  afterAll(() => rmSync(directory, { recursive: true, force: true }));

  const read = (workload: Workload) => readFileSync(path.join(bundleOf(workload, directory), 'index.mjs'), 'utf8');

  it.each(workloads)('makes %s self-contained', (workload) => {
    expect(foreignImports(read(workload))).toEqual([]);
  });

  it('would notice a package left outside', () => {
    expect(foreignImports('import{a}from"node:fs";import b,{c}from"left-pad";import"side-effect";')).toEqual([
      'left-pad',
      'side-effect',
    ]);
  });

  it.each(workloads.filter((workload) => workload !== 'worker'))('lets Lambda find the handler of %s', (workload) => {
    expect(read(workload)).toMatch(/export ?\{[^}]*\bhandler\b/);
  });

  it('gives the image a build context of its own', () => {
    expect(readdirSync(bundleOf('worker', directory)).sort()).toEqual(['Dockerfile', 'index.mjs', 'index.mjs.map']);
  });

  it('puts a source map beside each bundle', () => {
    for (const workload of workloads) {
      expect(existsSync(path.join(bundleOf(workload, directory), 'index.mjs.map')), workload).toBe(true);
    }
  });
});
