import type { Bucket, LifecycleRule } from './bucket.ts';
import type { StoredObject } from './stored-object.ts';

const DAY_MS = 24 * 60 * 60 * 1000;

/** What a sweep removed from one bucket. */
export interface SweptBucket {
  readonly bucket: string;
  readonly expiredKeys: readonly string[];
  readonly abortedUploadIds: readonly string[];
}

/**
 * Applies a bucket's lifecycle rules: expiration of objects, and the end of uploads that were never completed.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/intro-lifecycle-rules.html
 */
export async function sweepBucket(bucket: Bucket, nowMs: number): Promise<SweptBucket> {
  const rules = bucket.lifecycleRules;
  const expired = bucket.objects().filter((object) => rules.some((rule) => expires(rule, object, nowMs)));
  for (const { key } of expired) await bucket.deleteObject(key);
  const abandoned = bucket
    .uploads()
    .filter(({ key, initiatedMs }) =>
      rules.some(
        ({ prefix = '', abortIncompleteMultipartUploadDays: days }) =>
          key.startsWith(prefix) && isPast(initiatedMs, days, nowMs),
      ),
    );
  for (const upload of abandoned) await bucket.abortUpload(upload);
  return {
    bucket: bucket.name,
    expiredKeys: expired.map(({ key }) => key),
    abortedUploadIds: abandoned.map(({ id }) => id),
  };
}

function expires(rule: LifecycleRule, object: StoredObject, nowMs: number): boolean {
  const hasTag = (wanted: { key: string; value: string }) =>
    object.tags.some(({ key, value }) => key === wanted.key && value === wanted.value);
  return (
    object.key.startsWith(rule.prefix ?? '') &&
    (rule.tags ?? []).every(hasTag) &&
    isPast(object.lastModifiedMs, rule.expirationDays, nowMs)
  );
}

/** S3 counts whole days and then rounds up to the next midnight UTC. */
function isPast(sinceMs: number, days: number | undefined, nowMs: number): boolean {
  if (days === undefined) return false;
  return Math.ceil((sinceMs + days * DAY_MS) / DAY_MS) * DAY_MS <= nowMs;
}
