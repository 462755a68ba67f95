import * as z from 'zod';
import { AwsError } from '../aws-endpoint/service.ts';

const content = z.strictObject({ Data: z.string(), Charset: z.literal('UTF-8').optional() });

/** What the local SES takes of SendEmail; a mail has one recipient. */
export const sendEmailInput = z.strictObject({
  Source: z.string(),
  Destination: z.strictObject({ ToAddresses: z.tuple([z.string()]) }),
  Message: z.strictObject({
    Subject: content,
    Body: z.strictObject({ Text: content.optional(), Html: content.optional() }),
  }),
  ConfigurationSetName: z.string().optional(),
  Tags: z.array(z.strictObject({ Name: z.string(), Value: z.string() })).default([]),
});

export type SendEmailInput = z.output<typeof sendEmailInput>;

/** An address with the name that is shown beside it. */
export interface NamedAddress {
  /** As written, name included. */
  readonly text: string;
  readonly address: string;
  readonly domain: string;
}

/**
 * Reads `reports@example.com` or `Waybill <reports@example.com>`.
 * @throws AwsError `InvalidParameterValue` for what SES takes for no address; letters outside of ASCII have to be encoded
 */
export function parseAddress(text: string): NamedAddress {
  const [, bracketed] = /^[^<>]*<([^<>]*)>$/.exec(text) ?? [];
  const address = bracketed ?? text;
  const domain = address.slice(address.indexOf('@') + 1);
  if (!/^[\x20-\x7e]+$/.test(text)) throw invalid(`Address contains control or non-ASCII characters: ${visible(text)}`);
  if (!/^[^\s@,;:<>()[\]"\\]+@[^\s@,;:<>()[\]"\\]+$/.test(address)) throw invalid(`Invalid address: ${text}`);
  return { text, address, domain };
}

/** @throws AwsError `InvalidParameterValue` for a subject or a tag that SES does not take */
export function checkContent({ Message: message, Tags: tags }: SendEmailInput): void {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters to refuse
  if (/[\u0000-\u001f\u007f]/.test(message.Subject.Data)) throw invalid('The subject contains control characters.');
  const wrong = tags.flatMap(({ Name, Value }) => [Name, Value]).find((word) => !/^[\w-]{1,256}$/.test(word));
  if (wrong === undefined) return;
  throw invalid(`Invalid tag "${visible(wrong)}": only alphanumeric ASCII characters, '_', and '-' are allowed.`);
}

function visible(text: string): string {
  return JSON.stringify(text).slice(1, -1);
}

function invalid(message: string): AwsError {
  return new AwsError('InvalidParameterValue', 400, message);
}
