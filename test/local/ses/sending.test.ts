import { SendEmailCommand, type SendEmailCommandInput } from '@aws-sdk/client-ses';
import { describe, expect, test } from 'vitest';
import { MailRefusedError } from '../../../core/ports/mailer.ts';
import { temporaryDirectory } from '../temp-dir.ts';
import { input, mail, startSes } from './local-ses.ts';

describe('a mail', () => {
  test('is in the mailbox as it was sent', async () => {
    const { mailer, mailbox } = await startSes();
    const { messageId } = await mailer.send(mail);
    expect(messageId).toMatch(/^0100[0-9a-f]{12}-[0-9a-f-]{36}-000000$/);
    expect(mailbox.list()).toEqual([
      {
        ...mail,
        id: messageId,
        from: 'Waybill <reports@example.com>',
        sentAt: expect.any(String),
        outcome: 'delivered',
      },
    ]);
    expect(mailbox.find(messageId)).toEqual(mailbox.list()[0]);
  });

  test('is found by its recipient, the newest first, also after a restart', async () => {
    const directory = await temporaryDirectory();
    const { mailer } = await startSes({ directory });
    for (const [to, subject] of [
      ['a@acme.example', '1'],
      ['b@acme.example', '2'],
      ['A@acme.example', '3'],
    ] as const) {
      await mailer.send({ ...mail, to, subject });
    }
    const restarted = await startSes({ directory });
    await restarted.mailer.send({ ...mail, to: 'a@acme.example', subject: '4' });
    expect(restarted.mailbox.list().map(({ subject }) => subject)).toEqual(['4', '3', '2', '1']);
    expect(restarted.mailbox.list('a@acme.example').map(({ subject }) => subject)).toEqual(['4', '3', '1']);
  });

  test.each<[string, Partial<SendEmailCommandInput>, string]>([
    ['an unverified sender', { Source: 'reports@other.example' }, 'MessageRejected'],
    ['an unknown configuration set', { ConfigurationSetName: 'other' }, 'ConfigurationSetDoesNotExistException'],
    ['an address outside of ASCII', { Destination: { ToAddresses: ['adä@acme.example'] } }, 'InvalidParameterValue'],
    ['two addresses in one', { Destination: { ToAddresses: ['a@b.example, c@d.example'] } }, 'InvalidParameterValue'],
    ['no address', { Destination: { ToAddresses: ['acme.example'] } }, 'InvalidParameterValue'],
    ['a bad tag', { Tags: [{ Name: 'exportId', Value: 'exp 1' }] }, 'InvalidParameterValue'],
    ['a bad name of a tag', { Tags: [{ Name: 'export.id', Value: '1' }] }, 'InvalidParameterValue'],
    [
      'a subject of two lines',
      { Message: { Body: { Text: { Data: '' } }, Subject: { Data: 'Ready\r\nBcc: eve@evil.example' } } },
      'InvalidParameterValue',
    ],
    ['what the local service does not know', { ReplyToAddresses: ['ada@acme.example'] }, 'ValidationError'],
  ])('with %s is refused', async (_, wrong, name) => {
    const { operator, mailbox, due } = await startSes();
    await expect(operator.send(new SendEmailCommand({ ...input, ...wrong }))).rejects.toMatchObject({ name });
    expect(mailbox.list()).toEqual([]);
    expect(due).toEqual([]);
    await expect(operator.send(new SendEmailCommand(input))).resolves.toBeDefined();
  });

  test('is refused to the mailer for good', async () => {
    const { mailer } = await startSes();
    await expect(mailer.send({ ...mail, tags: { exportId: 'exp/1' } })).rejects.toThrow(MailRefusedError);
  });
});
