import { createHash } from 'node:crypto';
import type { Readable } from 'node:stream';
import { AwsError } from './service.ts';

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

/** SHA-256 in lower-case hex, as `x-amz-content-sha256` states it. */
export function sha256Hex(data: Buffer): string {
  return createHash('sha256').update(data).digest('hex');
}
