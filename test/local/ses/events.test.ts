// @module-tag local-mail-simulator

import { SendEmailCommand } from '@aws-sdk/client-ses';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { LocalClock } from '../../../local/clock.ts';
import { createEventBus } from '../../../local/events/event-bus.ts';
import type { InvokeCall } from '../../../local/lambda/lambda-host.ts';
import { PATIENCE } from '../../support/patience.ts';
import { identity, input, mail, set, startSes } from './local-ses.ts';

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
