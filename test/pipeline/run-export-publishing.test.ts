// @module-tag too-large

import { setTimeout as sleep } from 'node:timers/promises';
import { beforeEach, describe, expect, test } from 'vitest';
import { ExportFailedError } from '../../core/domain/errors.ts';
import { unavailable } from '../support/memory-files.ts';
import { hundredByteRows, ScriptedSource } from '../support/scripted-source.ts';
import { beginRun, expectNothingStored, files, records, run } from './one-run.ts';

beforeEach(beginRun);

describe('the upload', () => {
  const rows = () => hundredByteRows(10);

  test('begins while the source is opened', async () => {
    const source = new ScriptedSource(10, rows);
    const opened = Promise.withResolvers<void>();
    const begun = Promise.withResolvers<void>();
    const open = source.open.bind(source);
    source.open = async (plan, signal) => {
      opened.resolve();
      await begun.promise;
      return open(plan, signal);
    };
    files.beforeCall = async (operation) => {
      if (operation !== 'beginUpload') return;
      await opened.promise;
      begun.resolve();
    };
    expect(await run(source)).toMatchObject({ kind: 'ready' });
  });

  test('that cannot begin ends the source, which was opened meanwhile', async () => {
    const source = new ScriptedSource(10, rows);
    const open = source.open.bind(source);
    source.open = async (plan, signal) => {
      await sleep(5);
      return open(plan, signal);
    };
    files.beforeCall = (operation) => {
      if (operation === 'beginUpload') throw unavailable(operation);
    };
    expect(await run(source)).toMatchObject({ kind: 'retry', code: 'storage_unavailable' });
    expect([source.opened, source.closed]).toEqual([1, 1]);
    expectNothingStored();
  });

  test('that begins late is discarded when the source cannot be opened', async () => {
    const source = new ScriptedSource(10, rows);
    source.open = () => Promise.reject(new ExportFailedError('source_unavailable', { retryable: true }));
    files.beforeCall = (operation) => (operation === 'beginUpload' ? sleep(5) : undefined);
    expect(await run(source)).toMatchObject({ kind: 'retry', code: 'source_unavailable' });
    expectNothingStored();
  });
});

describe('publishing', () => {
  const source = () => new ScriptedSource(10, () => hundredByteRows(10));

  test('an object that is not what was sent is removed', async () => {
    files.beforeCall = (operation, key) => {
      if (operation === 'head')
        files.objects.set(key, { body: Buffer.from('other'), options: { contentType: '', retentionDays: 7 } });
    };
    expect(await run(source())).toMatchObject({ kind: 'retry', code: 'storage_unavailable' });
    expectNothingStored();
  });

  test('a completion whose answer is lost counts by what is stored', async () => {
    const complete = files.beginUpload.bind(files);
    files.beginUpload = async (key, options) => {
      const upload = await complete(key, options);
      return {
        ...upload,
        complete: async (expected) => {
          await upload.complete(expected);
          throw unavailable('the answer is lost');
        },
      };
    };
    expect(await run(source())).toMatchObject({ kind: 'ready' });
  });

  test('a waybill whose answer is lost counts when it is what was sent, and only then', async () => {
    const putText = files.putText.bind(files);
    let stored = (text: string) => text;
    files.putText = async (key, text, options) => {
      await putText(key, stored(text), options);
      await putText(key, text, options);
    };
    stored = () => 'of something else';
    expect(await run(source())).toMatchObject({ kind: 'retry' });
    expectNothingStored();
    stored = (text) => text;
    expect(await run(source())).toMatchObject({ kind: 'ready' });
  });

  test.each([true, false])('an upload that may have a twin (%s) is cleaned up after', async (mayHaveTwin) => {
    files.mayHaveTwin = mayHaveTwin;
    let leftovers: unknown;
    records.beforeEnd = (ending) => {
      if (ending.to === 'ready') leftovers = ending.mayHaveLeftovers;
    };
    expect(await run(source())).toMatchObject({ kind: 'ready' });
    expect(leftovers).toBe(mayHaveTwin);
  });

  test('lost to a cancellation: object and waybill are removed', async () => {
    records.beforeEnd = () => {
      records.record = { ...records.record, status: 'cancelled' };
    };
    expect(await run(source())).toEqual({ kind: 'left', reason: 'ended' });
    expectNothingStored();
  });

  test('lost to another worker: object and waybill are removed', async () => {
    records.beforeEnd = () => records.takeOver();
    expect(await run(source())).toMatchObject({ kind: 'retry', code: 'worker_lost' });
    expectNothingStored();
  });

  test('an ending whose answer is lost is found to be ours', async () => {
    let lost = 0;
    records.afterEnd = () => {
      if (lost++ === 0) throw new Error('the answer is lost');
    };
    expect(await run(source())).toMatchObject({ kind: 'ready' });
    expect(records.record.status).toBe('ready');
    expect(files.objects.size).toBe(2);
  });

  test('records that never answer: the file stays for whoever finds out, and another attempt runs', async () => {
    records.beforeEnd = () => {
      throw new Error('down');
    };
    expect(await run(source())).toMatchObject({ kind: 'retry', code: 'internal' });
    expect(files.objects.size).toBe(2);
    expect(records.record.status).toBe('running');
  });

  test('after a crash between completion and ending, the next attempt publishes under its own key', async () => {
    const crash = new Promise<never>(() => {});
    records.beforeEnd = () => crash;
    void run(source());
    while (files.objects.size < 2) await new Promise((resolve) => setTimeout(resolve, 1));
    records.beforeEnd = () => {};
    await records.release(records.ref, 'claim1', { kind: 'failure', code: 'worker_lost' });

    const outcome = await run(source());
    expect(outcome).toMatchObject({ kind: 'ready', file: { key: expect.stringContaining('/2-claim2/') } });
  });
});
