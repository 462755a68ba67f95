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

/** Parts the hash of a body from what a tag says besides; no hash has it. */
const AFTER_PREFIX = '.';

/**
 * 200 with an entity tag over the rendered body, or 304 when the caller has exactly that body already: with the tag under
 * which they have it, whatever it says besides.
 * @param options.tagPrefix what the next request is to bring along
 * @see https://www.rfc-editor.org/rfc/rfc9110#section-13.1.2
 */
export function conditional(
  body: unknown,
  ifNoneMatch: string | undefined,
  { headers, tagPrefix }: { readonly headers: Record<string, string>; readonly tagPrefix: string },
): ApiResponse {
  const response = json(200, body, headers);
  const hash = createHash('sha256')
    .update(response.body ?? '')
    .digest('base64url')
    .slice(0, 27);
  const etag = `"${tagPrefix}${AFTER_PREFIX}${hash}"`;
  const known = tagsOf(ifNoneMatch);
  const same = known.includes('*') ? etag : known.find((tag) => tag.endsWith(`${AFTER_PREFIX}${hash}"`));
  if (same !== undefined) {
    return { statusCode: 304, headers: { etag: same, 'cache-control': 'private, no-cache', ...headers } };
  }
  return { ...response, headers: { ...response.headers, etag } };
}

/** What was written before the hash of the first tag that is asked with; empty when nothing was. */
export function prefixOfTag(ifNoneMatch: string | undefined): string {
  const [first = ''] = tagsOf(ifNoneMatch);
  return first.slice(1, Math.max(1, first.lastIndexOf(AFTER_PREFIX)));
}

function tagsOf(ifNoneMatch: string | undefined): readonly string[] {
  return (ifNoneMatch ?? '').split(',').map((tag) => tag.trim().replace(/^W\//, ''));
}
