import type { AccessRequestRef } from '../../core/domain/access-request.ts';
import { dueOf } from '../../core/domain/due.ts';
import type { ExportId, ExportRef } from '../../core/domain/export-id.ts';
import type { ExportRecord } from '../../core/domain/export-record.ts';
import type { FeedbackId } from '../../core/domain/feedback.ts';
import type { WebhookEndpointId, WebhookEndpointRef } from '../../core/domain/webhook.ts';
import type { MessageId, WebhookDeliveryRef } from '../../core/domain/webhook-delivery.ts';
import { placeOf } from './line-place.ts';

export interface Key {
  readonly pk: string;
  readonly sk: string;
}

/** How long rows are kept, in seconds: 400 days, so that a year can be compared with the one before. */
const ROW_LIFETIME_SECONDS = 400 * 24 * 60 * 60;

/** Digits of an event's version in its sort key; 10^8 changes of one export are out of reach. */
const VERSION_DIGITS = 8;

/** Digits of a range's number in its sort key; there are at most as many as parts of an upload. */
const RANGE_DIGITS = 5;

const EVENT = 'EVENT#';
const EXPORT = 'EXPORT#';
const RANGES = 'RANGES';
const HANDOVER = `${RANGES}#HANDOVER#`;
const ACCOUNT = 'ACCOUNT#';
const MEMBER = 'MEMBER#';
const ACCESS = 'ACCESS#';
const WEBHOOK = 'WEBHOOK#';
const DELIVERY = 'DELIVERY#';

/** Every key of the table. */
export const keys = {
  export: ({ accountId, exportId }: ExportRef): Key => ({
    pk: ACCOUNT + part(accountId),
    sk: EXPORT + exportId,
  }),
  /** The small hot part of a running export: in no index, so a heartbeat costs one write unit. */
  attempt: (exportId: ExportId): Key => ({ pk: EXPORT + exportId, sk: 'ATTEMPT' }),
  event: (exportId: ExportId, version: number): Key => ({
    pk: EXPORT + exportId,
    sk: EVENT + String(version).padStart(VERSION_DIGITS, '0'),
  }),
  /** How several workers make an export's file: the plan of its newest attempt. */
  rangePlan: (exportId: ExportId): Key => ({ pk: EXPORT + exportId, sk: RANGES }),
  range: (exportId: ExportId, attempt: number, number: number): Key => ({
    pk: EXPORT + exportId,
    sk: rangePrefix(attempt) + String(number).padStart(RANGE_DIGITS, '0'),
  }),
  handover: (exportId: ExportId, id: string): Key => ({ pk: EXPORT + exportId, sk: HANDOVER + part(id) }),
  /** The whole of a place in line: whatever else is known of an export is in its own item. */
  waiting: ({ accountId, exportId }: ExportRef): Key => ({ pk: waitingPartition(accountId), sk: placeOf(exportId) }),
  pool: { pk: 'POOL', sk: 'RUNNING' } as Key,
  /** When the queue was watched last. */
  watch: { pk: 'POOL', sk: 'WATCH' } as Key,
  queueAccount: (accountId: string): Key => ({ pk: QUEUE_PARTITION, sk: ACCOUNT + part(accountId) }),
  active: (accountId: string, userId: string): Key => ({
    pk: personPartition(accountId, userId),
    sk: 'ACTIVE',
  }),
  idempotency: (accountId: string, userId: string, key: string): Key => ({
    pk: `IDEMPOTENCY#${part(accountId)}#${part(userId)}#${part(key)}`,
    sk: 'IDEMPOTENCY',
  }),
  membership: (accountId: string, userId: string): Key => ({
    pk: ACCOUNT + part(accountId),
    sk: MEMBER + part(userId),
  }),
  accessRequest: ({ accountId, userId, reportId }: AccessRequestRef): Key => ({
    pk: personPartition(accountId, userId),
    sk: ACCESS + part(reportId),
  }),
  feedback: (accountId: string, id: FeedbackId): Key => ({ pk: feedbackOf(accountId), sk: id }),
  /** An address that takes no mail. */
  mailAddress: (email: string): Key => ({ pk: `MAIL#${part(email.toLowerCase())}`, sk: 'ADDRESS' }),
  /** How often the account has lost an owner. */
  owners: (accountId: string): Key => ({ pk: ACCOUNT + part(accountId), sk: 'OWNERS' }),
  webhook: ({ accountId, endpointId }: WebhookEndpointRef): Key => ({
    pk: ACCOUNT + part(accountId),
    sk: WEBHOOK + endpointId,
  }),
  /** The ids of the account's webhook endpoints, so that they can be limited. */
  webhookIds: (accountId: string): Key => ({ pk: ACCOUNT + part(accountId), sk: 'WEBHOOKS' }),
  delivery: ({ endpointId, createdAt, id }: WebhookDeliveryRef): Key => ({
    pk: WEBHOOK + endpointId,
    // Ids hold no separator.
    sk: `${DELIVERY}${new Date(createdAt).toISOString()}#${id}`,
  }),
} as const;

/** Where all accounts of the queue are. */
export const QUEUE_PARTITION = 'QUEUE';

/** Where an account's waiting exports are, first come first. */
export function waitingPartition(accountId: string): string {
  return `WAIT#${part(accountId)}`;
}

/** Where an export's timeline is: its partition, and what its sort keys begin with. */
export function eventsOf(exportId: ExportId): { readonly pk: string; readonly prefix: string } {
  return { pk: EXPORT + exportId, prefix: EVENT };
}

/** Where an attempt's ranges are: their partition, and what their sort keys begin with. */
export function rangesOf(exportId: ExportId, attempt: number): { readonly pk: string; readonly prefix: string } {
  return { pk: EXPORT + exportId, prefix: rangePrefix(attempt) };
}

/** Where all plans, ranges and handovers of an export are. */
export function rangeItemsOf(exportId: ExportId): { readonly pk: string; readonly prefix: string } {
  return { pk: EXPORT + exportId, prefix: RANGES };
}

/** Where an export's handovers are: its partition, and what their sort keys begin with. */
export function handoversOf(exportId: ExportId): { readonly pk: string; readonly prefix: string } {
  return { pk: EXPORT + exportId, prefix: HANDOVER };
}

/** What the run of a handover is called. */
export function handoverIdOf(key: Key): string {
  return whole(key.sk.slice(HANDOVER.length));
}

function rangePrefix(attempt: number): string {
  return `${RANGES}#${attempt}#`;
}

/** Where an account's exports are: their partition, and what their sort keys begin with. */
export function exportsOf(accountId: string): { readonly pk: string; readonly prefix: string } {
  return { pk: ACCOUNT + part(accountId), prefix: EXPORT };
}

/** What the index of due work calls what is to be done for webhooks. */
export const webhookDue = { try: 'webhook-try', notice: 'webhook-notice' } as const;

/** Where an account's webhook endpoints are: their partition, and what their sort keys begin with. */
export function webhooksOf(accountId: string): { readonly pk: string; readonly prefix: string } {
  return { pk: ACCOUNT + part(accountId), prefix: WEBHOOK };
}

/** Where an endpoint's deliveries are, oldest first. */
export function deliveriesOf(endpointId: WebhookEndpointId): { readonly pk: string; readonly prefix: string } {
  return { pk: WEBHOOK + endpointId, prefix: DELIVERY };
}

/** Where an account's members are: their partition, and what their sort keys begin with. */
export function membersOf(accountId: string): { readonly pk: string; readonly prefix: string } {
  return { pk: ACCOUNT + part(accountId), prefix: MEMBER };
}

/** Where one person's access requests are: their partition, and what their sort keys begin with. */
export function accessRequestsOf(accountId: string, userId: string): { readonly pk: string; readonly prefix: string } {
  return { pk: personPartition(accountId, userId), prefix: ACCESS };
}

/** Where what belongs to one person is. */
function personPartition(accountId: string, userId: string): string {
  return `USER#${part(accountId)}#${part(userId)}`;
}

/** Where an account's feedback is, oldest first. */
export function feedbackOf(accountId: string): string {
  return `FEEDBACK#${part(accountId)}`;
}

/** Partition of an account's exports in the list by account. */
export function listedAccount(accountId: string): string {
  return part(accountId);
}

/** Partition of one person's exports in the list by requester. */
export function listedRequester(accountId: string, userId: string): string {
  return `${part(accountId)}#${part(userId)}`;
}

/** The attributes that put an export into the indexes; undefined ones are absent, so that it is not in that index. */
export function indexAttributes(record: ExportRecord) {
  const due = dueOf(record);
  return {
    duePk: due?.kind,
    dueSk: due?.at,
    listedAccount: listedAccount(record.accountId),
    listedRequester: listedRequester(record.accountId, record.requestedBy.userId),
    // Ids sort by creation time.
    listedKey: record.id,
  };
}

/** The export an index's row stands for. */
export function exportRefOf(key: Key): ExportRef {
  return { accountId: whole(key.pk.slice(ACCOUNT.length)), exportId: key.sk.slice(EXPORT.length) as ExportId };
}

/** The account a queue item stands for. */
export function accountIdOf(key: Key): string {
  return whole(key.sk.slice(ACCOUNT.length));
}

/** The webhook endpoint an index's row stands for. */
export function webhookRefOf(key: Key): WebhookEndpointRef {
  const endpointId = key.sk.slice(WEBHOOK.length) as WebhookEndpointId;
  return { accountId: whole(key.pk.slice(ACCOUNT.length)), endpointId };
}

/** The delivery an index's row stands for. */
export function deliveryRefOf(key: Key): WebhookDeliveryRef {
  const [createdAt = '', id] = key.sk.slice(DELIVERY.length).split('#');
  const endpointId = key.pk.slice(WEBHOOK.length) as WebhookEndpointId;
  return { endpointId, createdAt: Date.parse(createdAt), id: id as MessageId };
}

/** The table's TTL attribute: epoch seconds, counted from `at` (epoch milliseconds). */
export function rowTtl(at: number): number {
  return Math.floor(at / 1000) + ROW_LIFETIME_SECONDS;
}

/** Keeps the separator out of ids that come from outside, so that two of them can never make one key. */
function part(id: string): string {
  return id.replaceAll('%', '%25').replaceAll('#', '%23');
}

function whole(part: string): string {
  return part.replaceAll('%23', '#').replaceAll('%25', '%');
}
