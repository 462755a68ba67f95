import type { Letter } from './letter.ts';
import { letterHtml } from './letter-html.ts';

/** The parts of a mail, for a mailer to send. */
export interface MailContent {
  /** One line. */
  readonly subject: string;
  readonly text: string;
  readonly html: string;
}

/** Writes a letter as text and as HTML. */
export function mailOf(letter: Letter): MailContent {
  return { subject: letter.subject, text: letterText(letter), html: letterHtml(letter) };
}

function letterText({ greeting, news, facts, advice, action, aboutLink, reason }: Letter): string {
  const table = facts.map(([label, value]) => `${label}: ${value}`).join('\n');
  const blocks = [greeting, news, table, advice, `${action.label}:\n${action.link}`, aboutLink, `-- \n${reason}`];
  return `${blocks.filter((block) => block !== undefined).join('\n\n')}\n`;
}
