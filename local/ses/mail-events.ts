import type { MailEventType } from '../template/plan/mail.ts';
import type { StoredMail } from './mailbox.ts';
import type { NamedAddress } from './send-email.ts';

/** What SES says about a mail besides its content. */
export interface SentMailFacts {
  readonly mail: StoredMail;
  /** What {@link StoredMail.from} says. */
  readonly source: NamedAddress;
  readonly sourceArn: string;
  readonly accountId: string;
  /** The name of the role that sent it. */
  readonly caller: string;
  readonly configurationSet: string;
}

export interface MailEvent {
  readonly type: MailEventType;
  readonly detailType: string;
  readonly detail: object;
}

/** Why a mail was not taken: the sub-type of the bounce, and what is said to the sender. */
const bounces = {
  bounced: { subType: 'General', diagnosticCode: 'smtp; 550 5.1.1 user unknown' },
  suppressed: {
    subType: 'OnAccountSuppressionList',
    diagnosticCode:
      'Amazon SES did not send the message to this address because it is on the suppression list for your account.',
  },
  'suppressed-everywhere': {
    subType: 'Suppressed',
    diagnosticCode:
      'Amazon SES has suppressed sending to this address because it has a recent history of bouncing as an invalid address.',
  },
} as const;

/**
 * What SES publishes about a mail, in the order in which it happens. Every mail that was accepted counts as sent, also
 * one that is then suppressed.
 * @see https://docs.aws.amazon.com/ses/latest/dg/event-publishing-retrieving-sns-contents.html
 */
export function eventsOf(facts: SentMailFacts, timestamp: string): readonly MailEvent[] {
  const { to, id, outcome } = facts.mail;
  const event = (type: MailEventType, eventType: string, detailType: string, content: object) => ({
    type,
    detailType,
    detail: { eventType, mail: mailObject(facts), [type]: content },
  });
  const sent = event('send', 'Send', 'Email Sent', {});
  const delivered = event('delivery', 'Delivery', 'Email Delivered', {
    timestamp,
    processingTimeMillis: Math.max(0, Date.parse(timestamp) - Date.parse(facts.mail.sentAt)),
    recipients: [to],
    smtpResponse: '250 2.0.0 OK',
    reportingMTA: 'local.smtp-out.amazonses.com',
  });
  switch (outcome) {
    case 'delivered':
      return [sent, delivered];
    case 'complained':
      return [
        sent,
        delivered,
        event('complaint', 'Complaint', 'Email Complaint Received', {
          feedbackId: `${id}-feedback`,
          complaintSubType: null,
          complainedRecipients: [{ emailAddress: to }],
          timestamp,
          userAgent: 'Amazon SES Mailbox Simulator',
          complaintFeedbackType: 'abuse',
          arrivalDate: timestamp,
        }),
      ];
    default:
      return [
        sent,
        event('bounce', 'Bounce', 'Email Bounced', {
          feedbackId: `${id}-feedback`,
          bounceType: 'Permanent',
          bounceSubType: bounces[outcome].subType,
          bouncedRecipients: [
            { emailAddress: to, action: 'failed', status: '5.1.1', diagnosticCode: bounces[outcome].diagnosticCode },
          ],
          timestamp,
          reportingMTA: 'dns; local.smtp-out.amazonses.com',
        }),
      ];
  }
}

function mailObject({ mail, source, sourceArn, accountId, caller, configurationSet }: SentMailFacts): object {
  const tags = Object.entries(mail.tags).map(([name, value]) => [name, [value]]);
  return {
    timestamp: mail.sentAt,
    source: mail.from,
    sourceArn,
    sendingAccountId: accountId,
    messageId: mail.id,
    destination: [mail.to],
    headersTruncated: false,
    headers: [
      { name: 'From', value: mail.from },
      { name: 'To', value: mail.to },
      { name: 'Subject', value: mail.subject },
      { name: 'MIME-Version', value: '1.0' },
    ],
    commonHeaders: { from: [mail.from], to: [mail.to], messageId: mail.id, subject: mail.subject },
    tags: {
      'ses:operation': ['SendEmail'],
      'ses:configuration-set': [configurationSet],
      'ses:source-ip': ['127.0.0.1'],
      'ses:from-domain': [source.domain],
      'ses:caller-identity': [caller],
      ...Object.fromEntries(tags),
    },
  };
}
