// @module-tag webhook-addresses

import { Webhook, WebhookVerificationError } from 'standardwebhooks';
import { expect, test } from 'vitest';
import { randomWebhookIds } from '../../../adapters/webhooks/ids.ts';
import { standardSigner } from '../../../adapters/webhooks/signer.ts';

const message = { id: 'msg_1', at: Date.now(), body: '{"name":"Ünïcode – 報告"}' };

test('what is signed with several secrets is verified with any of them, by the standard’s own library', () => {
  const [first, second, third] = [randomWebhookIds.secret(), randomWebhookIds.secret(), randomWebhookIds.secret()];
  const headers = { ...standardSigner.headersOf(message, [first, second]) };
  for (const secret of [first, second]) {
    expect(new Webhook(secret).verify(message.body, headers)).toEqual(JSON.parse(message.body));
  }
  expect(() => new Webhook(third).verify(message.body, headers)).toThrow(WebhookVerificationError);
  expect(() => new Webhook(first).verify(message.body.replace('報', '告'), headers)).toThrow(WebhookVerificationError);
  const moved = { ...headers, 'webhook-id': 'msg_2' };
  expect(() => new Webhook(first).verify(message.body, moved)).toThrow(WebhookVerificationError);
});

test('secrets are random, and as long as the standard wants them', () => {
  const [one, other] = [randomWebhookIds.secret(), randomWebhookIds.secret()];
  expect(one).not.toBe(other);
  expect(Buffer.from(one.replace('whsec_', ''), 'base64')).toHaveLength(32);
});
