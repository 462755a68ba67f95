// @module-tag image-size
// @module-tag bundle-sizes

import { randomBytes } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { environments, type Workload } from '../../core/contract/env.ts';
import { fontFiles } from '../../core/contract/fonts.ts';
import { buildBundles, bundleOf } from '../../lib/bundles.ts';
import { measureImage } from '../../scripts/measure-image.ts';
import { bundleBudgetsKb, programOf, sizeMistake, uselessPackages } from './bundle-contents.ts';

const repository = path.resolve(import.meta.dirname, '../..');
const workloads = Object.keys(environments) as Workload[];

/** What a bundle imports, at once or later. Node's own modules are taken without an import. */
function importsOf(source: string): string[] {
  const imports = source.matchAll(/(?:^|[;}\n])import\b[^"';()]*"([^"]+)"|\bimport\("([^"]+)"\)/g);
  return [...imports].flatMap(([, name, later]) => name ?? later ?? []);
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
  beforeAll(() => buildBundles(directory));
  afterAll(() => rmSync(directory, { recursive: true, force: true }));

  const read = (workload: Workload) => readFileSync(path.join(bundleOf(workload, directory), 'index.mjs'), 'utf8');

  it.each(workloads)('makes %s self-contained', (workload) => {
    expect(importsOf(read(workload))).toEqual([]);
  });

  it('would notice a package left outside', () => {
    const source =
      'import{a}from"node:fs";import b,{c}from"left-pad";import"side-effect";const d=()=>import("node:http");';
    expect(importsOf(source)).toEqual(['node:fs', 'left-pad', 'side-effect', 'node:http']);
  });

  it.each(workloads.filter((workload) => workload !== 'worker'))('lets Lambda find the handler of %s', (workload) => {
    expect(read(workload)).toMatch(/export ?\{[^}]*\bhandler\b/);
  });

  it('gives the image a build context of its own', () => {
    const context = ['Dockerfile', 'index.mjs', 'index.mjs.map', 'node_modules'];
    expect(readdirSync(bundleOf('worker', directory)).sort()).toEqual(context);
  });

  it('makes an image below 100 MB', () => {
    const { totalBytes, fits } = measureImage(bundleOf('worker', directory));
    expect({ totalBytes, fits }).toEqual({ totalBytes: expect.any(Number), fits: true });
    expect(measureImage(bundleOf('worker', directory), totalBytes - 1).fits).toBe(false);
  });

  it('would notice what makes the image larger', () => {
    const context = mkdtempSync(path.join(directory, 'context-'));
    mkdirSync(path.join(context, 'node_modules'));
    writeFileSync(path.join(context, 'Dockerfile'), randomBytes(1_000_000));
    writeFileSync(path.join(context, 'index.mjs'), ' '.repeat(1_000_000));
    expect(measureImage(context).bundleBytes).toBeLessThan(10_000);
    writeFileSync(path.join(context, 'node_modules', 'font.ttf'), randomBytes(1_000_000));
    expect(measureImage(context).bundleBytes).toBeGreaterThan(1_000_000);
  });

  it('puts the fonts beside the programs that write PDF files, and no others', () => {
    const withPackages = workloads.filter((workload) =>
      existsSync(path.join(bundleOf(workload, directory), 'node_modules')),
    );
    expect(withPackages.sort()).toEqual(['run-small-export', 'worker']);
    for (const workload of withPackages) {
      const program = path.join(bundleOf(workload, directory), 'index.mjs');
      for (const file of Object.values(fontFiles)) {
        const found = createRequire(program).resolve(file);
        expect(path.relative(bundleOf(workload, directory), found)).toBe(path.join('node_modules', file));
        expect(statSync(found).size).toBe(statSync(createRequire(import.meta.url).resolve(file)).size);
      }
    }
  });

  it('puts the SQL of the sample beside the program that runs it, and no other', () => {
    const files = readdirSync(path.join(repository, 'sample')).filter((name) => name.endsWith('.sql'));
    expect(files.length).toBeGreaterThan(10);
    for (const workload of workloads) {
      const copies = readdirSync(bundleOf(workload, directory)).filter((name) => name.endsWith('.sql'));
      expect(copies, workload).toEqual(workload === 'seed-sample-database' ? files : []);
    }
  });

  it('puts a source map beside each bundle', () => {
    for (const workload of workloads) {
      expect(existsSync(path.join(bundleOf(workload, directory), 'index.mjs.map')), workload).toBe(true);
    }
  });

  it('keeps each program within its budget, and each budget near its program', () => {
    const mistakes = workloads.flatMap(
      (workload) => sizeMistake(workload, programOf(workload, directory).sizeBytes) ?? [],
    );
    expect(mistakes).toEqual([]);
  });

  it('would notice a program above its budget, and a budget that is none', () => {
    const budgetBytes = bundleBudgetsKb['get-export'] * 1000;
    expect(sizeMistake('get-export', budgetBytes)).toBeUndefined();
    expect(sizeMistake('get-export', budgetBytes + 1)).toMatch(/^get-export has \d+ kB, more than its \d+$/);
    expect(sizeMistake('get-export', budgetBytes - 50_001)).toMatch(/lower its budget/);
  });

  it.each(workloads)('puts into %s no package that it cannot use', (workload) => {
    const { sources } = programOf(workload, directory);
    expect(sources.length).toBeGreaterThan(10);
    expect(uselessPackages(workload, sources)).toEqual([]);
  });

  it('would notice packages in programs that cannot use them', () => {
    const writer = programOf('run-small-export', directory).sources;
    expect(uselessPackages('list-exports', writer)).toEqual([
      '@aws-sdk/client-s3',
      '@aws-sdk/client-secrets-manager',
      'pg',
      'pdfkit',
      'fontkit',
      'hyparquet-writer',
    ]);
    expect(uselessPackages('list-exports', ['../node_modules/@aws-sdk/nested-clients/index.js'])).toHaveLength(1);
  });
});
