import type { S3Call } from './call.ts';
import { preconditionFailed } from './errors.ts';
import type { StoredObject } from './stored-object.ts';

/**
 * Evaluates the conditional headers of a read in RFC 9110's order.
 * @returns whether the caller's copy is still good, so that the answer is 304
 * @throws AwsError `PreconditionFailed`
 */
export function isNotModified(call: S3Call, object: StoredObject): boolean {
  const ifMatch = call.headers.get('if-match');
  const ifNoneMatch = call.headers.get('if-none-match');
  if (ifMatch !== undefined) {
    if (!listsTag(ifMatch, object.etag)) throw preconditionFailed('If-Match');
  } else if (isModifiedSince(object, call.headers.get('if-unmodified-since')) === true) {
    throw preconditionFailed('If-Unmodified-Since');
  }
  if (ifNoneMatch !== undefined) return listsTag(ifNoneMatch, object.etag);
  return isModifiedSince(object, call.headers.get('if-modified-since')) === false;
}

/** Whether a `Range` may be answered: not when `If-Range` names another version, which asks for the whole object. */
export function rangeApplies(call: S3Call, object: StoredObject): boolean {
  const ifRange = call.headers.get('if-range');
  if (ifRange === undefined) return true;
  if (ifRange.startsWith('"')) return listsTag(ifRange, object.etag);
  return isModifiedSince(object, ifRange) === false;
}

function listsTag(header: string, etag: string): boolean {
  return header.split(',').some((tag) => ['*', etag, `"${etag}"`].includes(tag.trim().replace(/^W\//, '')));
}

/** In whole seconds, as HTTP dates are; undefined when the header is absent or no date. */
function isModifiedSince(object: StoredObject, header: string | undefined): boolean | undefined {
  const sinceMs = Date.parse(header ?? '');
  if (Number.isNaN(sinceMs)) return undefined;
  return Math.floor(object.lastModifiedMs / 1000) * 1000 > sinceMs;
}
