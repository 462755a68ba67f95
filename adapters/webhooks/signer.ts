import { Webhook } from 'standardwebhooks';
import type { WebhookSigner } from '../../core/ports/webhook-signer.ts';

/** Signs with the standard's own library. @see https://www.standardwebhooks.com */
export const standardSigner: WebhookSigner = {
  headersOf({ id, at, body }, secrets) {
    const sentAt = new Date(at);
    return {
      'webhook-id': id,
      'webhook-timestamp': String(Math.floor(at / 1000)),
      'webhook-signature': secrets.map((secret) => new Webhook(secret).sign(id, sentAt, body)).join(' '),
    };
  },
};
