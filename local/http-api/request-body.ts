import type { IncomingMessage } from 'node:http';

/** The largest body an HTTP API takes. */
const BODY_LIMIT_BYTES = 10 * 1024 * 1024;

export class BodyTooLargeError extends Error {
  override readonly name = 'BodyTooLargeError';
}

/**
 * Reads a whole request body.
 * @throws BodyTooLargeError above {@link BODY_LIMIT_BYTES}; the rest is read and dropped, so that the client sees the answer
 */
export async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let sizeBytes = 0;
  return new Promise((resolve, reject) => {
    request.on('data', (chunk: Buffer) => {
      sizeBytes += chunk.length;
      if (sizeBytes > BODY_LIMIT_BYTES) {
        chunks.length = 0;
        reject(new BodyTooLargeError(`The body is larger than ${BODY_LIMIT_BYTES} bytes`));
      } else {
        chunks.push(chunk);
      }
    });
    request.on('end', () => resolve(Buffer.concat(chunks)));
    request.on('error', reject);
  });
}
