import { type MailContent, mailOf } from './mail-content.ts';
import { oneLine } from './wording.ts';

/** What the mail about somebody who asks for a report says. */
export interface AccessRequestFacts {
  readonly accountId: string;
  readonly reportTitle: string;
  readonly requesterName: string;
  readonly requesterEmail: string;
  readonly reason?: string | undefined;
  readonly recipientName: string;
  /** Whether the reader may change roles; otherwise they are to talk to somebody who may. */
  readonly mayDecide: boolean;
  /** To where roles are changed. */
  readonly link: string;
}

export function accessRequestMail(facts: AccessRequestFacts): MailContent {
  const title = oneLine(facts.reportTitle, 80);
  const account = oneLine(facts.accountId, 80);
  const requester = oneLine(facts.requesterName, 80);
  return mailOf({
    subject: `${requester} asks for access to ${title}`,
    greeting: `Hello ${oneLine(facts.recipientName, 80)},`,
    news: `${requester} would like to use the ${title} report, which their role does not allow.`,
    facts: [
      ['Report', title],
      ['Account', account],
      ['Asked by', `${requester} (${oneLine(facts.requesterEmail, 254)})`],
      ...(facts.reason === undefined ? [] : [['Reason', oneLine(facts.reason, 500)] as const]),
    ],
    advice: facts.mayDecide
      ? 'What to do: change their role if they should have it, or tell them why not. Nothing changes by itself.'
      : `What to do: the owners of ${account}, who have this mail too, can change the role. Nothing changes by itself.`,
    action: { label: 'Open the members', link: facts.link },
    aboutLink: 'The link opens the members of the account in the report center, where you sign in as usual.',
    reason: `You get this mail because you are an ${facts.mayDecide ? 'owner' : 'admin'} of the account ${account}.`,
  });
}
