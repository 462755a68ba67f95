import { type MailContent, mailOf } from './mail-content.ts';
import { addressTo, type People } from './people.ts';
import { countText, momentText, oneLine, sizeText } from './wording.ts';

/** What the mail about a finished export says; times are epoch milliseconds. */
export interface ReadyFacts extends People {
  readonly reportTitle: string;
  /** What part of the data the report was narrowed to, e.g. the name of an event. */
  readonly scopeLabel?: string | undefined;
  readonly accountId: string;
  readonly fileName: string;
  /** How many files it is. @default 1 */
  readonly partFiles?: number | undefined;
  readonly bytes: number;
  readonly rows: number;
  /** e.g. `csv` */
  readonly format: string;
  /** To the page that hands out the file. */
  readonly link: string;
  readonly linkExpiresAt: number;
  readonly fileExpiresAt: number;
  /** IANA name of the export's time zone. */
  readonly timeZone: string;
}

export function readyMail(facts: ReadyFacts): MailContent {
  const title = oneLine(facts.reportTitle, 80);
  const account = oneLine(facts.accountId, 80);
  const { greeting, requester, isRequester, reason, noteFacts } = addressTo(facts, account);
  const scope = facts.scopeLabel === undefined ? [] : [['Limited to', oneLine(facts.scopeLabel, 120)] as const];
  const partFiles = facts.partFiles ?? 1;
  const isOne = partFiles === 1;
  const name = oneLine(facts.fileName, 200);
  const until = momentText(facts.linkExpiresAt, facts.timeZone);
  return mailOf({
    subject: `Your ${title} export is ready`,
    greeting,
    news: isRequester
      ? `The ${title} export you asked for is ready to download.`
      : `${requester} exported ${title}, and the ${isOne ? 'file is' : 'files are'} ready for you to download.`,
    facts: [
      ['Report', title],
      ...scope,
      ['Account', account],
      isOne ? ['File', name] : ['Files', `${name} in ${countText(partFiles)} part files`],
      ['Size', sizeText(facts.bytes)],
      ['Rows', countText(facts.rows)],
      ['Format', oneLine(facts.format.toUpperCase(), 20)],
      ['Kept until', momentText(facts.fileExpiresAt, facts.timeZone)],
      ...noteFacts,
    ],
    action: { label: isOne ? 'Download the file' : 'See the files', link: facts.link },
    aboutLink:
      `The link works until ${until}. It asks you to sign in, and your access to the report is checked again, so it ` +
      'opens nothing for anybody else.',
    reason,
  });
}
