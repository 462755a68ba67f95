import { SendEmailCommand, type SendEmailCommandInput } from '@aws-sdk/client-ses';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { mailClient } from '../../../adapters/ses/client.ts';
import { sesMailer } from '../../../adapters/ses/mailer.ts';
import { MailRefusedError, type OutgoingMail } from '../../../core/ports/mailer.ts';
import { LocalClock } from '../../../local/clock.ts';
import { createEventBus } from '../../../local/events/event-bus.ts';
import { FaultInjector } from '../../../local/faults/fault-injector.ts';
import type { FaultSettings } from '../../../local/faults/fault-rule.ts';
import type { InvokeCall } from '../../../local/lambda/lambda-host.ts';
import { createSes, type LocalSesOptions } from '../../../local/ses/ses.ts';
import type { ConfigurationSetPlan } from '../../../local/template/plan/mail.ts';
import { PATIENCE } from '../../support/patience.ts';
import { serveAws } from '../aws-cloud.ts';
import { temporaryDirectory } from '../temp-dir.ts';

type Published = Parameters<LocalSesOptions['publish']>[0];

const arnOf = (resource: string) => `arn:aws:ses:us-east-1:000000000000:${resource}`;
const identity = { logicalId: 'Sender', name: 'example.com', arn: arnOf('identity/example.com') };
const set: ConfigurationSetPlan = {
  logicalId: 'Set',
  name: 'waybill',
  arn: arnOf('configuration-set/waybill'),
  suppressedReasons: ['BOUNCE', 'COMPLAINT'],
  events: ['send', 'delivery', 'bounce', 'complaint'],
};
/** As lib/mail.ts grants it. */
const maySend = {
  Effect: 'Allow',
  Action: 'ses:SendEmail',
  Resource: [identity.arn, set.arn],
  Condition: { StringEquals: { 'ses:FromAddress': 'reports@example.com' } },
};
const mail: OutgoingMail = {
  to: 'ada@acme.example',
  subject: 'Your “Größen” export is ready',
  text: 'Hello Ada & co\n=?+%',
  html: '<p>Hello Ada &amp; co</p>',
  tags: { exportId: 'exp_1', notificationId: 'n-1' },
};

interface Setup {
  readonly statements?: readonly object[];
  readonly configurationSet?: Partial<ConfigurationSetPlan>;
  readonly directory?: string;
  readonly faults?: FaultInjector;
  /** @default one whose timers fire when the test says so */
  readonly clock?: LocalSesOptions['clock'];
  /** @default keeps the events for the test */
  readonly publish?: LocalSesOptions['publish'];
}

async function startSes({ statements = [maySend], configurationSet = {}, ...setup }: Setup = {}) {
  const published: Published[] = [];
  const due: (() => void)[] = [];
  const clock: LocalSesOptions['clock'] = {
    now: Date.now,
    after(_, fire) {
      due.push(fire);
      return () => void due.splice(due.indexOf(fire), 1);
    },
  };
  const ses = createSes({
    identities: [identity],
    configurationSets: [{ ...set, ...configurationSet }],
    directory: setup.directory ?? (await temporaryDirectory()),
    clock: setup.clock ?? clock,
    publish: setup.publish ?? ((event) => void published.push(event)),
  });
  const { asRole, asOperator } = await serveAws([ses.service], statements, new LocalClock(), setup.faults?.intercept);
  const clientOf = ({ maxAttempts: _, ...settings }: typeof asRole) => {
    const client = mailClient(settings);
    onTestFinished(() => client.destroy());
    return client;
  };
  const role = clientOf(asRole);
  const mailer = sesMailer(role, { from: 'Waybill <reports@example.com>', configurationSet: 'waybill' });
  const publishDue = () => {
    for (const fire of due.splice(0)) fire();
    return published.splice(0);
  };
  return {
    ...ses,
    due,
    published,
    role,
    operator: clientOf(asOperator),
    mailer,
    /** Lets what was sent so far arrive, or not; gives the events about it. */
    publishDue,
    /** Sends a mail; gives the detail types of its events and how it bounced, if it did. */
    async outcomeOf(to: string): Promise<string[]> {
      await mailer.send({ ...mail, to });
      return publishDue().map(({ detailType, detail }) => {
        const { bounceSubType } = (detail as { bounce?: { bounceSubType: string } }).bounce ?? {};
        return bounceSubType === undefined ? detailType : `${detailType}: ${bounceSubType}`;
      });
    },
  };
}

const input: SendEmailCommandInput = {
  Source: 'reports@example.com',
  Destination: { ToAddresses: ['ada@acme.example'] },
  Message: { Subject: { Data: 'Ready' }, Body: { Text: { Data: 'Ready' } } },
};

const delivered = ['Email Sent', 'Email Delivered'];
const bounced = ['Email Sent', 'Email Bounced: General'];
const complained = [...delivered, 'Email Complaint Received'];
const suppressed = ['Email Sent', 'Email Bounced: OnAccountSuppressionList'];

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

describe('what becomes of a mail', () => {
  test.each([
    ['ada@acme.example', delivered],
    ['success@simulator.amazonses.com', delivered],
    ['bounce@simulator.amazonses.com', bounced],
    ['bounce+label@simulator.amazonses.com', bounced],
    ['complaint@simulator.amazonses.com', complained],
    ['suppressionlist@simulator.amazonses.com', ['Email Sent', 'Email Bounced: Suppressed']],
    ['mel+bounce@acme.example', bounced],
    ['mel+complaint-1@acme.example', complained],
    ['mel@bounce.example', delivered],
  ])('to %s', async (to, events) => {
    const { outcomeOf } = await startSes();
    expect(await outcomeOf(to)).toEqual(events);
  });

  test.each(['mel+bounce@acme.example', 'mel+complaint@acme.example'])('next to %s: it is not tried', async (to) => {
    const directory = await temporaryDirectory();
    const { outcomeOf, mailbox } = await startSes({ directory });
    await outcomeOf(to);
    expect(await outcomeOf(to.toUpperCase())).toEqual(suppressed);
    expect(mailbox.list()[0]?.outcome).toBe('suppressed');
    expect(await outcomeOf('ada@acme.example')).toEqual(delivered);
    expect(await (await startSes({ directory })).outcomeOf(to)).toEqual(suppressed);
  });

  test('to the simulator, however often', async () => {
    const { outcomeOf } = await startSes();
    for (const _ of [1, 2]) expect(await outcomeOf('bounce@simulator.amazonses.com')).toEqual(bounced);
  });

  test('where the configuration set suppresses nothing', async () => {
    const { outcomeOf } = await startSes({ configurationSet: { suppressedReasons: ['COMPLAINT'] } });
    for (const _ of [1, 2]) expect(await outcomeOf('mel+bounce@acme.example')).toEqual(bounced);
  });
});

describe('events', () => {
  test('come after the reply, with the tags of the mail', async () => {
    const { mailer, published, publishDue } = await startSes();
    const { messageId } = await mailer.send({ ...mail, to: 'mel+bounce@acme.example' });
    expect(published).toEqual([]);
    const [, bounce] = publishDue();
    expect(bounce).toEqual({
      source: 'aws.ses',
      detailType: 'Email Bounced',
      resources: [set.arn],
      detail: {
        eventType: 'Bounce',
        bounce: expect.objectContaining({
          bounceType: 'Permanent',
          bouncedRecipients: [expect.objectContaining({ emailAddress: 'mel+bounce@acme.example', status: '5.1.1' })],
        }),
        mail: expect.objectContaining({
          messageId,
          destination: ['mel+bounce@acme.example'],
          source: 'Waybill <reports@example.com>',
          sourceArn: identity.arn,
          tags: expect.objectContaining({
            'ses:configuration-set': ['waybill'],
            'ses:from-domain': ['example.com'],
            'ses:caller-identity': ['worker'],
            exportId: ['exp_1'],
            notificationId: ['n-1'],
          }),
        }),
      },
    });
  });

  test('are those the configuration set asks for', async () => {
    const { outcomeOf } = await startSes({ configurationSet: { events: ['complaint'] } });
    expect(await outcomeOf('complaint@simulator.amazonses.com')).toEqual(['Email Complaint Received']);
  });

  test('are none without a configuration set', async () => {
    const { operator, publishDue } = await startSes();
    await operator.send(new SendEmailCommand(input));
    expect(publishDue()).toEqual([]);
  });

  test('reach the functions of rules for the configuration set, by the local clock', async () => {
    const clock = new LocalClock();
    const invoke = vi.fn(async (_: InvokeCall) => ({ payload: null }));
    const ruleFor = (name: string) => ({
      name,
      arn: `arn:${name}`,
      enabled: true,
      eventPattern: {
        source: ['aws.ses'],
        'detail-type': ['Email Delivered'],
        detail: { mail: { tags: { 'ses:configuration-set': [name] } } },
      },
      targets: [{ id: 'Target0', functionArn: `arn:function:${name}` }],
    });
    const rules = [ruleFor('waybill'), ruleFor('other')];
    const bus = createEventBus({ rules, invoke, clock, log: vi.fn(), accountId: '000000000000', region: 'us-east-1' });
    onTestFinished(() => bus.stop());
    const { mailer } = await startSes({ clock, publish: bus.put });
    const { messageId } = await mailer.send(mail);
    await vi.waitFor(() => expect(invoke).toHaveBeenCalled(), PATIENCE);
    await bus.settled();
    expect(invoke).toHaveBeenCalledExactlyOnceWith(expect.objectContaining({ functionArn: 'arn:function:waybill' }));
    expect(invoke.mock.calls[0]?.[0].payload).toMatchObject({
      'detail-type': 'Email Delivered',
      source: 'aws.ses',
      resources: [set.arn],
      detail: { eventType: 'Delivery', delivery: { recipients: [mail.to] }, mail: { messageId } },
    });
  });

  test('end with the service', async () => {
    const { mailer, stop, due } = await startSes();
    await mailer.send(mail);
    stop();
    expect(due).toEqual([]);
  });
});

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
