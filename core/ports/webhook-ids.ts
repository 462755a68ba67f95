import type { WebhookEndpointId } from '../domain/webhook.ts';
import type { MessageId } from '../domain/webhook-delivery.ts';

export interface WebhookIds {
  /** Later ones sort after earlier ones. */
  endpointId(): WebhookEndpointId;
  messageId(): MessageId;
  /** Random: `whsec_` and 32 bytes in base64. */
  secret(): string;
}
