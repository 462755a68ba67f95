import type { ExportId, ExportRef } from '../../core/domain/export-id.ts';
import type { ExportFile, ExportRecord, Progress } from '../../core/domain/export-record.ts';
import type { FeedbackId } from '../../core/domain/feedback.ts';
import type { Snapshot } from '../../core/domain/snapshot.ts';

/** The instant the tests' exports are created at. */
export const T0 = Date.UTC(2026, 2, 1, 12);

const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

/** The n-th export id; later ones sort after earlier ones. */
export function exportId(n: number): ExportId {
  return `exp_019cb000-0000-7000-8000-${n.toString(16).padStart(12, '0')}`;
}

/** The n-th id of feedback; later ones sort after earlier ones. */
export function feedbackId(n: number): FeedbackId {
  return `fbk_019cb000-0000-7000-8000-${n.toString(16).padStart(12, '0')}`;
}

const snapshot: Snapshot = {
  report: { id: 'orders', version: 3, title: 'Orders', permission: 'reports:orders' },
  filters: { placedFrom: '2026-01-01', status: ['paid', 'shipped'], minimumTotal: 0.1, customer: null },
  columns: ['orderNumber', 'placedAt', 'total'],
  format: 'csv',
  compression: 'none',
  dialect: 'rfc4180',
  locale: 'en',
  timeZone: 'Europe/Berlin',
  neutralizeFormulas: true,
  maxFileBytes: 5_000_000_000,
  retentionDays: 7,
};

/** A freshly queued export of ada's in acme. */
export function newExport(n: number, fields: Partial<ExportRecord> = {}): ExportRecord {
  return {
    id: exportId(n),
    accountId: 'acme',
    requestedBy: { userId: 'ada', email: 'ada@acme.test', name: 'Ada' },
    status: 'queued',
    version: 1,
    snapshot,
    notifyRequester: true,
    notify: [],
    createdAt: T0 + n,
    updatedAt: T0 + n,
    executionNumber: 1,
    attempt: 0,
    uncountedAttempts: 0,
    blockedMs: 0,
    downloadCount: 0,
    ...fields,
  };
}

export function refOf(record: ExportRecord): ExportRef {
  return { accountId: record.accountId, exportId: record.id };
}

export function requester(userId: string): ExportRecord['requestedBy'] {
  return { userId, email: `${userId}@acme.test`, name: userId };
}

export const file: ExportFile = {
  name: 'orders.csv',
  key: 'exports/acme/x/1-claim/orders.csv',
  waybillKey: 'exports/acme/x/1-claim/orders.csv.waybill.json',
  bytes: 6_123_456_789,
  rows: 1_000_000,
  sha256: 'ab'.repeat(32),
};

export function progressAt(updatedAt: number, rowsWritten = 10): Progress {
  return { rowsWritten, bytesWritten: rowsWritten * 100, updatedAt };
}
