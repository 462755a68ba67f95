import { createHash } from 'node:crypto';
import { gunzipSync } from 'node:zlib';
import { beforeEach, describe, expect, test } from 'vitest';
import { ExportFailedError } from '../../core/domain/errors.ts';
import { sql } from '../../core/domain/sql.ts';
import { waybillSchema } from '../../core/domain/waybill.ts';
import { systemClock } from '../../core/ports/clock.ts';
import type { ExportSource } from '../../core/ports/export-source.ts';
import { runExport } from '../../pipeline/run-export.ts';
import type { RunOutcome } from '../../pipeline/run-outcome.ts';
import type { Timings } from '../../pipeline/timings.ts';
import { ExportInMemory } from '../support/export-in-memory.ts';
import { MemoryFiles, unavailable } from '../support/memory-files.ts';
import { testPlan, testReport } from '../support/plans.ts';
import { hundredByteRows, ScriptedSource, untilAborted } from '../support/scripted-source.ts';

const report = testReport({ id: 'integer', name: 'text' }, sql`SELECT 1`);
const HEADING = 'id,name\r\n';

let files: MemoryFiles;
let records: ExportInMemory;
let shutdown: AbortController;
let claims: number;
beforeEach(() => {
  files = new MemoryFiles();
  records = new ExportInMemory(testPlan(report), systemClock);
  shutdown = new AbortController();
  claims = 0;
});

function run(source: ExportSource, timings: Partial<Timings> = {}, clock = systemClock): Promise<RunOutcome> {
  return runExport(
    records.ref,
    {
      attempts: records,
      exports: records,
      files,
      source,
      catalog: { reports: [report] },
      clock,
      ids: { claim: () => `claim${++claims}` },
      log: { info: () => {}, warn: () => {} },
    },
    { signal: shutdown.signal, timings: { heartbeatMs: 5, endRetryMs: 1, claimPollMs: 5, ...timings } },
  );
}

function expectNothingStored(): void {
  expect([...files.objects.keys()]).toEqual([]);
  expect([...files.uploads.keys()]).toEqual([]);
}

/** A source that waits after its first rows until the run is stopped. */
function waitingSource(onFirstRows: () => void = () => {}): ScriptedSource {
  return new ScriptedSource(1000, async function* (signal) {
    yield* hundredByteRows(10);
    onFirstRows();
    await untilAborted(signal);
  });
}

describe('a finished export', () => {
  test('is one object with its waybill beside it, recorded as they are', async () => {
    // More than one part: 8 MiB hold about 83,000 of these rows.
    const source = new ScriptedSource(100_000, () => hundredByteRows(100_000));
    const outcome = await run(source);

    const body = Buffer.from(HEADING + `${'x'.repeat(98)}\r\n`.repeat(100_000));
    const sha256 = createHash('sha256').update(body).digest('hex');
    const prefix = `exports/acme/${records.ref.exportId}/1-claim1/`;
    const day = new Date(records.record.createdAt).toISOString().slice(0, 10);
    const name = `test-report-${day}-0000abcd.csv`;
    const file = {
      name,
      key: prefix + name,
      waybillKey: `${prefix}waybill.json`,
      bytes: body.length,
      rows: 100_000,
      sha256,
    };
    expect(outcome).toEqual({ kind: 'ready', file });
    expect(records.record).toMatchObject({ status: 'ready', file });
    expect([...files.objects.keys()].toSorted()).toEqual([file.key, file.waybillKey].toSorted());
    expect(files.objects.get(file.key)?.body.equals(body)).toBe(true);
    expect(files.objects.get(file.key)?.options).toEqual({ contentType: 'text/csv; charset=utf-8', retentionDays: 7 });
    expect(source.closed).toBe(1);

    const waybill = waybillSchema.parse(JSON.parse((await files.readText(file.waybillKey)) ?? ''));
    expect(waybill).toMatchObject({
      exportId: records.ref.exportId,
      accountId: 'acme',
      requestedBy: { userId: 'ada' },
      columns: [
        { name: 'id', header: 'id', type: 'integer' },
        { name: 'name', header: 'name', type: 'text' },
      ],
      snapshot: { databaseSnapshotId: '7:7:', takenAt: '2026-01-02T00:00:00.000Z' },
      file: { name, bytes: body.length, rows: 100_000, sha256, parts: 2 },
      attempt: 1,
    });
    const { expiresAt } = records.record;
    expect(waybill.expiresAt).toBe(new Date(expiresAt ?? 0).toISOString());
    expect(Date.parse(waybill.expiresAt) - Date.parse(waybill.timings.finishedAt)).toBe(7 * 24 * 3_600_000);
  });

  test('that is compressed has size and checksum of what is stored', async () => {
    records.record = { ...records.record, snapshot: { ...records.record.snapshot, compression: 'gzip' } };
    const outcome = await run(new ScriptedSource(1000, () => hundredByteRows(1000)));

    const [key = '', waybillKey = ''] = [...files.objects.keys()];
    const { body, options } = files.objects.get(key) ?? {};
    if (body === undefined) throw new Error('Nothing was stored');
    expect(key).toMatch(/\.csv\.gz$/);
    expect(options?.contentType).toBe('application/gzip');
    expect(gunzipSync(body).toString()).toBe(HEADING + `${'x'.repeat(98)}\r\n`.repeat(1000));
    const sha256 = createHash('sha256').update(body).digest('hex');
    expect(outcome).toMatchObject({ kind: 'ready', file: { bytes: body.length, rows: 1000, sha256 } });
    const waybill = (await files.readText(waybillKey)) ?? '';
    expect(JSON.parse(waybill)).toMatchObject({
      compression: 'gzip',
      file: { bytes: body.length, rows: 1000, sha256 },
    });
  });

  test('without rows has the heading alone', async () => {
    const outcome = await run(new ScriptedSource(0, () => hundredByteRows(0)));
    expect(outcome).toMatchObject({ kind: 'ready', file: { rows: 0, bytes: HEADING.length } });
  });

  test('reports its progress while it runs', async () => {
    const progress: unknown[] = [];
    const source = new ScriptedSource(20, async function* () {
      yield* hundredByteRows(20);
      while (records.heartbeats < 2) await new Promise((resolve) => setTimeout(resolve, 1));
    });
    records.onHeartbeat = () => void progress.push(records.attempt?.progress);
    expect(await run(source)).toMatchObject({ kind: 'ready' });
    expect(records.attempt?.progress).toMatchObject({ rowsWritten: 20, bytesWritten: HEADING.length + 2000 });
  });

  test('survives heartbeats that do not get through, as long as the lease lasts', async () => {
    records.onHeartbeat = () => {
      throw new Error('throttled');
    };
    const source = new ScriptedSource(20, async function* () {
      yield* hundredByteRows(20);
      while (records.heartbeats < 5) await new Promise((resolve) => setTimeout(resolve, 1));
    });
    expect(await run(source)).toMatchObject({ kind: 'ready' });
  });
});

describe('the claim', () => {
  test('waits for a foreign lease to be given back, and takes the next attempt', async () => {
    await records.claim(records.ref, 'foreign', Date.now());
    const running = run(new ScriptedSource(0, () => hundredByteRows(0)));
    await records.release(records.ref, 'foreign', { kind: 'failure', code: 'internal' });
    expect(await running).toMatchObject({ kind: 'ready', file: { key: expect.stringContaining('/2-claim1/') } });
  });

  test('leaves an export alone that was ended while it waited', async () => {
    await records.claim(records.ref, 'foreign', Date.now());
    const source = new ScriptedSource(0, () => hundredByteRows(0));
    const running = run(source);
    await records.end(records.ref, { to: 'cancelled' }, { kind: 'claim', claim: 'foreign' });
    expect(await running).toEqual({ kind: 'left', reason: 'ended' });
    expect(source.opened).toBe(0);
  });

  test.each(['not_admitted', 'exhausted', 'not_found'] as const)('leaves an export alone that is %s', async (kind) => {
    records.claim = async () => ({ kind });
    expect(await run(new ScriptedSource(0, () => hundredByteRows(0)))).toEqual({ kind: 'left', reason: kind });
  });

  test('a shutdown while waiting changes nothing', async () => {
    await records.claim(records.ref, 'foreign', Date.now());
    const running = run(new ScriptedSource(0, () => hundredByteRows(0)), { claimPollMs: 60_000 });
    shutdown.abort(new Error('SIGTERM'));
    expect(await running).toMatchObject({ kind: 'retry', code: 'worker_lost' });
    expect(records.attempt?.claim).toBe('foreign');
  });

  test('records that do not answer call for another attempt', async () => {
    records.claim = async () => {
      throw new Error('down');
    };
    expect(await run(new ScriptedSource(0, () => hundredByteRows(0)))).toMatchObject({
      kind: 'retry',
      code: 'internal',
    });
  });
});

describe('stopping early', () => {
  test('cancelled: query and upload end, and that is the outcome', async () => {
    const source = waitingSource(() => records.requestCancel());
    expect(await run(source)).toEqual({ kind: 'cancelled' });
    expect(records.record.status).toBe('cancelled');
    expect(source.closed).toBe(1);
    expectNothingStored();
  });

  test('cancelled while parts wait for storage', async () => {
    files.beforeCall = (operation) => (operation === 'part' ? new Promise(() => {}) : undefined);
    const source = new ScriptedSource(500_000, async function* () {
      yield* hundredByteRows(100_000);
      records.requestCancel();
      yield* hundredByteRows(400_000);
    });
    expect(await run(source)).toEqual({ kind: 'cancelled' });
    expectNothingStored();
  });

  test('taken over: nothing is published and the successor is not disturbed', async () => {
    const source = waitingSource(() => records.takeOver());
    expect(await run(source)).toMatchObject({ kind: 'retry', code: 'worker_lost' });
    expect(records.record.status).toBe('running');
    expect(records.releases).toEqual([]);
    expectNothingStored();
  });

  test.each([
    ['hang', () => new Promise<void>(() => {})],
    ['fail', () => Promise.reject(new Error('throttled'))],
  ])('heartbeats that %s for a whole lease: the claim counts as lost', async (_, onHeartbeat) => {
    records.onHeartbeat = onHeartbeat;
    expect(await run(waitingSource(), { leaseMs: 30 })).toMatchObject({ kind: 'retry', code: 'worker_lost' });
    expectNothingStored();
  });

  test('shutdown: the claim is given back, uncounted', async () => {
    const source = waitingSource(() => shutdown.abort(new Error('SIGTERM')));
    expect(await run(source)).toMatchObject({ kind: 'retry', code: 'worker_lost' });
    expect(records.releases).toEqual([{ kind: 'stopped' }]);
    expectNothingStored();
  });

  test('no new row for too long: the source is to blame', async () => {
    expect(await run(waitingSource(), { stallMs: 30 })).toMatchObject({ kind: 'retry', code: 'source_unavailable' });
    expect(records.releases).toEqual([{ kind: 'failure', code: 'source_unavailable' }]);
    expectNothingStored();
  });

  test('no part accepted for too long: storage is to blame', async () => {
    files.beforeCall = (operation) => (operation === 'part' ? new Promise(() => {}) : undefined);
    const source = new ScriptedSource(500_000, () => hundredByteRows(500_000));
    expect(await run(source, { stallMs: 30 })).toMatchObject({ kind: 'retry', code: 'storage_unavailable' });
    expectNothingStored();
  });

  test('a clock that is set forward by an hour ends nothing', async () => {
    let aheadMs = 0;
    const source = new ScriptedSource(10, async function* () {
      yield* hundredByteRows(5);
      aheadMs = 3_600_000;
      const enough = records.heartbeats + 3;
      while (records.heartbeats < enough) await new Promise((resolve) => setTimeout(resolve, 1));
      yield* hundredByteRows(5);
    });
    const clock = { now: () => Date.now() + aheadMs };
    expect(await run(source, { leaseMs: 60_000, stallMs: 60_000 }, clock)).toMatchObject({ kind: 'ready' });
  });

  test('the time before the first row does not count', async () => {
    const source = new ScriptedSource(10, async function* () {
      while (records.heartbeats < 20) await new Promise((resolve) => setTimeout(resolve, 1));
      yield* hundredByteRows(10);
    });
    expect(await run(source, { stallMs: 50 })).toMatchObject({ kind: 'ready' });
  });

  test('putting the parts together may take longer than that', async () => {
    files.beforeCall = async (operation) => {
      const enough = records.heartbeats + 20;
      while (operation === 'complete' && records.heartbeats < enough) await new Promise((r) => setTimeout(r, 1));
    };
    const source = new ScriptedSource(10, () => hundredByteRows(10));
    expect(await run(source, { stallMs: 50 })).toMatchObject({ kind: 'ready' });
  });
});

describe('failures', () => {
  test('too large: stops early, names limit, size and the way out', async () => {
    records.record = {
      ...records.record,
      rowsTotal: { rows: 9_000_000, exact: false },
      snapshot: { ...records.record.snapshot, maxFileBytes: 1_000_000 },
    };
    const source = new ScriptedSource(9_000_000, () => hundredByteRows(9_000_000));
    const outcome = await run(source);
    expect(outcome).toMatchObject({ kind: 'failed', failure: { code: 'too_large', retryable: false } });
    const { failure } = outcome as { failure: { message: string } };
    expect(failure.message).toMatch(
      /limit of 1 MB.* 1 MB after 10,\d\d\d of about 9,000,000 rows.*narrower date range/,
    );
    expect(records.record).toMatchObject({ status: 'failed', failure });
    expectNothingStored();
  });

  test('a file of exactly its limit is fine', async () => {
    const maxFileBytes = HEADING.length + 1000;
    records.record = { ...records.record, snapshot: { ...records.record.snapshot, maxFileBytes } };
    expect(await run(new ScriptedSource(10, () => hundredByteRows(10)))).toMatchObject({ kind: 'ready' });
  });

  test('fewer rows than the source has sent are no file', async () => {
    const outcome = await run(new ScriptedSource(11, () => hundredByteRows(10)));
    expect(outcome).toMatchObject({ kind: 'retry', code: 'internal' });
    expectNothingStored();
  });

  test.each([
    ['query_timeout', false],
    ['invalid_data', false],
  ] as const)('%s ends the export at the first attempt', async (code, retryable) => {
    const source = new ScriptedSource(10, async function* () {
      yield* hundredByteRows(10);
      throw new ExportFailedError(code, { retryable });
    });
    expect(await run(source)).toMatchObject({ kind: 'failed', failure: { code } });
    expect(records.record.failure?.code).toBe(code);
    expectNothingStored();
  });

  test('an unavailable source is tried again twice and then ends the export with that reason', async () => {
    const unavailable = async () => {
      throw new ExportFailedError('source_unavailable', { retryable: true });
    };
    const source: ExportSource = { measure: unavailable, open: unavailable, openRows: unavailable };
    const outcomes = [await run(source), await run(source), await run(source), await run(source)];
    expect(outcomes).toMatchObject([
      { kind: 'retry', code: 'source_unavailable' },
      { kind: 'retry', code: 'source_unavailable' },
      { kind: 'failed', failure: { code: 'source_unavailable', retryable: true } },
      { kind: 'left', reason: 'ended' },
    ]);
    expectNothingStored();
  });

  test('attempts that were stopped from outside do not count', async () => {
    const failing = new ScriptedSource(0, () => {
      throw new ExportFailedError('source_unavailable', { retryable: true });
    });
    await run(waitingSource(() => shutdown.abort(new Error('SIGTERM'))));
    shutdown = new AbortController();
    const kinds = [(await run(failing)).kind, (await run(failing)).kind, (await run(failing)).kind];
    expect(kinds).toEqual(['retry', 'retry', 'failed']);
  });

  test('an unexpected error is internal', async () => {
    const source = new ScriptedSource(0, () => {
      throw new TypeError('x is not a function');
    });
    expect(await run(source)).toMatchObject({ kind: 'retry', code: 'internal' });
  });

  test.each(['beginUpload', 'part', 'complete', 'head', 'putText'] as const)('storage fails at %s', async (failing) => {
    files.beforeCall = (operation) => {
      if (operation === failing) throw unavailable(operation);
    };
    const outcome = await run(new ScriptedSource(10, () => hundredByteRows(10)));
    expect(outcome).toMatchObject({ kind: 'retry', code: 'storage_unavailable' });
    expect(records.record.status).toBe('running');
    expectNothingStored();
  });

  test('the report has changed since', async () => {
    const { snapshot } = records.record;
    records.record = { ...records.record, snapshot: { ...snapshot, report: { ...snapshot.report, version: 2 } } };
    const outcome = await run(new ScriptedSource(0, () => hundredByteRows(0)));
    expect(outcome).toMatchObject({ kind: 'failed', failure: { code: 'invalid_data' } });
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
