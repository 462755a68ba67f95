/** What a mail says, each part of it one line of plain text; both the text and the HTML are made of it. */
export interface Letter {
  readonly subject: string;
  readonly greeting: string;
  /** The news in a sentence; in lists of mails it stands behind the subject. */
  readonly news: string;
  /** Label and value, in the order in which they are read. */
  readonly facts: readonly (readonly [label: string, value: string])[];
  /** What to do now. */
  readonly advice?: string;
  readonly action: { readonly label: string; readonly link: string };
  /** What happens when the link is opened. */
  readonly aboutLink: string;
  /** Why the reader gets this mail. */
  readonly reason: string;
}
