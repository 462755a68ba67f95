// @module-tag mail-events

import { describe, expect, test } from 'vitest';
import { reportedMail } from '../../../adapters/ses/reported-mail.ts';
import { mailTags } from '../../../core/contract/mail-tags.ts';
import { mailEvent } from '../../../core/contract/payloads.ts';
import { exportId } from '../../support/exports.ts';

const ref = { accountId: 'acme & söhne', exportId: exportId(1) };
const mel = [{ emailAddress: 'mel@acme.test' }];

/** An event as SES publishes it, with more than is read of it. */
function event(detail: object, tags: Readonly<Record<string, string>> = mailTags(ref, 'n1')) {
  const listed = Object.fromEntries(Object.entries(tags).map(([name, value]) => [name, [value]]));
  return mailEvent.parse({
    source: 'aws.ses',
    time: '2026-03-01T12:00:00Z',
    detail: { mail: { messageId: 'm1', tags: { 'ses:operation': ['SendEmail'], ...listed } }, ...detail },
  });
}

const bounce = (bounceType: string, bounceSubType = 'General') => ({
  eventType: 'Bounce',
  bounce: { bounceType, bounceSubType, bouncedRecipients: mel, feedbackId: 'f' },
});

describe('an event of SES', () => {
  test.each([
    [{ eventType: 'Send', send: {} }, 'accepted', []],
    [{ eventType: 'Delivery', delivery: {} }, 'delivered', []],
    [{ eventType: 'DeliveryDelay', deliveryDelay: { delayType: 'MailboxFull' } }, 'delayed', []],
    [{ eventType: 'Reject', reject: { reason: 'Bad content' } }, 'rejected', []],
    [{ eventType: 'Rendering Failure' }, 'rejected', []],
    [bounce('Permanent'), 'bounced', ['mel@acme.test']],
    [bounce('Permanent', 'Suppressed'), 'suppressed', ['mel@acme.test']],
    [bounce('Permanent', 'OnAccountSuppressionList'), 'suppressed', ['mel@acme.test']],
    [bounce('Transient', 'MailboxFull'), 'bounced_once', ['mel@acme.test']],
    [bounce('Undetermined', 'Undetermined'), 'bounced_once', ['mel@acme.test']],
    [{ eventType: 'Complaint', complaint: { complainedRecipients: mel } }, 'complained', ['mel@acme.test']],
    [
      {
        eventType: 'Complaint',
        complaint: { complaintSubType: 'OnAccountSuppressionList', complainedRecipients: mel },
      },
      'suppressed',
      ['mel@acme.test'],
    ],
  ])('%j', (detail, expected, addresses) => {
    expect(reportedMail(event(detail))).toEqual({
      event: expected,
      at: Date.UTC(2026, 2, 1, 12),
      addresses,
      notification: { ...ref, notificationId: 'n1' },
    });
  });

  test.each([
    ['none', {}],
    ['of something else', { kind: 'access-request' }],
    ['of no export', { ...mailTags(ref, 'n1'), exportId: '../../POOL' }],
  ])('with tags %s leads to no export, but still tells of the address', (_, tags) => {
    const reported = reportedMail(event(bounce('Permanent'), tags));
    expect(reported).toMatchObject({ event: 'bounced', addresses: ['mel@acme.test'] });
    expect(reported).not.toHaveProperty('notification');
  });

  test('that is unknown is refused', () => {
    expect(() => event({ eventType: 'Open' })).toThrow();
  });
});
