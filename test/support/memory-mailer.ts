import type { Mailer, OutgoingMail } from '../../core/ports/mailer.ts';

/** A mail that went out. */
export interface SentMail extends OutgoingMail {
  readonly messageId: string;
}

/** A mailer that keeps what it sends. */
export interface MemoryMailer extends Mailer {
  /** Oldest first. */
  readonly sent: SentMail[];
  /**
   * Lets one more of the next calls fail: `before` the mail went out, or `after`, when only the reply is lost.
   * Failures are met in the order in which they were asked for.
   */
  failNext(error: Error, when: 'before' | 'after'): void;
  /** Runs before each mail goes out, which then does not if it throws. */
  beforeSend: (mail: OutgoingMail) => void;
  /** Runs after each mail went out, whose reply is lost if it throws. */
  afterSend: (mail: OutgoingMail) => void;
}

export function memoryMailer(): MemoryMailer {
  const failures: { error: Error; when: 'before' | 'after' }[] = [];
  const mailer: MemoryMailer = {
    sent: [],
    failNext: (error, when) => void failures.push({ error, when }),
    beforeSend: () => {},
    afterSend: () => {},
    async send(mail) {
      const failure = failures.shift();
      if (failure?.when === 'before') throw failure.error;
      mailer.beforeSend(mail);
      const messageId = `message-${mailer.sent.length + 1}`;
      mailer.sent.push({ ...mail, messageId });
      if (failure?.when === 'after') throw failure.error;
      mailer.afterSend(mail);
      return { messageId };
    },
  };
  return mailer;
}
