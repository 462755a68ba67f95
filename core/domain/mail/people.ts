import { oneLine } from './wording.ts';

/** Longest name shown; nobody needs more to know who is meant. */
const NAME_LENGTH = 80;

/** Who asked for an export, and who reads about it: the same name twice when that is one person. */
export interface People {
  readonly requestedByName: string;
  readonly recipientName: string;
  /** What the requester wanted to tell the recipients. */
  readonly note?: string | undefined;
}

/** How a mail addresses its reader. */
export interface Addressed {
  readonly greeting: string;
  readonly requester: string;
  readonly isRequester: boolean;
  readonly reason: string;
  /** The note, if there is one, for the facts. */
  readonly noteFacts: readonly (readonly [label: string, value: string])[];
}

/** @param account the account's name, as one line */
export function addressTo({ requestedByName, recipientName, note }: People, account: string): Addressed {
  const requester = oneLine(requestedByName, NAME_LENGTH);
  const isRequester = requestedByName === recipientName;
  return {
    greeting: `Hello ${oneLine(recipientName, NAME_LENGTH)},`,
    requester,
    isRequester,
    reason: isRequester
      ? `You get this mail because you asked for this export in the account ${account}.`
      : `You get this mail because ${requester} named you as a recipient of this export in the account ${account}.`,
    noteFacts: note === undefined ? [] : [['Note', oneLine(note, 500)]],
  };
}
