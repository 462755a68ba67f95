import { ListObjectsV2Command, type ListObjectsV2CommandInput, PutObjectCommand } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { compareUtf8 } from '../../../local/s3/object-index.ts';
import { BUCKET, failureOf, type LocalS3, startLocalS3 } from './local-s3.ts';

const KEYS = ['a.txt', 'b/', 'b/1', 'b/2', 'b/c/3', 'd & <e> "f"', 'line\nbreak', 'z/1', 'é', '\u{ffee}', '🎉'];

let s3: LocalS3;
beforeAll(async () => {
  s3 = await startLocalS3();
  for (const Key of KEYS.toReversed()) await s3.client.send(new PutObjectCommand({ Bucket: BUCKET, Key, Body: Key }));
});
afterAll(() => s3[Symbol.asyncDispose]());

const list = (input: Partial<ListObjectsV2CommandInput> = {}) =>
  s3.client.send(new ListObjectsV2Command({ Bucket: BUCKET, ...input }));

/** What all pages list, a prefix marked by `>`. */
async function listAll(input: Partial<ListObjectsV2CommandInput>): Promise<string[][]> {
  const pages: string[][] = [];
  let ContinuationToken: string | undefined;
  do {
    const page = await list({ ...input, ContinuationToken });
    const entries = [
      ...(page.Contents ?? []).map(({ Key }) => Key ?? ''),
      ...(page.CommonPrefixes ?? []).map(({ Prefix }) => `>${Prefix}`),
    ];
    expect(page.KeyCount).toBe(entries.length);
    pages.push(entries);
    ContinuationToken = page.NextContinuationToken;
    expect(page.IsTruncated).toBe(ContinuationToken !== undefined);
  } while (ContinuationToken);
  return pages;
}

describe('a listing', () => {
  it('has every key in the order of its UTF-8 bytes, with what is known of it', async () => {
    const { Contents = [] } = await list();
    expect(Contents.map(({ Key }) => Key)).toEqual(KEYS);
    expect(Contents[0]).toMatchObject({
      Size: 5,
      ETag: expect.stringMatching(/^"[0-9a-f]{32}"$/),
      LastModified: expect.any(Date),
      ChecksumAlgorithm: ['CRC32'],
      StorageClass: 'STANDARD',
    });
  });

  it('is limited by prefix and start', async () => {
    expect(await listAll({ Prefix: 'b/' })).toEqual([['b/', 'b/1', 'b/2', 'b/c/3']]);
    expect(await listAll({ Prefix: 'b/', StartAfter: 'b/1' })).toEqual([['b/2', 'b/c/3']]);
    expect(await listAll({ Prefix: 'nothing' })).toEqual([[]]);
  });

  it('rolls up what shares a prefix up to the delimiter', async () => {
    expect(await listAll({ Delimiter: '/', StartAfter: 'a' })).toEqual([
      ['a.txt', 'd & <e> "f"', 'line\nbreak', 'é', '\u{ffee}', '🎉', '>b/', '>z/'],
    ]);
    expect(await listAll({ Delimiter: '/', Prefix: 'b/' })).toEqual([['b/', 'b/1', 'b/2', '>b/c/']]);
  });

  it.each([1, 2, 3, 5])('comes in pages of %i without loss or repetition', async (MaxKeys) => {
    const plain = await listAll({ MaxKeys });
    expect(plain.flat()).toEqual(KEYS);
    expect(plain.slice(0, -1).every((page) => page.length === MaxKeys)).toBe(true);
    const rolled = (await listAll({ MaxKeys, Delimiter: '/' })).flat();
    expect(rolled.toSorted()).toEqual(['>b/', '>z/', ...KEYS.filter((key) => !key.includes('/'))].toSorted());
  });

  it('of no keys is empty and whole', async () => {
    expect(await list({ MaxKeys: 0 })).toMatchObject({ KeyCount: 0, IsTruncated: false });
  });

  it('can be percent-encoded', async () => {
    const { Contents } = await list({ Prefix: 'd &', EncodingType: 'url' });
    expect(Contents?.[0]?.Key).toBe('d%20%26%20%3Ce%3E%20%22f%22');
  });

  it('refuses a foreign token', async () => {
    expect(await failureOf(list({ ContinuationToken: '!' }))).toBe('400 InvalidArgument');
  });
});

it('orders strings as their UTF-8 bytes are ordered', () => {
  const texts = ['', 'a', 'ab', 'b', 'é', '\u{d7ff}', '\u{e000}', '\u{ffff}', '\u{10000}', '🎉', 'a🎉', 'a\u{ffee}'];
  const byBytes = texts.toSorted((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
  expect(texts.toReversed().toSorted(compareUtf8)).toEqual(byBytes);
});
