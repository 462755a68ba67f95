import { describe, expect, test } from 'vitest';
import type { Attempt, ExportRecord } from '../../../core/domain/export-record.ts';
import { nextStep } from '../../../core/domain/next-step.ts';
import { exportId, newExport, progressAt, T0 } from '../../support/exports.ts';

const attempt: Attempt = {
  exportId: exportId(1),
  number: 1,
  claim: 'claim',
  leaseUntil: T0 + 40_000,
  progress: progressAt(T0),
  cancelRequested: false,
  startedAt: T0,
};
const around = { now: T0, runWorkers: true, position: 4 };
const inLine = { taskToken: 'token' } as const;
const running = { status: 'running', attempt: 1 } as const;

describe('what happens next', () => {
  test.each<[string, Partial<ExportRecord>, typeof around, string]>([
    ['before the queue', {}, around, 'after a minute the sweeper starts it again'],
    ['in line', inLine, around, '3 before it'],
    ['paused', inLine, { ...around, runWorkers: false }, 'Workers are paused'],
    ['admitted', { ...inLine, admittedAt: T0 - 2_000 }, around, 'its slot for 2 s'],
    ['running', running, around, 'the lease lapses in 40 s'],
    ['asked to stop', { ...running, cancelRequestedAt: T0 }, around, 'stops with its next heartbeat'],
    ['lapsed', running, { ...around, now: T0 + 40_000 }, 'Its lease is over'],
    ['failed', { status: 'failed', announced: 'failed' }, around, 'unless it is requeued'],
    ['not told of', { status: 'failed' }, around, 'within two minutes'],
    ['retried', { status: 'failed', announced: 'failed', retriedBy: exportId(2) }, around, exportId(2)],
    ['ready', { status: 'ready', expiresAt: T0 + 1 }, around, 'downloaded until 2026-03-01T12:00:00.001Z'],
    ['past its expiry', { status: 'ready', expiresAt: T0 }, around, 'Nothing.'],
  ])('%s', (_, fields, surroundings, expected) => {
    expect(nextStep(newExport(1, fields), attempt, surroundings)).toContain(expected);
  });
});
