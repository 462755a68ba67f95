// @module-tag first-view

import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { Manifest } from 'vite';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { buildWebApp, webAppOf } from '../../../lib/web-site/web-app.ts';

/** What the list may load before it shows, compressed. */
const LIMIT_BYTES = 250_000;

/** The page's program and all that it imports before it runs; not what is loaded when it is asked for. */
function firstViewFiles(manifest: Manifest): string[] {
  const seen = new Set<string>();
  const visit = (key: string) => {
    if (seen.has(key)) return;
    seen.add(key);
    for (const imported of manifest[key]?.imports ?? []) visit(imported);
  };
  visit('index.html');
  return [...seen].flatMap((key) => manifest[key]?.file ?? []);
}

const gzippedBytes = (contents: readonly Uint8Array[]) =>
  contents.reduce((sum, content) => sum + gzipSync(content).length, 0);

/** What the content security policy would refuse: scripts, styles and handlers within the page. */
function inlineParts(html: string): string[] {
  return [...html.matchAll(/<script(?![^>]*\ssrc=)[^>]*>|<style\b[^>]*>|<[^>]*\s(?:style|on\w+)=[^>]*>/gi)].map(
    ([part]) => part,
  );
}

describe('the report center as it is built', () => {
  const directory = mkdtempSync(join(tmpdir(), 'waybill-web-'));
  let manifest: Manifest;
  const contentOf = (file: string) => readFileSync(join(webAppOf(directory), file));

  beforeAll(async () => {
    await buildWebApp(directory);
    manifest = JSON.parse(contentOf('.vite/manifest.json').toString('utf8'));
  });
  afterAll(() => rmSync(directory, { recursive: true }));

  test('loads at most 250 kB of JavaScript before the list shows', () => {
    const files = firstViewFiles(manifest);
    const scripts = ['color-scheme.js', ...files].filter((file) => file.endsWith('.js'));
    expect(scripts.length).toBeGreaterThan(1);
    const sizeBytes = gzippedBytes(scripts.map(contentOf));
    console.info(`The first view's JavaScript: ${(sizeBytes / 1000).toFixed(0)} kB gzipped.`);
    expect(sizeBytes).toBeLessThanOrEqual(LIMIT_BYTES);
  });

  test('loads the list with the page, and what opens over it when it opens', () => {
    const late = Object.values(manifest).filter(({ isDynamicEntry }) => isDynamicEntry);
    const sources = late.map(({ src }) => src ?? '');
    expect(sources.filter((src) => src.startsWith('src/center/'))).toEqual([]);
    expect(sources).toEqual(
      expect.arrayContaining(['src/detail/export-drawer.tsx', 'src/generate/generate-modal.tsx']),
    );
  });

  test('has no script or style within its page', () => {
    expect(inlineParts(contentOf('index.html').toString('utf8'))).toEqual([]);
  });
});

describe('would notice', () => {
  test('a first view that grows beyond the limit by what it imports', () => {
    const chunk = (file: string, imports: string[] = [], dynamicImports: string[] = []) => ({
      file,
      imports,
      dynamicImports,
    });
    const grown: Manifest = {
      'index.html': chunk('index.js', ['_a.js'], ['late.tsx']),
      '_a.js': chunk('a.js', ['_b.js']),
      '_b.js': chunk('b.js', ['_a.js']),
      'late.tsx': chunk('late.js'),
    };
    expect(firstViewFiles(grown)).toEqual(['index.js', 'a.js', 'b.js']);
    const incompressible = crypto.getRandomValues(new Uint8Array(60_000));
    expect(gzippedBytes([incompressible])).toBeLessThanOrEqual(LIMIT_BYTES);
    expect(gzippedBytes(Array(5).fill(incompressible))).toBeGreaterThan(LIMIT_BYTES);
  });

  test.each([
    ['<script>run()</script>', 1],
    ['<script type="module">run()</script>', 1],
    ['<style>a{}</style>', 1],
    ['<body onload="run()">', 1],
    ['<div style="color:red">', 1],
    ['<script type="module" src="/a.js"></script><link rel="stylesheet" href="/a.css"><div id="root">', 0],
  ])('%s', (html, count) => expect(inlineParts(html)).toHaveLength(count));
});
