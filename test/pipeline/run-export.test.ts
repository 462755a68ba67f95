// @module-tag too-large

import { createHash } from 'node:crypto';
import { gunzipSync } from 'node:zlib';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import { waybillSchema } from '../../core/domain/waybill.ts';
import { hundredByteRows, ScriptedSource } from '../support/scripted-source.ts';
import { beginRun, files, HEADING, records, run, shutdown } from './one-run.ts';

beforeEach(beginRun);

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

  test('has let the database go before its last part has arrived', async () => {
    const source = new ScriptedSource(1000, () => hundredByteRows(1000));
    files.beforeCall = async (operation) => {
      if (operation === 'part') await vi.waitFor(() => expect(source.closed).toBe(1));
    };
    expect(await run(source)).toMatchObject({ kind: 'ready', file: { rows: 1000 } });
    expect(source.closed).toBe(1);
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
