import * as z from 'zod';
import { flag } from './fields.ts';

const address = String.raw`[\w.+-]{1,64}@(?:[a-zA-Z\d-]+\.)+[a-zA-Z\d-]{2,63}`;
/** A name is written without quotes, so it may hold no more than what needs none. */
const sender = new RegExp(`^(?:${address}|[\\w&'-]+(?: [\\w&'-]+)* <${address}>)$`);
const senderFix =
  'must be the address mails come from, with or without a name in plain letters: Waybill <reports@example.com>';

/** Who mails come from. */
export const mail = z.strictObject(
  {
    from: z.string(senderFix).regex(sender, senderFix),
    /** What is verified with SES: the whole domain, the one address, or something that already is. */
    identity: z
      .enum(['domain', 'address', 'existing'], {
        error:
          'must be "domain" or "address", which the stack then asks SES to verify, or "existing" when the domain or ' +
          'the address is verified already',
      })
      .default('domain'),
  },
  'must say who mails come from: { "from": "Waybill <reports@example.com>" }',
);

/** Where webhooks may go. */
export const webhooks = z.strictObject(
  { allowPrivate: flag('whether webhooks may go to this machine and without TLS; never in production') },
  'must say where webhooks may go: { "allowPrivate": false } for public addresses alone',
);

const alarmsFix =
  'must say who is told of alarms: { "emails": ["oncall@example.com"] } or { "topicArn": "arn:aws:sns:..." }';
const emailFix =
  'must be a list of at least one address, each of which is mailed a link to confirm that it wants alarms';
const topicFix = 'must be the ARN of an SNS topic in the same region that CloudWatch may publish to';

/** Who is told of alarms. */
export const alarms = z.union(
  [
    z.strictObject({ emails: z.array(z.email(emailFix), emailFix).min(1, emailFix).readonly() }),
    z.strictObject({ topicArn: z.string(topicFix).regex(/^arn:aws[\w-]*:sns:[\w-]+:\d{12}:[\w-]+$/, topicFix) }),
  ],
  alarmsFix,
);

/** A stage that keeps its data is one that people depend on. */
export function hasSomebodyToTell({
  value: { retainData, alarms },
  issues,
}: z.core.ParsePayload<{ retainData: boolean; alarms?: unknown }>): void {
  if (!retainData || alarms !== undefined) return;
  const message = `${alarmsFix}, because this stage keeps its data (retainData)`;
  issues.push({ code: 'custom', input: undefined, path: ['alarms'], message });
}
