import { createHash } from 'node:crypto';
import type { Readable } from 'node:stream';
import { AwsError, type AwsRequest } from './service.ts';

/**
 * Reads a whole body into memory.
 * @throws AwsError `RequestEntityTooLarge` above `limitBytes`
 */
export async function readBody(body: Readable, limitBytes: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let sizeBytes = 0;
  // Left undestroyed, the connection can still carry the answer when the body is refused half-way.
  for await (const chunk of body.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    sizeBytes += chunk.length;
    if (sizeBytes > limitBytes) {
      body.resume();
      throw new AwsError('RequestEntityTooLarge', 413, `The request body exceeds ${limitBytes} bytes.`);
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/**
 * Reads the whole body of a call to a service that takes none unsigned.
 * @throws AwsError `SignatureDoesNotMatch` when it is not the body that was signed, `RequestEntityTooLarge`
 */
export async function readSignedBody({ body, payloadHash }: AwsRequest, limitBytes: number): Promise<Buffer> {
  const bytes = await readBody(body, limitBytes);
  if (sha256Hex(bytes) === payloadHash) return bytes;
  throw new AwsError('SignatureDoesNotMatch', 403, 'The body does not have the SHA-256 that was signed.');
}

/** SHA-256 in lower-case hex, as `x-amz-content-sha256` states it. */
export function sha256Hex(data: Buffer): string {
  return createHash('sha256').update(data).digest('hex');
}
