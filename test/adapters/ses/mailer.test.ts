// @module-tag one-mail-a-call
// @module-tag mail-injection

import {
  ConfigurationSetDoesNotExistException,
  MailFromDomainNotVerifiedException,
  MessageRejected,
  SESClient,
  SESServiceException,
  SendEmailCommand,
} from '@aws-sdk/client-ses';
import { mockClient } from 'aws-sdk-client-mock';
import { afterAll, beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { mailClient } from '../../../adapters/ses/client.ts';
import { sesMailer } from '../../../adapters/ses/mailer.ts';
import { MailRefusedError, type OutgoingMail } from '../../../core/ports/mailer.ts';
import { serve } from '../../local/http-server.ts';

const options = { from: 'Waybill <reports@example.com>', configurationSet: 'waybill' };
const mail: OutgoingMail = {
  to: 'ada@acme.example',
  subject: 'Your Größen export is ready',
  text: 'Hello Ada',
  html: '<p>Hello Ada</p>',
  tags: { exportId: 'exp_1', notificationId: 'n-1' },
};

describe('a mail', () => {
  const service = mockClient(SESClient);
  const mailer = sesMailer(new SESClient({ region: 'eu-west-1' }), options);
  const failWith = (name: string) =>
    service.on(SendEmailCommand).rejects(new SESServiceException({ name, $fault: 'client', $metadata: {} }));
  beforeEach(() => {
    service.reset();
    service.on(SendEmailCommand).resolves({ MessageId: '0100-1' });
  });
  afterAll(() => service.restore());

  const sent = () => service.commandCalls(SendEmailCommand).map(({ args }) => args[0].input);

  test('goes out as text and HTML in UTF-8, with the tags its events come back with', async () => {
    expect(await mailer.send(mail)).toEqual({ messageId: '0100-1' });
    expect(sent()).toEqual([
      {
        Source: 'Waybill <reports@example.com>',
        Destination: { ToAddresses: ['ada@acme.example'] },
        Message: {
          Subject: { Data: 'Your Größen export is ready', Charset: 'UTF-8' },
          Body: { Text: { Data: 'Hello Ada', Charset: 'UTF-8' }, Html: { Data: '<p>Hello Ada</p>', Charset: 'UTF-8' } },
        },
        ConfigurationSetName: 'waybill',
        Tags: [
          { Name: 'exportId', Value: 'exp_1' },
          { Name: 'notificationId', Value: 'n-1' },
        ],
      },
    ]);
  });

  test.each(['\r\n', '\n', '\0', '\u0085', '\u2028', '\t'])(
    'has one header where its subject has %j',
    async (control) => {
      await mailer.send({ ...mail, subject: `Ready${control}Bcc: eve@evil.example` });
      expect(sent()[0]?.Message?.Subject?.Data).toBe('Ready Bcc: eve@evil.example');
    },
  );

  test.each([
    'ada@acme.example\r\nBcc: eve@evil.example',
    'ada@acme.example\n',
    'ada@acme.example, eve@evil.example',
    'ada@acme.example;eve@evil.example',
    'Ada <eve@evil.example>',
    '"ada\r\n"@acme.example',
    'adä@acme.example',
    'ada@acme.exämple',
    'ada@acme',
    'ada',
    '',
    `${'a'.repeat(65)}@acme.example`,
  ])('to %j never reaches SES', async (to) => {
    await expect(mailer.send({ ...mail, to })).rejects.toThrow(MailRefusedError);
    expect(sent()).toEqual([]);
  });

  test.each(["o'brien+tag@sub.acme.example", 'a.b_c-d@xn--bcher-kva.example'])('may go to %s', async (to) => {
    await expect(mailer.send({ ...mail, to })).resolves.toBeDefined();
  });

  test('with half a character is sent without it', async () => {
    await mailer.send({ ...mail, subject: 'half \ud83d', text: '\udc00' });
    expect(sent()[0]?.Message).toMatchObject({ Subject: { Data: 'half \ufffd' }, Body: { Text: { Data: '\ufffd' } } });
  });

  const facts = { $metadata: {}, message: 'as the service says it' };
  test.each([new MessageRejected(facts), new MailFromDomainNotVerifiedException(facts)])(
    'is refused for good by $name',
    async (error) => {
      service.on(SendEmailCommand).rejects(error);
      await expect(mailer.send(mail)).rejects.toThrow(expect.objectContaining({ code: 'mail_refused', cause: error }));
    },
  );

  test('is refused for good by an invalid parameter', async () => {
    failWith('InvalidParameterValue');
    await expect(mailer.send(mail)).rejects.toThrow(MailRefusedError);
  });

  test.each(['Throttling', 'AccessDenied', 'InternalFailure', 'ServiceUnavailable'])(
    'may be sent after %s',
    async (name) => {
      failWith(name);
      await expect(mailer.send(mail)).rejects.toMatchObject({ name });
    },
  );

  test('may be sent once the configuration set is there again', async () => {
    service.on(SendEmailCommand).rejects(new ConfigurationSetDoesNotExistException(facts));
    await expect(mailer.send(mail)).rejects.toThrow(ConfigurationSetDoesNotExistException);
  });
});

describe('the client', () => {
  const credentials = { accessKeyId: 'a', secretAccessKey: 'b' };

  test.each(['a lost reply', 'throttling'])('sends once, also after %s', async (outcome) => {
    let requests = 0;
    const endpoint = await serve((request, response) => {
      requests += 1;
      request.resume();
      if (outcome === 'throttling')
        response.writeHead(400).end('<ErrorResponse><Error><Code>Throttling</Code></Error></ErrorResponse>');
      else request.on('end', () => response.destroy());
    });
    const client = mailClient({ endpoint, region: 'eu-west-1', credentials });
    await expect(sesMailer(client, options).send(mail)).rejects.toThrow();
    expect(requests).toBe(1);
    client.destroy();
  });

  test('gives a silent service up', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    onTestFinished(() => void vi.useRealTimers());
    const asked = Promise.withResolvers<void>();
    const endpoint = await serve(() => asked.resolve());
    const client = mailClient({ endpoint, region: 'eu-west-1', credentials });
    const refused = expect(sesMailer(client, options).send(mail)).rejects.toMatchObject({ name: 'TimeoutError' });
    await asked.promise;
    await vi.advanceTimersByTimeAsync(11_000);
    await refused;
    client.destroy();
  });
});
