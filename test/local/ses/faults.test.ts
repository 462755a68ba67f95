import { describe, expect, test } from 'vitest';
import { MailRefusedError } from '../../../core/ports/mailer.ts';
import { FaultInjector } from '../../../local/faults/fault-injector.ts';
import type { FaultSettings } from '../../../local/faults/fault-rule.ts';
import { mail, startSes } from './local-ses.ts';

describe('faults', () => {
  async function startWith(rule: FaultSettings['rules'][number], kill = () => {}) {
    const faults = new FaultInjector({ keyAttributes: new Map(), kill, postgresUrl: '' });
    await faults.set({ rules: [{ service: 'ses', operation: 'SendEmail', limit: 1, ...rule }] });
    return startSes({ faults });
  }

  test.each([
    ['error', { name: 'InternalFailure', $metadata: { httpStatusCode: 500 } }],
    ['throttle', { name: 'Throttling', $metadata: { httpStatusCode: 400 } }],
  ] as const)('%s: nothing is sent, and the next try is', async (kind, error) => {
    const { mailer, mailbox } = await startWith({ kind });
    await expect(mailer.send(mail)).rejects.toMatchObject(error);
    expect(mailbox.list()).toEqual([]);
    await mailer.send(mail);
    expect(mailbox.list()).toHaveLength(1);
  });

  test('a lost reply: the mail is sent once, and its events come', async () => {
    const { mailer, mailbox, publishDue } = await startWith({ kind: 'timeout-after-apply' });
    await expect(mailer.send(mail)).rejects.not.toThrow(MailRefusedError);
    expect(mailbox.list()).toHaveLength(1);
    expect(publishDue()).toHaveLength(2);
  });

  test('a kill before the mail', async () => {
    const killed = Promise.withResolvers<void>();
    const { mailer, mailbox } = await startWith({ kind: 'kill' }, killed.resolve);
    await expect(mailer.send(mail)).rejects.toThrow();
    await killed.promise;
    expect(mailbox.list()).toEqual([]);
  });
});
