import type { Mailer, OutgoingMail } from '../../core/ports/mailer.ts';

/** A mail that went out. */
export interface SentMail extends OutgoingMail {
  readonly messageId: string;
}

/** A mailer that keeps what it sends. */
export interface MemoryMailer extends Mailer {
  /** Oldest first. */
  readonly sent: readonly SentMail[];
  /**
   * Lets one more of the next calls fail: `before` the mail went out, or `after`, when only the reply is lost.
   * Failures are met in the order in which they were asked for.
   */
  failNext(error: Error, when: 'before' | 'after'): void;
}

export function memoryMailer(): MemoryMailer {
  const sent: SentMail[] = [];
  const failures: { error: Error; when: 'before' | 'after' }[] = [];
  return {
    sent,
    failNext: (error, when) => void failures.push({ error, when }),
    async send(mail) {
      const failure = failures.shift();
      if (failure?.when === 'before') throw failure.error;
      const messageId = `message-${sent.length + 1}`;
      sent.push({ ...mail, messageId });
      if (failure?.when === 'after') throw failure.error;
      return { messageId };
    },
  };
}
