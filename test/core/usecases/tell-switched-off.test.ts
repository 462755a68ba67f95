// @module-tag webhooks-switched-off

import { beforeEach, describe, expect, test } from 'vitest';
import { switchOff, switchOn } from '../../../core/domain/webhook.ts';
import { MailRefusedError } from '../../../core/ports/mailer.ts';
import { DAY } from '../../support/exports.ts';
import { ada, caller, createMemoryDeployment, type MemoryDeployment, val } from '../../support/memory-deployment.ts';
import { newEndpoint } from '../../support/webhooks.ts';

const MINUTE = 60_000;
const olga = caller('olga', 'owner');
const otto = caller('otto', 'owner');
const endpoint = newEndpoint(1, { description: 'Warehouse' });
const ref = { accountId: endpoint.accountId, endpointId: endpoint.id };

let deployment: MemoryDeployment;
beforeEach(async () => {
  deployment = createMemoryDeployment();
  for (const member of [val, ada, olga, otto, caller('gus', 'owner', 'globex')]) {
    await deployment.stores.memberships.put(member);
  }
  await deployment.webhooks.create(endpoint, 10);
  const now = deployment.clock.now();
  await deployment.webhooks.change(ref, (each) => switchOff(each, 'failing', now));
});

const recipients = () => deployment.mailer.sent.map(({ to }) => to);
const sweepLater = async (durationMs: number) => {
  deployment.advance(durationMs);
  return deployment.sweep();
};

describe('that an endpoint was switched off', () => {
  test('is mailed to those who manage the account’s webhooks, each once', async () => {
    expect(await deployment.sweep()).toMatchObject({ switchedOff: 1, failures: [] });
    for (const _ of [1, 2, 3]) expect(await sweepLater(MINUTE)).toMatchObject({ switchedOff: 0 });
    expect(recipients()).toEqual([olga.email, otto.email]);
    const [mail] = deployment.mailer.sent;
    expect(mail?.subject).toBe('A webhook endpoint of acme was switched off');
    for (const words of [endpoint.url, 'Warehouse', endpoint.id, 'answered with success', 'https://reports.test']) {
      expect(mail?.text).toContain(words);
    }
    expect(Object.values(mail?.tags ?? {}).join('')).toMatch(/^[\w-]+$/);
  });

  test('is mailed once, however many passes run at the same time', async () => {
    await Promise.all([deployment.sweep(), deployment.sweep(), deployment.sweep()]);
    expect(recipients()).toEqual([olga.email, otto.email]);
  });

  test('is mailed to the second owner a minute later when that failed, and not to the first again', async () => {
    const { send } = deployment.mailer;
    deployment.mailer.send = async (mail) => {
      if (mail.to === otto.email) throw new Error('SES is away');
      return send(mail);
    };
    expect((await deployment.sweep()).failures).toHaveLength(1);
    deployment.mailer.send = send;
    expect(await sweepLater(MINUTE - 1)).toMatchObject({ switchedOff: 0 });
    expect(await sweepLater(1)).toMatchObject({ switchedOff: 1 });
    expect(recipients()).toEqual([olga.email, otto.email]);
  });

  test('is not mailed again to whose mail was refused, nor to an address that takes none', async () => {
    deployment.mailer.failNext(new MailRefusedError('no'), 'before');
    const at = deployment.clock.now();
    await deployment.mailAddresses.markUndeliverable(otto.email, { reason: 'bounced', at });
    await deployment.sweep();
    await sweepLater(MINUTE);
    expect(recipients()).toEqual([]);
  });

  test('is no news once it is on again, nor after a day', async () => {
    const now = deployment.clock.now();
    await deployment.webhooks.change(ref, (each) => switchOn(each, now));
    await deployment.sweep();
    await deployment.webhooks.change(ref, (each) => switchOff(each, 'gone', now));
    await sweepLater(DAY);
    await sweepLater(MINUTE);
    expect(recipients()).toEqual([]);
    expect(await deployment.webhooks.noticesDue(deployment.clock.now() + DAY, 10)).toEqual([]);
  });
});
