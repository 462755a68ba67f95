// @module-tag cost

import { readFileSync } from 'node:fs';
import { beforeEach, describe, expect, test } from 'vitest';
import { downloadExport } from '../../core/usecases/download-export.ts';
import { storageRequests } from '../../scripts/cost/usage.ts';
import { tableIn } from '../repository/markdown.ts';
import { ada, createMemoryDeployment } from '../support/memory-deployment.ts';
import type { MemoryFiles } from '../support/memory-files.ts';
import { hundredByteRows, ScriptedSource } from '../support/scripted-source.ts';
import { SlicedSource } from '../support/sliced-source.ts';
import { beginRun, files, run } from './one-run.ts';
import { startRun } from './ranges-run.ts';

/** What each operation of a bucket asks of S3, once; what takes something back is free. */
const kinds: Readonly<Record<string, 'writes' | 'reads' | 'parts'>> = {
  beginUpload: 'writes',
  complete: 'writes',
  putText: 'writes',
  part: 'parts',
  head: 'reads',
  read: 'reads',
  readText: 'reads',
};

/** Counts what a bucket is asked for from now on. */
function counted(bucket: MemoryFiles) {
  const counts = { writes: 0, reads: 0, parts: 0 };
  bucket.beforeCall = (operation) => {
    const kind = kinds[operation];
    if (kind !== undefined) counts[kind] += 1;
  };
  return counts;
}

const RANGES = 8;
/** Above what a part must have, so that each range is one, of one slice that nobody can cut. */
const slices = Array.from({ length: RANGES }, () => 100);

describe('what S3 is asked for', () => {
  beforeEach(beginRun);

  test('by one task that makes a file', async () => {
    const counts = counted(files);
    expect(await run(new ScriptedSource(10, () => hundredByteRows(10)))).toMatchObject({ kind: 'ready' });
    expect(counts).toEqual({ ...storageRequests.file, parts: 1 });
  });

  test('by several tasks that make one', async () => {
    const several = await startRun(new SlicedSource(slices));
    const counts = counted(several.files);
    const { lead } = await several.start(2);
    expect(await lead.outcome).toMatchObject({ kind: 'ready' });
    expect(counts).toEqual({ ...storageRequests.fileOfSeveralTasks, parts: RANGES });
  });

  test('by several tasks that make a file each', async () => {
    const several = await startRun(new SlicedSource(slices), { partFiles: true });
    const counts = counted(several.files);
    const { lead } = await several.start(2);
    expect(await lead.outcome).toMatchObject({ kind: 'ready', file: { partFiles: RANGES } });
    const { partFile, partFiles } = storageRequests;
    expect(counts).toEqual({
      writes: partFiles.writes + RANGES * partFile.writes,
      reads: partFiles.reads + RANGES * partFile.reads,
      parts: RANGES,
    });
  });

  test('as docs/cost.md has it', () => {
    const rows = tableIn(readFileSync('docs/cost.md', 'utf8'), 'what', 'writes', 'reads');
    const told = rows.map(([, writes, reads]) => ({ writes: Number(writes), reads: Number(reads) }));
    expect(told).toEqual(Object.values(storageRequests));
  });

  test('by a download, before the file itself is: nothing, or which of several it is', async () => {
    const deployment = createMemoryDeployment();
    const one = await deployment.createReady(ada);
    const several = await deployment.createReadyInPartFiles([1, 2, 3], ada);
    const counts = counted(deployment.files);
    await downloadExport(deployment.deps, ada, one.exportId);
    expect(counts).toEqual({ ...storageRequests.download, parts: 0 });
    await downloadExport(deployment.deps, ada, several.exportId, 2);
    expect(counts).toEqual({ ...storageRequests.downloadOfPartFile, parts: 0 });
  });
});
