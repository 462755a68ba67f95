import { type MailContent, mailOf } from './mail-content.ts';
import { addressTo, type People } from './people.ts';
import { momentText, oneLine } from './wording.ts';

/** What the mail about a failed export says; times are epoch milliseconds. */
export interface FailedFacts extends People {
  readonly reportTitle: string;
  readonly accountId: string;
  /** The reason in safe words, as the report center shows it. */
  readonly message: string;
  /** Whether asking for less would help. */
  readonly narrowerFilters: boolean;
  /** Whether the same request can be expected to succeed. */
  readonly retryable: boolean;
  /** Whether it was started once more by itself. */
  readonly startedAgain: boolean;
  /** To the export in the report center; the new one, if it was started once more. */
  readonly link: string;
  readonly createdAt: number;
  /** IANA name of the export's time zone. */
  readonly timeZone: string;
}

export function failedMail(facts: FailedFacts): MailContent {
  const title = oneLine(facts.reportTitle, 80);
  const account = oneLine(facts.accountId, 80);
  const { greeting, requester, isRequester, reason, noteFacts } = addressTo(facts, account);
  return mailOf({
    subject: `Your ${title} export failed`,
    greeting,
    news: isRequester
      ? `The ${title} export you asked for failed. There is no file.`
      : `The ${title} export that ${requester} asked for failed. There is no file.`,
    facts: [
      ['Report', title],
      ['Account', account],
      ['Requested', momentText(facts.createdAt, facts.timeZone)],
      ['Reason', oneLine(facts.message, 500)],
      ...noteFacts,
    ],
    advice: adviceOn(facts),
    action: { label: 'Open the export', link: facts.link },
    aboutLink: 'The link opens the export in the report center, where you sign in as usual.',
    reason,
  });
}

function adviceOn({ narrowerFilters, retryable, startedAgain }: FailedFacts): string {
  if (startedAgain) return 'There is nothing to do: it runs again, and a mail will say how that ends.';
  if (narrowerFilters && retryable) {
    return 'What to do: open the export and start it again with a narrower date range, or retry it as it was.';
  }
  if (narrowerFilters) return 'What to do: open the export and start it again with a narrower date range.';
  if (retryable) return 'What to do: open the export and retry it. It then runs with the same choices.';
  return 'What to do: a retry would fail in the same way. Open the export to see what was asked for and request it differently.';
}
