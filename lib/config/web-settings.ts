import type * as z from 'zod';
import { origins, textLike } from './fields.ts';

const webUrlFix =
  'must be the URL of the report center, which links in mails begin with, and must not end in a slash; left out, it is ' +
  "the distribution's own";
/** Where people open the report center. */
export const webUrl = textLike(/^https?:\/\/[^\s?#]*[^\s?#/]$/, webUrlFix);

/** Whose pages may call the API and read files, besides the report center's, which is one origin with the API. */
export const allowedOrigins = origins(
  'must be a list of the origins, https://host, whose pages may call the API and read files; each is named in full',
);

const certificateFix =
  'must be the ARN of a certificate of ACM in us-east-1, where CloudFront looks for it, for the host of webUrl';

/** Of the certificate for the host of `webUrl`. */
export const certificateArn = textLike(/^arn:aws[\w-]*:acm:us-east-1:\d{12}:certificate\//, certificateFix);

/** A certificate is for a host. */
export function hasHostOfCertificate({
  value: { certificateArn, webUrl },
  issues,
}: z.core.ParsePayload<{ certificateArn?: string | undefined; webUrl?: string | undefined }>): void {
  if (certificateArn === undefined || webUrl !== undefined) return;
  issues.push({ code: 'custom', input: undefined, path: ['webUrl'], message: webUrlFix });
}
