import { createHash } from 'node:crypto';
import type { ApiResponse } from './api-handler.ts';

/** A JSON answer. Nothing of the API may be kept by shared caches. */
export function json(statusCode: number, body: unknown, headers: Record<string, string> = {}): ApiResponse {
  return {
    statusCode,
    headers: { 'content-type': 'application/json', 'cache-control': 'private, no-cache', ...headers },
    body: JSON.stringify(body),
  };
}

/** Headers of an answer that holds a presigned URL: nobody keeps it, and no other site is told of it. */
export const notKept = { 'cache-control': 'no-store', 'referrer-policy': 'no-referrer' };

/**
 * 200 with an entity tag over the rendered body, or 304 when the caller has exactly that body already.
 * @see https://www.rfc-editor.org/rfc/rfc9110#section-13.1.2
 */
export function conditional(
  body: unknown,
  ifNoneMatch: string | undefined,
  headers: Record<string, string> = {},
): ApiResponse {
  const response = json(200, body, headers);
  const etag = `"${createHash('sha256')
    .update(response.body ?? '')
    .digest('base64url')
    .slice(0, 27)}"`;
  const known = (ifNoneMatch ?? '').split(',').map((tag) => tag.trim().replace(/^W\//, ''));
  if (known.includes(etag) || known.includes('*')) {
    return { statusCode: 304, headers: { etag, 'cache-control': 'private, no-cache', ...headers } };
  }
  return { ...response, headers: { ...response.headers, etag } };
}
