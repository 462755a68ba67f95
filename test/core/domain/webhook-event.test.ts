// @module-tag webhook-secrets

import { describe, expect, test } from 'vitest';
import { failureOf } from '../../../core/domain/failure.ts';
import { exportNews, testNews } from '../../../core/domain/webhook-event.ts';
import { DAY, file, HOUR, newExport, T0 } from '../../support/exports.ts';
import { endpointId } from '../../support/webhooks.ts';

const { snapshot } = newExport(1);
const ready = newExport(1, {
  status: 'ready',
  note: 'a secret note',
  notify: [{ userId: 'mel', email: 'mel@acme.test' }],
  snapshot: { ...snapshot, scope: { filter: 'event', value: '1003' } },
  startedAt: T0 + 5,
  readyAt: T0 + HOUR,
  endedAt: T0 + HOUR,
  expiresAt: T0 + DAY,
  file,
});
const common = {
  exportId: ready.id,
  report: { id: 'orders', title: 'Orders' },
  scope: { filter: 'event', value: '1003' },
  requestedBy: { userId: 'ada' },
  createdAt: '2026-03-01T12:00:00.001Z',
};
const bodyOf = (record: typeof ready) => JSON.parse(exportNews(record)?.body ?? '');

describe('the news of an export', () => {
  test('that is ready tells of the file, and no way to it', () => {
    expect(exportNews(ready)).toMatchObject({ type: 'export.ready', at: T0 + HOUR });
    expect(bodyOf(ready)).toEqual({
      type: 'export.ready',
      timestamp: '2026-03-01T13:00:00.000Z',
      data: {
        ...common,
        status: 'ready',
        readyAt: '2026-03-01T13:00:00.000Z',
        expiresAt: '2026-03-02T12:00:00.000Z',
        file: { name: 'orders.csv', bytes: 6_123_456_789, rows: 1_000_000, sha256: 'ab'.repeat(32) },
      },
    });
    expect(exportNews(ready)?.body).not.toMatch(/https?:|exports\/|key|secret|@/i);
  });

  test('that is several files tells how many', () => {
    const several = { ...ready, file: { ...file, partFiles: 16 } };
    expect(bodyOf(several).data.file).toEqual({ ...bodyOf(ready).data.file, partFiles: 16 });
  });

  test('that has failed tells why', () => {
    const { file: _file, readyAt: _readyAt, expiresAt: _expiresAt, ...rest } = ready;
    const failed = { ...rest, status: 'failed' as const, failure: failureOf('too_large') };
    expect(bodyOf(failed)).toEqual({
      type: 'export.failed',
      timestamp: '2026-03-01T13:00:00.000Z',
      data: {
        ...common,
        status: 'failed',
        failure: { code: 'too_large', message: failureOf('too_large').message },
      },
    });
  });

  test('that was cancelled, or has expired, tells when', () => {
    const cancelled = exportNews(newExport(1, { status: 'cancelled', endedAt: T0 + 7 }));
    expect(cancelled).toMatchObject({ type: 'export.cancelled', at: T0 + 7 });
    const expired = exportNews({ ...ready, status: 'expired' });
    expect(expired).toMatchObject({ type: 'export.expired', at: T0 + DAY });
    expect(bodyOf({ ...ready, status: 'expired' }).data).not.toHaveProperty('file');
  });

  test.each(['queued', 'running'] as const)('that is %s is none', (status) => {
    expect(exportNews(newExport(1, { status }))).toBeUndefined();
  });

  test('is the same whenever it is told, whatever else has happened to the export since', () => {
    const later = { ...ready, version: 9, updatedAt: T0 + 2 * HOUR, downloadCount: 3, lastDownloadedAt: T0 + 2 * HOUR };
    expect(exportNews(later)).toEqual(exportNews(ready));
  });
});

test('the event of a test says that it is one', () => {
  const { type, body } = testNews(endpointId(1), T0);
  expect([type, JSON.parse(body)]).toEqual([
    'webhook.test',
    { type: 'webhook.test', timestamp: '2026-03-01T12:00:00.000Z', data: { endpointId: endpointId(1) } },
  ]);
});
