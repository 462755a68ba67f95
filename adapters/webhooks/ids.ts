import { randomBytes } from 'node:crypto';
import { v7 } from 'uuid';
import type { WebhookIds } from '../../core/ports/webhook-ids.ts';

/** Bytes of a secret: the standard wants 24 to 64. */
const SECRET_BYTES = 32;

/** Ids as RFC 9562 UUIDv7, secrets as random base64. */
export const randomWebhookIds: WebhookIds = {
  endpointId: () => `whe_${v7()}`,
  messageId: () => `msg_${v7()}`,
  secret: () => `whsec_${randomBytes(SECRET_BYTES).toString('base64')}`,
};
