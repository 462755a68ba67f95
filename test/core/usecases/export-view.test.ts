import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { exportView } from '../../../core/contract/export-schemas.ts';
import type { Attempt, ExportRecord, Progress } from '../../../core/domain/export-record.ts';
import { failureOf } from '../../../core/domain/failure.ts';
import { viewExport } from '../../../core/usecases/export-view.ts';
import { DAY, file, newExport, T0 } from '../../support/exports.ts';

const MINUTE = 60_000;

function runningView(
  progress: Partial<Progress>,
  rest: { record?: Partial<ExportRecord>; now?: number; startedAt?: number } = {},
) {
  const record = newExport(1, { status: 'running', attempt: 1, admittedAt: T0, startedAt: T0, ...rest.record });
  const attempt: Attempt = {
    exportId: record.id,
    number: 1,
    claim: 'claim',
    leaseUntil: T0 + MINUTE,
    progress: { rowsWritten: 0, bytesWritten: 0, updatedAt: T0, ...progress },
    cancelRequested: false,
    startedAt: rest.startedAt ?? T0,
  };
  return viewExport(record, { now: rest.now ?? T0, attempt });
}

const total = (rows: number, exact = true) => ({ record: { rowsTotal: { rows, exact } } });

describe('progress', () => {
  test.each([
    [0, 1000, 0],
    [1, 1000, 0.1],
    [333, 1000, 33.3],
    [2, 3, 66.6],
    [999_999, 1_000_000, 99.9],
    [1000, 1000, 100],
  ])('%i of %i rows are %d percent', (rowsWritten, rows, percent) => {
    expect(runningView({ rowsWritten }, total(rows)).progress).toMatchObject({ percent, rowsTotal: rows });
  });

  test('has no percentage before there is a total, or of nothing', () => {
    expect(runningView({ rowsWritten: 5 }).progress).not.toHaveProperty('percent');
    expect(runningView({ rowsWritten: 0 }, total(0)).progress).not.toHaveProperty('percent');
  });

  test('never exceeds its total: more rows than estimated raise it', () => {
    const { progress } = runningView({ rowsWritten: 1500 }, total(1000, false));
    expect(progress).toMatchObject({ rowsTotal: 1500, rowsTotalExact: false, percent: 100 });
  });

  test('foretells the end from the rate so far, and not from the time of the look', () => {
    const at = (now: number) => runningView({ rowsWritten: 250, updatedAt: T0 + 10_000 }, { ...total(1000), now });
    expect(at(T0 + 10_000).progress?.etaSeconds).toBe(30);
    expect(at(T0 + 11_900)).toEqual(at(T0 + 10_000));
    expect(runningView({ rowsWritten: 0, updatedAt: T0 + 10_000 }, total(1000)).progress).not.toHaveProperty(
      'etaSeconds',
    );
    expect(runningView({ rowsWritten: 10 }, total(1000)).progress).not.toHaveProperty('etaSeconds');
  });

  test('is always as the contract says', () => {
    fc.assert(
      fc.property(fc.nat(), fc.option(fc.nat()), fc.boolean(), fc.nat(), (rowsWritten, rows, exact, elapsed) => {
        const record = rows === null ? {} : { rowsTotal: { rows, exact } };
        const view = runningView({ rowsWritten, updatedAt: T0 + elapsed }, { record, now: T0 + elapsed });
        expect(() => exportView.parse(view)).not.toThrow();
        expect(view.progress?.percent ?? 0).toBeLessThanOrEqual(100);
        expect(view.progress?.etaSeconds ?? 0).toBeGreaterThanOrEqual(0);
      }),
    );
  });

  test('is shown while running and at no other time', () => {
    expect(viewExport(newExport(1), { now: T0 })).not.toHaveProperty('progress');
    expect(viewExport(newExport(1, { status: 'running' }), { now: T0 })).not.toHaveProperty('progress');
  });
});

describe('taking longer', () => {
  test('is said of a run without a new row for five minutes', () => {
    const since = (lastRowAt: number | undefined, now: number) =>
      runningView(lastRowAt === undefined ? {} : { lastRowAt }, { now }).takingLonger;
    expect(since(T0, T0 + 5 * MINUTE - 1)).toBe(false);
    expect(since(T0, T0 + 5 * MINUTE)).toBe(true);
    expect(since(T0 + MINUTE, T0 + 5 * MINUTE)).toBe(false);
    expect(since(undefined, T0 + 5 * MINUTE)).toBe(true);
  });

  test('is said of a queued export that was marked, and no longer once it runs', () => {
    const marked = { takingLongerAt: T0 };
    expect(viewExport(newExport(1, marked), { now: T0 }).takingLonger).toBe(true);
    expect(runningView({}, { record: marked }).takingLonger).toBe(false);
  });
});

describe('the phase and the place in line', () => {
  test('are those of a queued export: a place, or starting', () => {
    const waiting = viewExport(newExport(1), { now: T0, queuePosition: 3 });
    expect(waiting.queuePosition).toBe(3);
    expect(waiting).not.toHaveProperty('phase');
    const starting = viewExport(newExport(1, { admittedAt: T0 }), { now: T0, queuePosition: 3 });
    expect(starting.phase).toBe('starting');
    expect(starting).not.toHaveProperty('queuePosition');
    expect(runningView({})).not.toHaveProperty('phase');
  });
});

describe('the end', () => {
  const ready = newExport(1, { status: 'ready', file, expiresAt: T0 + DAY, attempt: 1, readyAt: T0, endedAt: T0 });

  test('shows the file, by paths of the API, until it expires', () => {
    expect(viewExport(ready, { now: T0 }).file).toEqual({
      name: file.name,
      bytes: file.bytes,
      rows: file.rows,
      sha256: file.sha256,
      downloadUrl: `/v1/exports/${ready.id}/download`,
      waybillUrl: `/v1/exports/${ready.id}/waybill`,
      downloadCount: 0,
    });
    expect(viewExport({ ...ready, file: { ...file, partFiles: 16 } }, { now: T0 }).file?.partFiles).toBe(16);
    const expired = viewExport(ready, { now: T0 + DAY });
    expect(expired.status).toBe('expired');
    expect(expired).not.toHaveProperty('file');
    expect(JSON.stringify(viewExport(ready, { now: T0 }))).not.toContain(file.key);
  });

  test('shows the reason, and whether asking for less would help', () => {
    const view = (code: 'too_large' | 'worker_lost') =>
      viewExport(newExport(1, { status: 'failed', failure: failureOf(code) }), { now: T0 }).failure;
    expect(view('too_large')).toMatchObject({ code: 'too_large', retryable: false, narrowerFilters: true });
    expect(view('too_large')?.message).toContain('narrower date range');
    expect(view('worker_lost')).toMatchObject({ retryable: true, narrowerFilters: false });
  });

  test('names who is told how it ends, and how text was written', () => {
    const notify = [{ userId: 'usr_mel', email: 'mel@acme.example' }];
    expect(viewExport(newExport(1, { notify, notifyRequester: false }), { now: T0 })).toMatchObject({
      notifyRequester: false,
      notify: ['mel@acme.example'],
      neutralizeFormulas: true,
      partFiles: false,
    });
  });

  test('forgets that a cancellation was asked for', () => {
    const asked = { cancelRequestedAt: T0 };
    expect(runningView({}, { record: asked }).cancelRequested).toBe(true);
    expect(viewExport({ ...ready, ...asked }, { now: T0 }).cancelRequested).toBe(false);
  });
});
