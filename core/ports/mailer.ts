import { WaybillError } from '../domain/errors.ts';

/** One mail to one person. */
export interface OutgoingMail {
  /** An ASCII address; SES takes no others. */
  readonly to: string;
  /** One line. */
  readonly subject: string;
  readonly text: string;
  readonly html: string;
  /**
   * Come back with every event about this mail: letters, digits, `_` and `-` alone.
   * @see https://docs.aws.amazon.com/ses/latest/APIReference/API_MessageTag.html
   */
  readonly tags: Readonly<Record<string, string>>;
}

/** The mail service will never take this mail: the address or the content is refused. Sending it again is useless. */
export class MailRefusedError extends WaybillError {
  override readonly name = 'MailRefusedError';
  readonly code = 'mail_refused';
  readonly retryable = false;
}

/**
 * Sends mail. A call is tried once: after any error but MailRefusedError nobody knows whether the mail went out, and it
 * is for the caller to decide whether it is sent again.
 */
export interface Mailer {
  /**
   * @returns the mail service's id of the message
   * @throws MailRefusedError
   */
  send(mail: OutgoingMail): Promise<{ readonly messageId: string }>;
}
