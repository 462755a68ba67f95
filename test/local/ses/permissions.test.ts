// @module-tag sender-address

import { SendEmailCommand } from '@aws-sdk/client-ses';
import { describe, expect, test } from 'vitest';
import { identity, input, mail, maySend, set, startSes } from './local-ses.ts';

describe('permissions', () => {
  test.each([
    ['on the identity', { Resource: [set.arn] }, identity.arn],
    ['on the configuration set', { Resource: [identity.arn] }, set.arn],
    [
      'for the sender’s address',
      { Condition: { StringEquals: { 'ses:FromAddress': 'ceo@example.com' } } },
      identity.arn,
    ],
  ])('are needed %s', async (_, change, resource) => {
    const { mailer, mailbox } = await startSes({ statements: [{ ...maySend, ...change }] });
    await expect(mailer.send(mail)).rejects.toMatchObject({
      name: 'AccessDenied',
      $metadata: { httpStatusCode: 403 },
      message: expect.stringContaining(`ses:SendEmail on ${resource}`),
    });
    expect(mailbox.list()).toEqual([]);
  });

  test('do not depend on the name beside the address', async () => {
    const { role } = await startSes();
    const from = (Source: string) => role.send(new SendEmailCommand({ ...input, Source }));
    await expect(from('reports@example.com <ceo@example.com>')).rejects.toMatchObject({ name: 'AccessDenied' });
    await expect(from('The CEO <reports@example.com>')).resolves.toBeDefined();
  });
});
