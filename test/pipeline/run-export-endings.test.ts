// @module-tag too-large

import { beforeEach, describe, expect, test } from 'vitest';
import { ExportFailedError } from '../../core/domain/errors.ts';
import type { ExportSource } from '../../core/ports/export-source.ts';
import { unavailable } from '../support/memory-files.ts';
import { hundredByteRows, ScriptedSource } from '../support/scripted-source.ts';
import {
  beginRun,
  expectNothingStored,
  files,
  HEADING,
  records,
  run,
  shutdown,
  startAnew,
  waitingSource,
} from './one-run.ts';

beforeEach(beginRun);

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
    const source: ExportSource = {
      measure: unavailable,
      open: unavailable,
      openRows: unavailable,
      share: unavailable,
      join: unavailable,
    };
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
    startAnew();
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
