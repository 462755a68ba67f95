import type { Mailer, OutgoingMail } from '../../core/ports/mailer.ts';

/** A mail service whose failures are in the test's hands. */
export class FakeMailer implements Mailer {
  /** What has gone out. */
  readonly sent: OutgoingMail[] = [];
  /** Runs before each mail goes out, which then does not if it throws. */
  beforeSend: (mail: OutgoingMail) => Promise<void> | void = () => {};
  /** Runs after each mail went out, whose answer is lost if it throws. */
  afterSend: (mail: OutgoingMail) => Promise<void> | void = () => {};

  async send(mail: OutgoingMail): Promise<{ messageId: string }> {
    await this.beforeSend(mail);
    this.sent.push(mail);
    const messageId = `message-${this.sent.length}`;
    await this.afterSend(mail);
    return { messageId };
  }

  /** Whom mails went to, in order. */
  get recipients(): readonly string[] {
    return this.sent.map(({ to }) => to);
  }
}
