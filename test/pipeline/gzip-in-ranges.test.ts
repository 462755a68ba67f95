// @module-tag partitioned-gzip

import { gunzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { gzipMembers } from '../support/compressed-units.ts';
import { SlicedSource } from '../support/sliced-source.ts';
import { inOneStream, ROWS, sha256, slices, startRun, until } from './ranges-run.ts';

/** Rows that do not become less. */
const noise = (rows: readonly number[]) => new SlicedSource(rows, { isNoise: true });

/** What several workers make of the rows, compressed, and what one makes of them, plain. */
async function madeOf(source: SlicedSource, rows: readonly number[], workers: number) {
  const run = await startRun(source, { compression: 'gzip' });
  const { lead } = await run.start(workers);
  expect(await lead.outcome).toMatchObject({ kind: 'ready' });
  const file = await run.file();
  const { file: recorded } = await run.record();
  expect(recorded).toMatchObject({ bytes: file.length, sha256: sha256(file) });
  const single = await inOneStream(noise(rows));
  return { run, file, recorded, single };
}

describe('a compressed file by several workers', () => {
  test('is one gzip member of what one stream has, each slice read once', async () => {
    const source = noise(slices(8));
    const { file, recorded, single } = await madeOf(source, slices(8), 3);
    expect(sha256(gunzipSync(file))).toBe(single.sha256);
    expect(gzipMembers(file)).toBe(1);
    expect(recorded?.rows).toBe(8 * ROWS);
    expect(source.opened.toSorted((a, b) => a - b)).toEqual([...Array(8).keys()]);
  });

  test('joins a last range that is too short, as what ends the member comes after it', async () => {
    const rows = [ROWS, ROWS, ROWS, 3];
    const { run, file, single } = await madeOf(noise(rows), rows, 4);
    expect(sha256(gunzipSync(file))).toBe(single.sha256);
    expect((await run.ranges()).filter(({ joined }) => joined)).not.toEqual([]);
  });

  test('is made in one stream when all of it is too short for a part', async () => {
    const rows = [2, 0, 1, 0];
    const { run, file, recorded, single } = await madeOf(noise(rows), rows, 2);
    expect(sha256(gunzipSync(file))).toBe(single.sha256);
    expect(recorded?.rows).toBe(3);
    expect(run.handedOver.at(-1)).toEqual([]);
  });

  test('never cuts again what was too short', async () => {
    // Each slice alone is too short, and there is always somebody with nothing to do.
    const rows = Array.from({ length: 12 }, () => 20);
    const source = noise(rows);
    const gate = Promise.withResolvers<void>();
    const run = await startRun(source, { compression: 'gzip' });
    source.beforeChunk = (slice) => (slice === 11 ? gate.promise : undefined);
    const { lead } = await run.start(4);
    await until(async () => (await run.ranges()).some(({ joined }) => joined));
    gate.resolve();
    expect(await lead.outcome).toMatchObject({ kind: 'ready' });
    expect(sha256(gunzipSync(await run.file()))).toBe((await inOneStream(noise(rows))).sha256);
    for (const range of await run.ranges()) {
      if (!range.joined) continue;
      expect(range.replaced || range.to - range.from >= 2).toBe(true);
    }
  });
});
