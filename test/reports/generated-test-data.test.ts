// @module-tag generated-test-data

import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import type { RequestedRun } from '../../core/domain/freeze-request.ts';
import { systemClock } from '../../core/ports/clock.ts';
import { runExport } from '../../pipeline/run-export.ts';
import { generatedTestData } from '../../reports/generated-test-data.ts';
import { verifyFiles } from '../../scripts/verify-files.ts';
import { ExportInMemory } from '../support/export-in-memory.ts';
import { MemoryFiles } from '../support/memory-files.ts';
import { planOf, source } from './test-data/plan-of.ts';

describe('an export', () => {
  const promptContext = 'for the launch of a secret thing';

  async function exported(run: Partial<RequestedRun>) {
    const schema = [
      { name: 'customer', type: 'fullName' },
      { name: 'colour', type: 'enum', values: ['=red'], nullShare: 0.5 },
    ];
    const records = new ExportInMemory(planOf({ schema, seed: 3, rows: 2_345, promptContext }, run), systemClock);
    const files = new MemoryFiles();
    const logged: unknown[] = [];
    const log = (...line: unknown[]) => void logged.push(line);
    const outcome = await runExport(
      records.ref,
      {
        attempts: records,
        exports: records,
        files,
        source,
        connections: 1,
        catalog: { reports: [generatedTestData] },
        clock: systemClock,
        ids: { claim: () => 'claim1' },
        log: { info: log, warn: log },
      },
      { signal: new AbortController().signal },
    );
    if (outcome.kind !== 'ready') throw new Error(JSON.stringify(outcome));
    const body = files.objects.get(outcome.file.key)?.body ?? Buffer.alloc(0);
    const waybill = (await files.readText(outcome.file.waybillKey)) ?? '';
    const { snapshot } = records.record;
    return { outcome, body, file: body.toString('utf8'), waybill, logged: JSON.stringify(logged), snapshot };
  }

  test('has all of its rows', async () => {
    const { outcome, file } = await exported({ format: 'csv', neutralizeFormulas: true });
    expect(outcome.file.rows).toBe(2_345);
    const lines = file.split('\r\n');
    expect(lines).toHaveLength(1 + 2_345 + 1);
    expect(lines[0]).toBe('row,customer,colour');
    expect(lines[2_345]).toMatch(/^2345,[^,]+,('=red)?$/);
  });

  test('is of the same rows in another format', async () => {
    const { file } = await exported({ format: 'json' });
    const rows: unknown[] = JSON.parse(file);
    expect(rows).toHaveLength(2_345);
    expect(rows[0]).toEqual({ row: '1', customer: expect.any(String), colour: null });
  });

  test.each(generatedTestData.formats)('is as its waybill says: %s', async (format) => {
    const { body, waybill } = await exported({ format });
    const directory = await mkdtemp(join(tmpdir(), 'waybill-test-data-'));
    try {
      const path = join(directory, 'file');
      await writeFile(path, body);
      expect(await verifyFiles([path], waybill)).toMatchObject({ differences: [], countsRows: true });
    } finally {
      await rm(directory, { recursive: true });
    }
  });

  test('keeps its context with the request, and out of file and logs', async () => {
    const { file, logged, snapshot } = await exported({ format: 'ndjson' });
    expect(snapshot.filters.promptContext).toBe(promptContext);
    expect(file).not.toContain('secret thing');
    expect(logged).not.toContain('secret thing');
  });
});

test('names and words are loaded only by those who write a file', async () => {
  const program = `
    import { registerHooks } from 'node:module';
    registerHooks({ resolve(name, context, next) {
      if (name.includes('faker')) console.log('loaded');
      return next(name, context);
    } });
    const { generatedTestData } = await import('./reports/generated-test-data.ts');
    console.log(generatedTestData.id);
    for await (const _ of generatedTestData.source.rows({ schema: [], seed: 1, rows: 1 }, { timeZone: 'UTC' })) break;`;
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', program]);
  const [first, second] = stdout.split('\n');
  expect([first, second]).toEqual(['generated-test-data', 'loaded']);
});
