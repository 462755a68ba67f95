import { Duration } from 'aws-cdk-lib';
import { CorsHttpMethod, type CorsPreflightOptions } from 'aws-cdk-lib/aws-apigatewayv2';
import { type CorsRule, HttpMethods } from 'aws-cdk-lib/aws-s3';
import type { WaybillConfig } from './config/config.ts';

type Origins = Pick<WaybillConfig, 'allowedOrigins'>;

/** How long a browser may go by an answer it has had: an origin that is taken away is gone after that. */
const MAX_AGE = Duration.minutes(10);

/**
 * What pages of other origins may ask of the API: all of it. Tokens are sent by the page, so there are no credentials that
 * a browser would add by itself.
 */
export function corsOfApi({ allowedOrigins }: Origins): CorsPreflightOptions | undefined {
  if (allowedOrigins.length === 0) return undefined;
  const { GET, POST, PUT, DELETE } = CorsHttpMethod;
  return {
    allowOrigins: [...allowedOrigins],
    allowMethods: [GET, POST, PUT, DELETE],
    allowHeaders: ['authorization', 'content-type', 'idempotency-key', 'if-none-match'],
    exposeHeaders: ['date', 'etag', 'location', 'retry-after'],
    maxAge: MAX_AGE,
  };
}

/**
 * What they may ask of the files behind a presigned URL: to be read, also from the middle. `Content-Length` and
 * `Content-Type` need not be exposed; checksums of S3 are not sent for a presigned URL, and the download tells the SHA-256.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/ManageCorsUsing.html
 * @see https://fetch.spec.whatwg.org/#cors-safelisted-response-header-name
 */
export function corsOfFiles({ allowedOrigins }: Origins): CorsRule[] {
  if (allowedOrigins.length === 0) return [];
  return [
    {
      allowedOrigins: [...allowedOrigins],
      allowedMethods: [HttpMethods.GET, HttpMethods.HEAD],
      allowedHeaders: ['range', 'if-range'],
      exposedHeaders: ['Accept-Ranges', 'Content-Disposition', 'Content-Range', 'ETag'],
      maxAge: MAX_AGE.toSeconds(),
    },
  ];
}
