import type { SendEmailCommandInput } from '@aws-sdk/client-ses';
import { onTestFinished } from 'vitest';
import { mailClient } from '../../../adapters/ses/client.ts';
import { sesMailer } from '../../../adapters/ses/mailer.ts';
import type { OutgoingMail } from '../../../core/ports/mailer.ts';
import { LocalClock } from '../../../local/clock.ts';
import type { FaultInjector } from '../../../local/faults/fault-injector.ts';
import { createSes, type LocalSesOptions } from '../../../local/ses/ses.ts';
import type { ConfigurationSetPlan } from '../../../local/template/plan/mail.ts';
import { serveAws } from '../aws-cloud.ts';
import { temporaryDirectory } from '../temp-dir.ts';

type Published = Parameters<LocalSesOptions['publish']>[0];

const arnOf = (resource: string) => `arn:aws:ses:us-east-1:000000000000:${resource}`;
export const identity = { logicalId: 'Sender', name: 'example.com', arn: arnOf('identity/example.com') };
export const set: ConfigurationSetPlan = {
  logicalId: 'Set',
  name: 'waybill',
  arn: arnOf('configuration-set/waybill'),
  suppressedReasons: ['BOUNCE', 'COMPLAINT'],
  events: ['send', 'delivery', 'bounce', 'complaint'],
};
/** As lib/mail.ts grants it. */
export const maySend = {
  Effect: 'Allow',
  Action: 'ses:SendEmail',
  Resource: [identity.arn, set.arn],
  Condition: { StringEquals: { 'ses:FromAddress': 'reports@example.com' } },
};
export const mail: OutgoingMail = {
  to: 'ada@acme.example',
  subject: 'Your “Größen” export is ready',
  text: 'Hello Ada & co\n=?+%',
  html: '<p>Hello Ada &amp; co</p>',
  tags: { exportId: 'exp_1', notificationId: 'n-1' },
};

/** As {@link mail}, for those who call SES without the mailer. */
export const input: SendEmailCommandInput = {
  Source: 'reports@example.com',
  Destination: { ToAddresses: ['ada@acme.example'] },
  Message: { Subject: { Data: 'Ready' }, Body: { Text: { Data: 'Ready' } } },
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

/** Serves SES to a role and to the operator; what is due becomes events when the test says so. */
export async function startSes({ statements = [maySend], configurationSet = {}, ...setup }: Setup = {}) {
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
