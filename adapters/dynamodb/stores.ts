import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { ObserveChange } from '../../core/domain/change.ts';
import type { AccessRequestStore } from '../../core/ports/access-request-store.ts';
import type { AdmissionStore } from '../../core/ports/admission-store.ts';
import type { AttemptStore } from '../../core/ports/attempt-store.ts';
import type { ExportStore } from '../../core/ports/export-store.ts';
import type { FeedbackStore } from '../../core/ports/feedback-store.ts';
import type { MailAddresses } from '../../core/ports/mail-addresses.ts';
import type { MembershipStore } from '../../core/ports/memberships.ts';
import type { WebhookStore } from '../../core/ports/webhook-store.ts';
import { createAccessRequestStore } from './access-request-store.ts';
import { createAdmissionStore } from './admission-store.ts';
import { createAttemptStore } from './attempt-store.ts';
import { documentClient } from './client.ts';
import { createExportStore } from './export-store.ts';
import { createFeedbackStore } from './feedback-store.ts';
import { createMailAddresses } from './mail-addresses.ts';
import { createMembershipStore } from './memberships.ts';
import { Table } from './table.ts';
import { createWebhookStore } from './webhook-store.ts';

export interface Stores {
  readonly exports: ExportStore;
  readonly attempts: AttemptStore;
  readonly admissions: AdmissionStore;
  readonly memberships: MembershipStore;
  readonly feedback: FeedbackStore;
  readonly accessRequests: AccessRequestStore;
  readonly mailAddresses: MailAddresses;
  readonly webhooks: WebhookStore;
}

/** Everything that is kept in the one table. */
export function createStores(options: {
  readonly client: DynamoDBClient;
  readonly tableName: string;
  /** @default nobody is told */
  readonly observe?: ObserveChange;
}): Stores {
  return storesOn(new Table(documentClient(options.client), options.tableName), options.observe);
}

/** The stores on a table that is opened already. */
export function storesOn(table: Table, observe: ObserveChange = () => {}): Stores {
  return {
    exports: createExportStore({ table, observe }),
    attempts: createAttemptStore({ table, observe }),
    admissions: createAdmissionStore(table),
    memberships: createMembershipStore(table),
    feedback: createFeedbackStore(table),
    accessRequests: createAccessRequestStore(table),
    mailAddresses: createMailAddresses(table),
    webhooks: createWebhookStore(table),
  };
}
