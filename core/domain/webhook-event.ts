import type { ExportRecord } from './export-record.ts';
import { TEST_EVENT, type WebhookEvent } from './webhook.ts';
import type { WebhookDelivery } from './webhook-delivery.ts';

/** What there is to tell. The same record always gives the same. */
export type WebhookNews = Pick<WebhookDelivery, 'type' | 'body'> & {
  /** When it happened, in epoch milliseconds. */
  readonly at: number;
};

/** How an export has ended, as receivers are told: never with a way to the file. Undefined while it has not. */
export function exportNews(record: ExportRecord): (WebhookNews & { readonly type: WebhookEvent }) | undefined {
  const { id, status, snapshot, requestedBy, file, failure } = record;
  if (status === 'queued' || status === 'running') return undefined;
  const type = `export.${status}` as const;
  const at = (status === 'expired' ? record.expiresAt : record.endedAt) ?? record.updatedAt;
  const data = {
    exportId: id,
    report: { id: snapshot.report.id, title: snapshot.report.title },
    scope: snapshot.scope,
    status,
    requestedBy: { userId: requestedBy.userId },
    createdAt: iso(record.createdAt),
    readyAt: record.readyAt && iso(record.readyAt),
    expiresAt: record.expiresAt && iso(record.expiresAt),
    file:
      status === 'ready' && file
        ? { name: file.name, bytes: file.bytes, rows: file.rows, sha256: file.sha256, partFiles: file.partFiles }
        : undefined,
    failure: failure && { code: failure.code, message: failure.message },
  };
  return { type, at, body: bodyOf(type, at, data) };
}

/** What is sent to try an endpoint out. */
export function testNews(endpointId: string, at: number): WebhookNews {
  return { type: TEST_EVENT, at, body: bodyOf(TEST_EVENT, at, { endpointId }) };
}

function bodyOf(type: WebhookDelivery['type'], at: number, data: object): string {
  return JSON.stringify({ type, timestamp: iso(at), data });
}

function iso(epochMs: number): string {
  return new Date(epochMs).toISOString();
}
