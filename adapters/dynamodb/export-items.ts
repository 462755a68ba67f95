import * as z from 'zod';
import { type ExportId, exportIdSchema } from '../../core/domain/export-id.ts';
import { type Attempt, type ExportEvent, type ExportRecord, routes } from '../../core/domain/export-record.ts';
import { type FailureCode, failureCodes } from '../../core/domain/failure.ts';
import { type FeedbackId, feedbackIdSchema } from '../../core/domain/feedback.ts';
import { statuses } from '../../core/domain/lifecycle.ts';
import { notificationKinds, notificationStates } from '../../core/domain/notification.ts';
import { permissions } from '../../core/domain/permissions.ts';
import { type ProblemCode, problems } from '../../core/domain/problem.ts';
import { compressions, dialects, formats, retentionDaysChoices } from '../../core/domain/report.ts';
import type { Snapshot } from '../../core/domain/snapshot.ts';
import { indexAttributes, keys, rowTtl } from './keys.ts';
import type { Item } from './table.ts';

const count = z.number().int().nonnegative();
const time = count;
const text = z.string();
const exportId = exportIdSchema.transform((id) => id as ExportId);
const optionalId = z.exactOptional(exportId);
const optionalTime = z.exactOptional(time);
const failureCode = z.enum(failureCodes as readonly [FailureCode, ...FailureCode[]]);

const feedbackId = feedbackIdSchema.transform((id) => id as FeedbackId);

const problemCode = z.enum(Object.keys(problems) as [ProblemCode, ...ProblemCode[]]);

const snapshotSchema: z.ZodType<Snapshot> = z.object({
  report: z.object({ id: text, version: count, title: text, permission: z.enum(permissions) }),
  filters: z.record(text, z.json()),
  columns: z.array(text),
  format: z.enum(formats),
  compression: z.enum(compressions),
  dialect: z.enum(dialects),
  locale: z.string(),
  timeZone: text,
  neutralizeFormulas: z.boolean(),
  partFiles: z.exactOptional(z.boolean()),
  ownerId: z.exactOptional(text),
  scope: z.exactOptional(z.object({ filter: text, value: z.json() })),
  maxFileBytes: count,
  retentionDays: z.literal(retentionDaysChoices),
});

/** Kept as JSON text, which holds every filter value as it was sent, whatever DynamoDB's own types could hold. */
const storedSnapshot = z
  .string()
  .transform((json): unknown => JSON.parse(json))
  .pipe(snapshotSchema);

const notificationSchema = z.object({
  id: text,
  userId: text,
  email: text,
  kind: z.enum(notificationKinds),
  state: z.enum(notificationStates),
  askedAt: time,
  at: time,
  tries: count,
  messageId: z.exactOptional(text),
});

const recordSchema = z.object({
  id: exportId,
  accountId: text,
  requestedBy: z.object({ userId: text, email: text, name: text }),
  status: z.enum(statuses),
  version: count,
  snapshot: storedSnapshot,
  note: z.exactOptional(text),
  notifyRequester: z.boolean(),
  notify: z.array(z.object({ userId: text, email: text })),
  createdAt: time,
  updatedAt: time,
  executionNumber: count,
  taskToken: z.exactOptional(text),
  tokenTry: z.exactOptional(count),
  admittedAt: optionalTime,
  route: z.exactOptional(z.enum(routes)),
  rowsTotal: z.exactOptional(z.object({ rows: count, exact: z.boolean() })),
  attempt: count,
  uncountedAttempts: count,
  lastFailure: z.exactOptional(failureCode),
  startedAt: optionalTime,
  cancelRequestedAt: optionalTime,
  blockedMs: count,
  startableSeenAt: optionalTime,
  takingLongerAt: optionalTime,
  readyAt: optionalTime,
  endedAt: optionalTime,
  endedWithClaim: z.exactOptional(text),
  cleaned: z.exactOptional(z.boolean()),
  expiresAt: optionalTime,
  erasedAt: optionalTime,
  file: z.exactOptional(
    z.object({
      name: text,
      key: text,
      waybillKey: text,
      bytes: count,
      rows: count,
      sha256: text,
      partFiles: z.exactOptional(count),
    }),
  ),
  downloadCount: count,
  lastDownloadedAt: optionalTime,
  refusals: z.exactOptional(z.array(z.object({ by: text, code: problemCode, at: time }))),
  failure: z.exactOptional(z.object({ code: failureCode, message: text, retryable: z.boolean() })),
  feedback: z.exactOptional(z.array(z.object({ id: feedbackId, by: text }))),
  retryOf: optionalId,
  retriedBy: optionalId,
  rerunOf: optionalId,
  automaticRetry: z.exactOptional(z.boolean()),
  requeuedBy: z.exactOptional(text),
  notifications: z.exactOptional(z.array(notificationSchema)),
  announced: z.exactOptional(z.enum(statuses)),
});

const attemptSchema = z.object({
  exportId,
  number: count,
  claim: text,
  leaseUntil: time,
  progress: z.object({ rowsWritten: count, bytesWritten: count, updatedAt: time, lastRowAt: optionalTime }),
  cancelRequested: z.boolean(),
  startedAt: time,
  endedAt: optionalTime,
});

const eventSchema = z.object({
  version: count,
  type: text,
  at: time,
  by: text,
  details: z.record(text, z.union([text, z.number(), z.boolean()])),
});

/** What the lists hold of an export. */
const listedSchema = z.object({
  listedKey: exportId,
  status: z.enum(statuses),
  reportId: text,
  reportTitle: text,
  scope: z.exactOptional(text),
  expiresAt: optionalTime,
  erasedAt: optionalTime,
});

/** The attributes a list needs, and no others. */
export const listedAttributes = Object.keys(listedSchema.shape);

/** A row of a list. @throws ZodError when it is not an export's */
export function listedOf(item: Item): z.output<typeof listedSchema> {
  return listedSchema.parse(item);
}

/** The attributes of an export's item, without its key. */
export function exportAttributes(record: ExportRecord): Item {
  const { snapshot } = record;
  return {
    ...record,
    snapshot: JSON.stringify(snapshot),
    // Beside the snapshot, for lists to read alone.
    reportId: snapshot.report.id,
    reportTitle: snapshot.report.title,
    scope: typeof snapshot.scope?.value === 'string' ? snapshot.scope.value : undefined,
    ...indexAttributes(record),
    ttl: rowTtl(record.createdAt),
  };
}

/** @throws ZodError when the item is not an export's; nothing is ever filled in */
export function recordOf(item: Item): ExportRecord {
  return recordSchema.parse(item);
}

/** The attributes of the attempt's item, without its key. */
export function attemptAttributes(attempt: Attempt): Item {
  return { ...attempt, ttl: rowTtl(attempt.startedAt) };
}

/** @throws ZodError when the item is not an attempt's */
export function attemptOf(item: Item): Attempt {
  return attemptSchema.parse(item);
}

/** @param mark tells whose write this was, when the reply got lost */
export function eventItem(id: ExportId, event: ExportEvent, mark: string): Item {
  return { ...keys.event(id, event.version), ...event, mark, ttl: rowTtl(event.at) };
}

/** @throws ZodError when the item is not an event's */
export function eventOf(item: Item): ExportEvent {
  return eventSchema.parse(item);
}

/** What differs between two sets of attributes: the new value of each, undefined where it is gone. */
export function differences(before: Item, after: Item): Item {
  const changed: Item = {};
  for (const attribute of new Set([...Object.keys(before), ...Object.keys(after)])) {
    if (JSON.stringify(before[attribute]) !== JSON.stringify(after[attribute])) changed[attribute] = after[attribute];
  }
  return changed;
}
