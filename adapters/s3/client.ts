import { S3Client, type S3ClientConfig } from '@aws-sdk/client-s3';

/** Unanswered for this long, a request is given up and tried again. */
const SOCKET_TIMEOUT_MS = 60_000;
const MAX_ATTEMPTS = 5;

/**
 * An S3 client for large uploads: each part brings a CRC32 of its own, so that neither a second checksum nor a SHA-256 of the
 * part for the signature has to be computed. S3 refuses a part that does not agree with its CRC32, which is signed.
 *
 * Nor does a part ask with `Expect: 100-continue` whether it may come: the SDK opens a connection of its own for each
 * request that asks, and a part is not so much that it would be a pity to have sent it in vain.
 * @see https://github.com/smithy-lang/smithy-typescript/pull/1754
 */
export function fileClient(config: S3ClientConfig = {}): S3Client {
  const client = new S3Client({
    maxAttempts: MAX_ATTEMPTS,
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
    expectContinueHeader: false,
    requestHandler: { connectionTimeout: 5_000, socketTimeout: SOCKET_TIMEOUT_MS },
    ...config,
  });
  client.middlewareStack.add(
    (next, context) => (call) => {
      if (context.commandName === 'UploadPartCommand') {
        const request = call.request as { headers: Record<string, string> };
        request.headers['x-amz-content-sha256'] = 'UNSIGNED-PAYLOAD';
      }
      return next(call);
    },
    { step: 'build', name: 'unsignedParts' },
  );
  return client;
}
