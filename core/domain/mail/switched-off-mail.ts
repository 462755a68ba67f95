import { type MailContent, mailOf } from './mail-content.ts';
import { momentText, oneLine } from './wording.ts';

/** Why, by the endpoint's record. */
const reasons = {
  gone: 'It answered 410 Gone, which says that it wants no more events.',
  failing: 'Nothing sent to it within the last 24 hours was answered with success.',
} as const;

/** What the mail about a webhook endpoint that was switched off says. */
export interface SwitchedOffFacts {
  readonly accountId: string;
  readonly recipientName: string;
  readonly url: string;
  readonly description?: string | undefined;
  readonly reason: keyof typeof reasons;
  /** Epoch milliseconds. */
  readonly at: number;
  readonly endpointId: string;
  /** To the report center. */
  readonly link: string;
}

export function switchedOffMail(facts: SwitchedOffFacts): MailContent {
  const account = oneLine(facts.accountId, 80);
  const { description } = facts;
  return mailOf({
    subject: `A webhook endpoint of ${account} was switched off`,
    greeting: `Hello ${oneLine(facts.recipientName, 80)},`,
    news: `Waybill no longer sends events to one of the webhook endpoints of ${account}.`,
    facts: [
      ['Account', account],
      ['Endpoint', oneLine(facts.url, 300)],
      ...(description === undefined ? [] : [['Description', oneLine(description, 200)] as const]),
      ['Id', facts.endpointId],
      ['Switched off', momentText(facts.at, 'UTC')],
      ['Reason', reasons[facts.reason]],
    ],
    advice:
      'What to do: see what it answered in its list of deliveries, repair the receiver, and switch the endpoint on ' +
      'again. What happened while it was off is not sent.',
    action: { label: 'Open the report center', link: facts.link },
    aboutLink: 'The link opens the report center, where you sign in as usual.',
    reason: `You get this mail because you manage the webhooks of the account ${account}.`,
  });
}
