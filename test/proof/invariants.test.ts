// @module-tag told-once

import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import type { ExportEvent, ExportRecord } from '../../core/domain/export-record.ts';
import { failureOf } from '../../core/domain/failure.ts';
import { attemptPrefix } from '../../core/domain/file-keys.ts';
import type { Notification } from '../../core/domain/notification.ts';
import { newExport, refOf, T0 } from '../support/exports.ts';
import type { Evidence, ExportEvidence, SentMail } from './evidence.ts';
import { type InvariantContext, judge } from './invariants.ts';

const content = Buffer.from('id\r\n1\r\n2\r\n');
const ref = refOf(newExport(1));
const prefix = attemptPrefix(ref, 1, 'claim');
const file = {
  name: 'orders.csv',
  key: `${prefix}orders.csv`,
  waybillKey: `${prefix}waybill.json`,
  bytes: content.length,
  rows: 2,
  sha256: createHash('sha256').update(content).digest('hex'),
};
const at = new Date(T0).toISOString();
const waybill = {
  schemaVersion: 1,
  exportId: ref.exportId,
  accountId: 'acme',
  report: { id: 'orders', version: 1, title: 'Orders' },
  requestedBy: { userId: 'ada' },
  filters: {},
  columns: [],
  format: 'csv',
  compression: 'none',
  dialect: 'rfc4180',
  locale: 'en',
  timeZone: 'UTC',
  neutralizeFormulas: true,
  snapshot: { takenAt: at, databaseSnapshotId: '1:1:' },
  file: { name: file.name, bytes: file.bytes, rows: file.rows, sha256: file.sha256, parts: 1 },
  attempt: 1,
  timings: { createdAt: at, startedAt: at, finishedAt: at },
  expiresAt: at,
};

function events(...types: string[]): ExportEvent[] {
  return types.map((type, index) => ({
    version: index + 1,
    type,
    at: T0,
    by: 'system',
    details: type === 'claimed' ? { attempt: 1 } : {},
  }));
}

function aboutMail(version: number, type: string, notificationId: string): ExportEvent {
  return { version, type, at: T0, by: 'system', details: { notificationId } };
}

/** A mail to the requester that was delivered. */
function mail(id: string, kind: 'ready' | 'failed'): Notification {
  return { id, userId: 'ada', email: 'ada@acme.test', kind, state: 'delivered', askedAt: T0, at: T0, tries: 1 };
}

const ready: ExportEvidence = {
  record: newExport(1, {
    status: 'ready',
    version: 5,
    attempt: 1,
    admittedAt: T0,
    readyAt: T0,
    endedWithClaim: 'claim',
    file,
    announced: 'ready',
    notifications: [mail('n1', 'ready')],
  }),
  attempt: {
    exportId: ref.exportId,
    number: 1,
    claim: 'claim',
    leaseUntil: T0,
    progress: { rowsWritten: 2, bytesWritten: 10, updatedAt: T0 },
    cancelRequested: false,
    startedAt: T0,
  },
  events: [
    ...events('created', 'claimed', 'ready'),
    aboutMail(4, 'mail_sending', 'n1'),
    aboutMail(5, 'mail_sent', 'n1'),
  ],
};
const failed: ExportEvidence = {
  record: newExport(2, {
    status: 'failed',
    version: 3,
    failure: failureOf('stuck_in_queue'),
    endedAt: T0,
    announced: 'failed',
    notifications: [mail('n2', 'failed')],
  }),
  attempt: undefined,
  events: [...events('created', 'failed'), aboutMail(3, 'mail_sending', 'n2')],
};
const good: Evidence = {
  exports: [ready, failed],
  objects: [
    { key: file.key, bytes: file.bytes, lastModified: T0 },
    { key: file.waybillKey, bytes: 1, lastModified: T0 },
  ],
  uploads: [],
  executions: [],
  mails: [
    { exportId: ref.exportId, notificationId: 'n1', sentAt: T0 },
    { exportId: failed.record.id, notificationId: 'n2', sentAt: T0 },
  ],
  occupied: [],
};
/** The same rows as two part files. */
const pieces = ['id\r\n1\r\n', 'id\r\n2\r\n'].map((text) => Buffer.from(text));
const partFiles = pieces.map((piece, index) => ({
  name: `orders-part-${index + 1}-of-2.csv`,
  key: `${prefix}part-0000${index}-owner.csv`,
  bytes: piece.length,
  rows: 1,
  sha256: createHash('sha256').update(piece).digest('hex'),
  parts: 1,
}));
const totals = { bytes: 14, rows: 2 };

/** What is found of an export of several files, when its manifest says so and its record that. */
function several(
  changes: { readonly files?: readonly object[]; readonly record?: object; readonly objects?: readonly string[] } = {},
): { evidence: Evidence; context: Partial<InvariantContext> } {
  const { file: _, ...rest } = waybill;
  const manifest = Buffer.from(
    JSON.stringify({
      ...rest,
      schemaVersion: 2,
      file: { name: file.name, ...totals },
      files: changes.files ?? partFiles,
    }),
  );
  const recorded = {
    ...{ ...file, ...totals, key: file.waybillKey, partFiles: 2 },
    sha256: createHash('sha256').update(manifest).digest('hex'),
    ...changes.record,
  };
  const keys = changes.objects ?? [...partFiles.map(({ key }) => key), file.waybillKey];
  return {
    evidence: {
      ...withRecord({ file: recorded }),
      objects: keys.map((key) => ({ key, bytes: 1, lastModified: T0 })),
    },
    context: {
      witness: { read: async (key) => pieces[partFiles.findIndex((each) => each.key === key)] ?? manifest },
    },
  };
}

const [firstMail] = good.mails as [SentMail];
const context: InvariantContext = {
  witness: { read: async (key) => (key === file.key ? content : Buffer.from(JSON.stringify(waybill))) },
  rowsExpected: async () => 2,
  poolPeak: 4,
  poolCap: 4,
};

async function violated(evidence: Evidence, changes: Partial<InvariantContext> = {}): Promise<string[]> {
  const verdicts = await judge(evidence, { ...context, ...changes });
  return verdicts.filter(({ violations }) => violations.length > 0).map(({ id }) => id);
}

const withRecord = (fields: Partial<ExportRecord>, base = ready): Evidence => ({
  ...good,
  exports: good.exports.map((each) => (each === base ? { ...each, record: { ...each.record, ...fields } } : each)),
});
const withEvents = (...types: string[]): Evidence => ({
  ...good,
  exports: [{ ...ready, record: { ...ready.record, version: types.length }, events: events(...types) }],
});

test('what is as it should be violates nothing', async () => {
  expect(await violated(good)).toEqual([]);
});

test.each(['downloaded', 'feedback', 'expired', 'mail_delivered'])('I2: %s may follow the end', async (type) => {
  expect(await violated(withEvents('created', 'claimed', 'ready', type))).not.toContain('I2');
});

describe('each invariant sees what violates it', () => {
  test.each<[string, string, Evidence, Partial<InvariantContext>?]>([
    ['I1', 'two publications', withEvents('created', 'claimed', 'ready', 'ready')],
    [
      'I1',
      'a second file',
      { ...good, objects: [...good.objects, { key: `${prefix}2.csv`, bytes: 1, lastModified: T0 }] },
    ],
    ['I2', 'a change after the end', withEvents('created', 'claimed', 'ready', 'cancelled')],
    ['I2', 'a status that its events do not tell', withRecord({ status: 'cancelled' })],
    ['I2', 'a missing event', withRecord({ version: 6 })],
    ['I3', 'no object', { ...good, objects: [] }],
    ['I3', 'another checksum', withRecord({ file: { ...file, sha256: '0'.repeat(64) } })],
    ['I3', 'another size', withRecord({ file: { ...file, bytes: 9 } })],
    ['I4', 'an object that is newer than its publication', withRecord({ readyAt: T0 - 5_000 })],
    ['I5', 'a mail before the end', { ...good, mails: good.mails.map((each) => ({ ...each, sentAt: T0 - 1 })) }],
    ['I5', 'a mail about nothing', { ...good, mails: [...good.mails, { ...firstMail, exportId: 'exp_x' }] }],
    ['mails', 'somebody without a mail', { ...good, mails: good.mails.slice(1) }],
    ['mails', 'a second mail without a second try', { ...good, mails: [...good.mails, firstMail] }],
    ['mails', 'one that nobody has announced', withRecord({ announced: 'cancelled' })],
    ['mails', 'a mail that is given up', { ...withRecord({ notifications: [] }), mails: [] }],
    ['I6', 'a slot of one that has ended', { ...good, occupied: [{ item: 'POOL / RUNNING', exportId: ref.exportId }] }],
    ['I6', 'more than there are', good, { poolPeak: 5 }],
    ['I7', 'an attempt claimed twice', withEvents('created', 'claimed', 'claimed', 'ready')],
    ['I7', 'an attempt too many', withRecord({ attempt: 4 })],
    [
      'I8',
      'two automatic retries',
      {
        ...good,
        exports: [
          ...good.exports,
          ...[3, 4].map((n) => ({
            ...failed,
            record: newExport(n, { ...failed.record, automaticRetry: true, retryOf: failed.record.id }),
          })),
        ],
      },
    ],
    ['I9', 'a file of another claim', withRecord({ endedWithClaim: 'other' })],
    [
      'I9',
      'a file in another attempt’s place',
      withRecord({ file: { ...file, key: `${prefix.replace('1-', '2-')}a` } }),
    ],
    ['I10', 'stuck, though admitted', withRecord({ admittedAt: T0 }, failed)],
    ['I11', 'fewer rows than the database has', good, { rowsExpected: async () => 3 }],
    ['I11', 'fewer rows than recorded', withRecord({ file: { ...file, rows: 3 } })],
    ['I12', 'one that never ended', withRecord({ status: 'running' })],
    ['failures', 'a failure without a reason', withRecord({ status: 'failed' })],
    [
      'failures',
      'words that are not ours',
      withRecord({ failure: { ...failureOf('internal'), message: 'at x.ts:1' } }, failed),
    ],
    ['leftovers', 'an open upload', { ...good, uploads: [file.key] }],
    [
      'leftovers',
      'an object of nobody',
      { ...good, objects: [...good.objects, { key: 'exports/x', bytes: 1, lastModified: T0 }] },
    ],
  ])('%s: %s', async (id, _, evidence, changes) => {
    expect(await violated(evidence, changes)).toContain(id);
  });

  test('nothing, where an export is several files and all is well', async () => {
    const { evidence, context: changes } = several();
    expect(await violated(evidence, changes)).toEqual([]);
  });

  const [first, second] = partFiles;
  test.each([
    ['I3', 'one of them is missing', several({ objects: [first?.key ?? '', file.waybillKey] })],
    [
      'I3',
      'one of them has other bytes',
      several({ files: [first, { ...second, sha256: '0'.repeat(64) }] as object[] }),
    ],
    ['I3', 'the manifest is another', several({ record: { sha256: '0'.repeat(64) } })],
    ['I3', 'the manifest names fewer', several({ files: [first] as object[] })],
    ['I3', 'they do not add up', several({ record: { bytes: 13 } })],
    ['I11', 'they have fewer rows together', several({ files: [first, first] as object[], record: { rows: 3 } })],
    ['I1', 'there is another set', several({ objects: ['a', 'b', 'c', 'd'].map((name) => prefix + name) })],
    ['leftovers', 'a lost try is there', several({ objects: [...partFiles.map(({ key }) => key), `${prefix}part-9`] })],
  ])('%s: of several files, %s', async (id, _, { evidence, context: changes }) => {
    expect(await violated(evidence, changes)).toContain(id);
  });

  test('I12: an execution that still runs', async () => {
    const running = {
      name: 'a-1',
      status: 'RUNNING',
      executionArn: '',
      stateMachineArn: '',
      startDate: new Date(),
    } as const;
    expect(await violated({ ...good, executions: [running] })).toEqual(['I12']);
  });
});
