import { type SESClient, SendEmailCommand } from '@aws-sdk/client-ses';
import { type Mailer, MailRefusedError } from '../../core/ports/mailer.ts';

export interface SesMailerOptions {
  /** The sender: `reports@example.com` or `Waybill <reports@example.com>`, in ASCII. */
  readonly from: string;
  /** Name of the configuration set that publishes what becomes of each mail. */
  readonly configurationSet: string;
}

/** An address without a name, as RFC 5321 has it but for quoted local parts, which nobody uses and SES mistreats. */
const address = /^[\w.!#$%&'*+/=?^`{|}~-]{1,64}@(?:[a-z\d](?:[a-z\d-]{0,61}[a-z\d])?\.)+[a-z\d-]{2,63}$/i;

// biome-ignore lint/suspicious/noControlCharactersInRegex: a header made of them could become several headers
const controlCharacters = /[\u0000-\u001f\u007f-\u009f\u2028\u2029]+/g;

/** SES's errors that say that this mail can never be sent; all others may be over the next time. */
const refusals: readonly string[] = [
  'InvalidParameterCombination',
  'InvalidParameterValue',
  'MailFromDomainNotVerifiedException',
  'MessageRejected',
  'ValidationError',
];

/** Amazon SES; the client should come from `mailClient`. */
export function sesMailer(client: SESClient, { from, configurationSet }: SesMailerOptions): Mailer {
  return {
    async send({ to, subject, text, html, tags }) {
      if (!address.test(to)) throw new MailRefusedError('This is no address that mail can be sent to.');
      const command = new SendEmailCommand({
        Source: from,
        Destination: { ToAddresses: [to] },
        Message: {
          Subject: utf8(subject.replace(controlCharacters, ' ')),
          Body: { Text: utf8(text), Html: utf8(html) },
        },
        ConfigurationSetName: configurationSet,
        Tags: Object.entries(tags).map(([Name, Value]) => ({ Name, Value })),
      });
      const { MessageId: messageId } = await client.send(command).catch(rethrow);
      if (messageId === undefined) throw new Error('SES answered without the id of the message.');
      return { messageId };
    },
  };
}

function utf8(text: string) {
  return { Data: text.toWellFormed(), Charset: 'UTF-8' };
}

function rethrow(error: unknown): never {
  if (error instanceof Error && refusals.includes(error.name)) {
    throw new MailRefusedError('The mail service refused the mail.', { cause: error });
  }
  throw error;
}
