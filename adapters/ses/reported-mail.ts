import type * as z from 'zod';
import { notificationOf } from '../../core/contract/mail-tags.ts';
import type { MailEventDetail, mailEvent } from '../../core/contract/payloads.ts';
import type { MailEvent, ReportedMail } from '../../core/domain/mail-event.ts';

/** What an event of SES tells, in our terms. */
export function reportedMail({ time, detail }: z.output<typeof mailEvent>): ReportedMail {
  const tags = Object.fromEntries(Object.entries(detail.mail.tags).map(([name, [value]]) => [name, value]));
  const notification = notificationOf(tags);
  return {
    event: eventOf(detail),
    at: Date.parse(time),
    addresses: addressesOf(detail),
    ...(notification && { notification }),
  };
}

function eventOf(detail: MailEventDetail): MailEvent {
  switch (detail.eventType) {
    case 'Bounce':
      return bounceOf(detail.bounce);
    case 'Complaint':
      return detail.complaint.complaintSubType === 'OnAccountSuppressionList' ? 'suppressed' : 'complained';
    case 'Send':
      return 'accepted';
    case 'Delivery':
      return 'delivered';
    case 'DeliveryDelay':
      return 'delayed';
    case 'Reject':
    case 'Rendering Failure':
      return 'rejected';
  }
}

/** @see https://docs.aws.amazon.com/ses/latest/dg/event-publishing-retrieving-sns-contents.html#event-publishing-retrieving-sns-contents-bounce-types */
function bounceOf({ bounceType, bounceSubType }: { bounceType: string; bounceSubType: string }): MailEvent {
  if (bounceType !== 'Permanent') return 'bounced_once';
  return /^(Suppressed|OnAccountSuppressionList)$/.test(bounceSubType) ? 'suppressed' : 'bounced';
}

function addressesOf(detail: MailEventDetail): readonly string[] {
  if (detail.eventType === 'Bounce') return detail.bounce.bouncedRecipients.map(({ emailAddress }) => emailAddress);
  if (detail.eventType !== 'Complaint') return [];
  return detail.complaint.complainedRecipients.map(({ emailAddress }) => emailAddress);
}
