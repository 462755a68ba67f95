import { randomBytes } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import {
  CopyObjectCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  GetObjectTaggingCommand,
  HeadBucketCommand,
  HeadObjectCommand,
  ListBucketsCommand,
  PutBucketPolicyCommand,
  PutObjectCommand,
  PutObjectTaggingCommand,
} from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BUCKET, failureOf, type LocalS3, startLocalS3 } from './local-s3.ts';

let s3: LocalS3;
beforeAll(async () => {
  s3 = await startLocalS3();
});
afterAll(() => s3[Symbol.asyncDispose]());

const put = (Key: string, Body: string | Buffer, more: object = {}) =>
  s3.client.send(new PutObjectCommand({ Bucket: BUCKET, Key, Body, ...more }));
const get = (Key: string, more: object = {}) => s3.client.send(new GetObjectCommand({ Bucket: BUCKET, Key, ...more }));
const head = (Key: string, more: object = {}) =>
  s3.client.send(new HeadObjectCommand({ Bucket: BUCKET, Key, ...more }));
const textOf = async (Key: string, more: object = {}) => (await get(Key, more)).Body?.transformToString();

describe('an object', () => {
  it('comes back with everything it was given', async () => {
    const { ETag } = await put('report.csv', 'a,b\n', {
      ContentType: 'text/csv',
      ContentDisposition: 'attachment; filename="report.csv"',
      ContentEncoding: 'gzip',
      CacheControl: 'no-store',
      Metadata: { export: 'exp_1' },
      ServerSideEncryption: 'aws:kms',
      SSEKMSKeyId: 'arn:aws:kms:us-east-1:000000000000:key/1',
      Tagging: 'retention=7&kind=a%20b',
    });
    const { Body, $metadata, LastModified, ...object } = await get('report.csv');
    expect(await Body?.transformToString()).toBe('a,b\n');
    expect(object).toMatchObject({
      ETag,
      ContentType: 'text/csv',
      ContentLength: 4,
      ContentDisposition: 'attachment; filename="report.csv"',
      ContentEncoding: 'gzip',
      CacheControl: 'no-store',
      Metadata: { export: 'exp_1' },
      ServerSideEncryption: 'aws:kms',
      SSEKMSKeyId: 'arn:aws:kms:us-east-1:000000000000:key/1',
      TagCount: 2,
      AcceptRanges: 'bytes',
    });
    expect(Math.abs((LastModified?.getTime() ?? 0) - Date.now())).toBeLessThan(5_000);
    expect(await head('report.csv')).toMatchObject({ ETag, ContentLength: 4, ContentType: 'text/csv' });
  });

  it.each([
    'with space.csv',
    'plus+and%20percent%.csv',
    'exports/acme/ünïcödé 報告 🎉.csv',
    '/leading//double/slash/',
    'quotes\'"()!*~&=?#;:@,$',
    'dots/../../up/./here',
    ' spaces at both ends ',
    'k'.repeat(1024),
  ])('has the key %s', async (key) => {
    await put(key, key);
    expect(await textOf(key)).toBe(key);
  });

  it('may be empty', async () => {
    await put('empty', Buffer.alloc(0));
    expect((await get('empty')).ContentLength).toBe(0);
    expect(await textOf('empty')).toBe('');
  });

  it('is replaced as a whole, and its old bytes leave the disk', async () => {
    const filesBefore = (await readdir(join(s3.directory, BUCKET, 'data'))).length;
    await put('replaced', 'first', { ContentType: 'text/csv', Tagging: 'a=b' });
    await put('replaced', 'second!');
    expect(await get('replaced')).toMatchObject({ ContentLength: 7, ContentType: 'application/octet-stream' });
    expect(await readdir(join(s3.directory, BUCKET, 'data'))).toHaveLength(filesBefore + 1);
  });

  it('stays readable to the end while it is deleted', async () => {
    const bytes = randomBytes(8 * 1024 ** 2);
    await put('going', bytes);
    const { Body } = await get('going');
    await s3.client.send(new DeleteObjectCommand({ Bucket: BUCKET, Key: 'going' }));
    expect(Buffer.from((await Body?.transformToByteArray()) ?? []).equals(bytes)).toBe(true);
    expect(await failureOf(get('going'))).toBe('404 NoSuchKey');
  });

  it('arrives from a stream, whose framing is not stored', async () => {
    const bytes = randomBytes(300_000);
    await put('streamed', Readable.from([bytes.subarray(0, 70_000), bytes.subarray(70_000)]) as never, {
      ContentLength: bytes.length,
    });
    const object = await get('streamed');
    expect(object.ContentEncoding).toBeUndefined();
    expect(Buffer.from((await object.Body?.transformToByteArray()) ?? []).equals(bytes)).toBe(true);
  });

  it('is missing with NoSuchKey, or NotFound on HEAD', async () => {
    expect(await failureOf(get('missing'))).toBe('404 NoSuchKey');
    expect(await failureOf(head('missing'))).toBe('404 NotFound');
  });
});

describe('a checksum', () => {
  it('is stored when given, and told when asked for', async () => {
    expect(await put('summed', 'hello')).toMatchObject({ ChecksumCRC32: 'NhCmhg==', ChecksumType: 'FULL_OBJECT' });
    expect(await head('summed', { ChecksumMode: 'ENABLED' })).toMatchObject({ ChecksumCRC32: 'NhCmhg==' });
    expect((await head('summed')).ChecksumCRC32).toBeUndefined();
    expect((await get('summed', { ChecksumMode: 'ENABLED', Range: 'bytes=0-1' })).ChecksumCRC32).toBeUndefined();
  });

  it('is absent when none was given', async () => {
    const client = s3.clientWith({ requestChecksumCalculation: 'WHEN_REQUIRED' });
    await client.send(new PutObjectCommand({ Bucket: BUCKET, Key: 'unsummed', Body: 'hello' }));
    expect((await head('unsummed', { ChecksumMode: 'ENABLED' })).ChecksumCRC32).toBeUndefined();
  });

  it.each([
    ['CRC32', { ChecksumCRC32: 'AAAAAA==' }, '400 BadDigest'],
    ['MD5', { ContentMD5: 'AAAAAAAAAAAAAAAAAAAAAA==' }, '400 BadDigest'],
    ['another algorithm', { ChecksumAlgorithm: 'SHA256' }, '501 NotImplemented'],
  ])('that does not fit refuses the object: %s', async (_, more, failure) => {
    expect(await failureOf(put('refused', 'hello', more))).toBe(failure);
    expect(await failureOf(head('refused'))).toBe('404 NotFound');
  });

  it('by MD5 is accepted when it fits', async () => {
    await put('md5', 'hello', { ContentMD5: 'XUFAKrxLKna5cZ2REBfFkg==' });
    expect(await textOf('md5')).toBe('hello');
  });
});

describe('a range', () => {
  beforeAll(() => put('digits', '0123456789'));

  it.each([
    ['bytes=2-5', '2345', 'bytes 2-5/10'],
    ['bytes=7-', '789', 'bytes 7-9/10'],
    ['bytes=-4', '6789', 'bytes 6-9/10'],
    ['bytes=0-99', '0123456789', 'bytes 0-9/10'],
  ])('%s', async (Range, text, ContentRange) => {
    const { Body, $metadata, ...object } = await get('digits', { Range });
    expect($metadata.httpStatusCode).toBe(206);
    expect(object).toMatchObject({ ContentRange, ContentLength: text.length });
    expect(await Body?.transformToString()).toBe(text);
  });

  it('past the end is 416', async () => {
    expect(await failureOf(get('digits', { Range: 'bytes=10-' }))).toBe('416 InvalidRange');
  });
});

describe('a conditional read', () => {
  it('answers 304, 412 or the object', async () => {
    const { ETag } = await put('versioned', 'one');
    expect(await failureOf(get('versioned', { IfNoneMatch: ETag }))).toMatch(/^304/);
    expect(await failureOf(get('versioned', { IfMatch: '"other"' }))).toBe('412 PreconditionFailed');
    expect(await textOf('versioned', { IfMatch: ETag, IfNoneMatch: '"other"' })).toBe('one');
    const future = new Date(Date.now() + 60_000);
    expect(await failureOf(get('versioned', { IfModifiedSince: future }))).toMatch(/^304/);
    expect(await failureOf(get('versioned', { IfUnmodifiedSince: new Date(0) }))).toBe('412 PreconditionFailed');
    expect(await textOf('versioned', { IfModifiedSince: new Date(0), IfUnmodifiedSince: future })).toBe('one');
  });
});

describe('a conditional write', () => {
  it('never replaces an object', async () => {
    await put('once', 'first', { IfNoneMatch: '*' });
    expect(await failureOf(put('once', 'second', { IfNoneMatch: '*' }))).toBe('412 PreconditionFailed');
    expect(await textOf('once')).toBe('first');
  });

  it('is won by exactly one of many', async () => {
    const filesBefore = (await readdir(join(s3.directory, BUCKET, 'data'))).length;
    const writers = Array.from({ length: 12 }, (_, i) => put('raced', `writer ${i}`, { IfNoneMatch: '*' }));
    const outcomes = await Promise.allSettled(writers);
    const winners = outcomes.flatMap(({ status }, i) => (status === 'fulfilled' ? [i] : []));
    expect(winners).toHaveLength(1);
    expect(await textOf('raced')).toBe(`writer ${winners[0]}`);
    expect(await readdir(join(s3.directory, BUCKET, 'data'))).toHaveLength(filesBefore + 1);
  });
});

describe('deletion', () => {
  it('of one key succeeds whether or not it exists', async () => {
    await put('doomed', 'x');
    for (let i = 0; i < 2; i++) await s3.client.send(new DeleteObjectCommand({ Bucket: BUCKET, Key: 'doomed' }));
    expect(await failureOf(head('doomed'))).toBe('404 NotFound');
  });

  it('of several keys reports each, or none when quiet', async () => {
    const keys = ['several/a & b', 'several/<c>', 'several/ missing '];
    await put('several/a & b', 'x');
    await put('several/<c>', 'x');
    const remove = (Quiet: boolean) =>
      s3.client.send(
        new DeleteObjectsCommand({ Bucket: BUCKET, Delete: { Objects: keys.map((Key) => ({ Key })), Quiet } }),
      );
    expect((await remove(false)).Deleted).toEqual(keys.map((Key) => ({ Key })));
    expect((await remove(true)).Deleted).toBeUndefined();
    expect(await failureOf(head('several/<c>'))).toBe('404 NotFound');
  });

  it('of a version is refused and deletes nothing', async () => {
    await put('kept', 'x');
    const Delete = { Objects: [{ Key: 'kept', VersionId: 'v1' }] };
    expect(await failureOf(s3.client.send(new DeleteObjectsCommand({ Bucket: BUCKET, Delete })))).toBe(
      '400 MalformedXML',
    );
    expect(await textOf('kept')).toBe('x');
  });
});

describe('tags', () => {
  const tagsOf = async (Key: string) =>
    (await s3.client.send(new GetObjectTaggingCommand({ Bucket: BUCKET, Key }))).TagSet;
  const tag = (Key: string, TagSet: { Key: string; Value: string }[]) =>
    s3.client.send(new PutObjectTaggingCommand({ Bucket: BUCKET, Key, Tagging: { TagSet } }));

  it('are given on a put, replaced, and removed', async () => {
    await put('tagged', 'x', { Tagging: 'retention=7%20days&empty=' });
    expect(await tagsOf('tagged')).toEqual([
      { Key: 'retention', Value: '7 days' },
      { Key: 'empty', Value: '' },
    ]);
    await tag('tagged', [{ Key: 'k', Value: 'a & b' }]);
    expect(await tagsOf('tagged')).toEqual([{ Key: 'k', Value: 'a & b' }]);
    await tag('tagged', []);
    expect(await tagsOf('tagged')).toEqual([]);
    expect(await textOf('tagged')).toBe('x');
  });

  it('keep to the limits of S3', async () => {
    const eleven = Array.from({ length: 11 }, (_, i) => ({ Key: `k${i}`, Value: '' }));
    await put('tagged', 'x');
    expect(await failureOf(tag('tagged', eleven))).toBe('400 InvalidTag');
    expect(await failureOf(put('tagged', 'x', { Tagging: 'a=1&a=2' }))).toBe('400 InvalidTag');
    expect(await failureOf(tag('missing', [{ Key: 'k', Value: 'v' }]))).toBe('404 NoSuchKey');
  });
});

describe('what is not there', () => {
  it('is a bucket nobody declared', async () => {
    await s3.client.send(new HeadBucketCommand({ Bucket: BUCKET }));
    expect(await failureOf(s3.client.send(new HeadBucketCommand({ Bucket: 'other' })))).toBe('404 NotFound');
    const missing = s3.client.send(new GetObjectCommand({ Bucket: 'other', Key: 'k' }));
    expect(await failureOf(missing)).toBe('404 NoSuchBucket');
  });

  it.each([
    ['CopyObject', new CopyObjectCommand({ Bucket: BUCKET, Key: 'to', CopySource: `${BUCKET}/digits` })],
    ['PutBucketPolicy', new PutBucketPolicyCommand({ Bucket: BUCKET, Policy: '{}' })],
    ['ListBuckets', new ListBucketsCommand({})],
    ['GetObject with the query versionId', new GetObjectCommand({ Bucket: BUCKET, Key: 'digits', VersionId: 'v1' })],
    ['the header x-amz-acl', new PutObjectCommand({ Bucket: BUCKET, Key: 'acl', Body: 'x', ACL: 'public-read' })],
    ['If-Match on a write', new PutObjectCommand({ Bucket: BUCKET, Key: 'acl', Body: 'x', IfMatch: '"x"' })],
  ])('is refused by name: %s', async (name, command) => {
    const call = s3.client.send(command as GetObjectCommand);
    await expect(call).rejects.toMatchObject({
      name: 'NotImplemented',
      message: `The local S3 server does not implement ${name}.`,
    });
  });
});
