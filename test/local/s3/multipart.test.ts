import { randomBytes } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import {
  AbortMultipartUploadCommand,
  type CompletedPart,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListMultipartUploadsCommand,
  ListPartsCommand,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BUCKET, failureOf, type LocalS3, startLocalS3 } from './local-s3.ts';

const PART_BYTES = 5 * 1024 ** 2;

let s3: LocalS3;
beforeAll(async () => {
  s3 = await startLocalS3();
});
afterAll(() => s3[Symbol.asyncDispose]());

const create = async (Key: string, more: object = { ChecksumAlgorithm: 'CRC32' }) => {
  const created = await s3.client.send(new CreateMultipartUploadCommand({ Bucket: BUCKET, Key, ...more }));
  return created.UploadId ?? '';
};
const upload = async (Key: string, UploadId: string, PartNumber: number, Body: Buffer, more: object = {}) => {
  const input = { Bucket: BUCKET, Key, UploadId, PartNumber, Body, ...more };
  const { ETag, ChecksumCRC32 } = await s3.client.send(new UploadPartCommand(input));
  return { PartNumber, ETag, ChecksumCRC32 } as CompletedPart;
};
const complete = (Key: string, UploadId: string, Parts: CompletedPart[], more: object = {}) =>
  s3.client.send(
    new CompleteMultipartUploadCommand({ Bucket: BUCKET, Key, UploadId, MultipartUpload: { Parts }, ...more }),
  );
const abort = (Key: string, UploadId: string) =>
  s3.client.send(new AbortMultipartUploadCommand({ Bucket: BUCKET, Key, UploadId }));
const read = async (Key: string, more: object = {}) => {
  const { Body } = await s3.client.send(new GetObjectCommand({ Bucket: BUCKET, Key, ...more }));
  return Buffer.from((await Body?.transformToByteArray()) ?? []);
};
const head = (Key: string) => s3.client.send(new HeadObjectCommand({ Bucket: BUCKET, Key, ChecksumMode: 'ENABLED' }));
const dataFiles = () => readdir(join(s3.directory, BUCKET, 'data'));

function base64Crc32(...data: Buffer[]): string {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(crc32(Buffer.concat(data)));
  return bytes.toString('base64');
}

describe('an upload in parts', () => {
  it('becomes one object, in the order of part numbers', async () => {
    const id = await create('ordered', {
      ContentType: 'text/csv',
      Metadata: { export: '1' },
      Tagging: 'a=b',
      ChecksumAlgorithm: 'CRC32',
    });
    const bodies = [randomBytes(PART_BYTES), randomBytes(PART_BYTES + 7), randomBytes(10)];
    const [first, second, third] = bodies as [Buffer, Buffer, Buffer];
    const last = await upload('ordered', id, 900, third);
    const middle = await upload('ordered', id, 2, second);
    const start = await upload('ordered', id, 1, first);
    const done = await complete('ordered', id, [start, middle, last]);
    expect(done).toMatchObject({ Bucket: BUCKET, Key: 'ordered', ETag: expect.stringMatching(/^"[0-9a-f]{32}-3"$/) });
    const whole = Buffer.concat(bodies);
    expect((await read('ordered')).equals(whole)).toBe(true);
    expect(await head('ordered')).toMatchObject({
      ETag: done.ETag,
      ContentLength: whole.length,
      ContentType: 'text/csv',
      Metadata: { export: '1' },
      TagCount: 1,
    });
    // Ranges across and at the seams.
    for (const [from, to] of [
      [PART_BYTES - 3, PART_BYTES + 2],
      [PART_BYTES, PART_BYTES],
      [100, whole.length - 1],
    ] as const) {
      const range = await read('ordered', { Range: `bytes=${from}-${to}` });
      expect(range.equals(whole.subarray(from, to + 1)), `${from}-${to}`).toBe(true);
    }
    expect((await read('ordered', { Range: 'bytes=-12' })).equals(whole.subarray(-12))).toBe(true);
  });

  it('takes the last upload of a part number, and only the parts that are listed', async () => {
    const filesBefore = (await dataFiles()).length;
    const id = await create('listed');
    await upload('listed', id, 1, Buffer.from('old'));
    const kept = await upload('listed', id, 1, Buffer.from('new'));
    await upload('listed', id, 2, Buffer.from('unlisted'));
    await complete('listed', id, [kept]);
    expect((await read('listed')).toString()).toBe('new');
    expect(await dataFiles()).toHaveLength(filesBefore + 1);
  });

  it('stays readable to the end while the object is deleted', async () => {
    const id = await create('going');
    const bodies = [randomBytes(PART_BYTES), randomBytes(PART_BYTES), randomBytes(PART_BYTES)];
    const parts = await Promise.all(bodies.map((body, i) => upload('going', id, i + 1, body)));
    await complete('going', id, parts);
    const { Body } = await s3.client.send(new GetObjectCommand({ Bucket: BUCKET, Key: 'going' }));
    await s3.client.send(new DeleteObjectCommand({ Bucket: BUCKET, Key: 'going' }));
    const bytes = Buffer.from((await Body?.transformToByteArray()) ?? []);
    expect(bytes.equals(Buffer.concat(bodies))).toBe(true);
  });
});

describe('checksums', () => {
  const first = randomBytes(PART_BYTES);
  const second = Buffer.from('tail');

  const uploadBoth = async (key: string, more: object) => {
    const id = await create(key, { ChecksumAlgorithm: 'CRC32', ...more });
    return { id, parts: [await upload(key, id, 1, first), await upload(key, id, 2, second)] };
  };

  it('FULL_OBJECT is that of all bytes', async () => {
    const { id, parts } = await uploadBoth('full', { ChecksumType: 'FULL_OBJECT' });
    const ChecksumCRC32 = base64Crc32(first, second);
    const wrong = complete('full', id, parts, {
      ChecksumCRC32: base64Crc32(second, first),
      ChecksumType: 'FULL_OBJECT',
    });
    expect(await failureOf(wrong)).toBe('400 BadDigest');
    const done = await complete('full', id, parts, { ChecksumCRC32, ChecksumType: 'FULL_OBJECT' });
    expect(done).toMatchObject({ ChecksumCRC32, ChecksumType: 'FULL_OBJECT' });
    expect(await head('full')).toMatchObject({ ChecksumCRC32, ChecksumType: 'FULL_OBJECT' });
    // The SDK verifies the stored checksum as it reads.
    expect((await read('full')).length).toBe(first.length + second.length);
  });

  it('COMPOSITE is that of the checksums of the parts, and the default', async () => {
    const { id, parts } = await uploadBoth('composite', {});
    const ofParts = [first, second].map((body) => Buffer.from(base64Crc32(body), 'base64'));
    const ChecksumCRC32 = `${base64Crc32(...ofParts)}-2`;
    expect(await complete('composite', id, parts)).toMatchObject({ ChecksumCRC32, ChecksumType: 'COMPOSITE' });
    expect(await head('composite')).toMatchObject({ ChecksumCRC32, ChecksumType: 'COMPOSITE' });
  });

  it('COMPOSITE needs the checksum of each part, on upload and on completion', async () => {
    const { id, parts } = await uploadBoth('needy', {});
    const bare = parts.map(({ PartNumber, ETag }) => ({ PartNumber, ETag }));
    expect(await failureOf(complete('needy', id, bare))).toBe('400 InvalidRequest');
    const client = s3.clientWith({ requestChecksumCalculation: 'WHEN_REQUIRED' });
    const part = { Bucket: BUCKET, Key: 'needy', UploadId: id, PartNumber: 3, Body: 'x' };
    expect(await failureOf(client.send(new UploadPartCommand(part)))).toBe('400 InvalidRequest');
  });

  it('of the other type than the upload was created for is refused', async () => {
    const { id, parts } = await uploadBoth('typed', {});
    expect(await failureOf(complete('typed', id, parts, { ChecksumType: 'FULL_OBJECT' }))).toBe('400 InvalidRequest');
  });

  it('that does not fit refuses the part', async () => {
    const id = await create('damaged');
    const damaged = upload('damaged', id, 1, second, { ChecksumCRC32: 'AAAAAA==' });
    expect(await failureOf(damaged)).toBe('400 BadDigest');
    const { Parts } = await s3.client.send(new ListPartsCommand({ Bucket: BUCKET, Key: 'damaged', UploadId: id }));
    expect(Parts).toBeUndefined();
  });

  it('are absent from an upload that asked for none', async () => {
    const id = await create('plain', {});
    const part = await upload('plain', id, 1, second);
    expect((await complete('plain', id, [{ PartNumber: 1, ETag: part.ETag }])).ChecksumCRC32).toBeUndefined();
    expect((await head('plain')).ChecksumCRC32).toBeUndefined();
  });
});

describe('a completion is refused', () => {
  it('when a part before the last is under 5 MiB', async () => {
    const id = await create('small');
    const parts = [
      await upload('small', id, 1, Buffer.alloc(PART_BYTES - 1)),
      await upload('small', id, 2, Buffer.from('x')),
    ];
    expect(await failureOf(complete('small', id, parts))).toBe('400 EntityTooSmall');
    expect(await failureOf(head('small'))).toBe('404 NotFound');
    const exact = await upload('small', id, 1, Buffer.alloc(PART_BYTES));
    await complete('small', id, [exact, ...parts.slice(1)]);
    expect((await head('small')).ContentLength).toBe(PART_BYTES + 1);
  });

  it('when its parts are unordered, repeated, unknown or changed', async () => {
    const id = await create('mixed');
    const first = await upload('mixed', id, 1, Buffer.alloc(PART_BYTES));
    const second = await upload('mixed', id, 2, Buffer.from('x'));
    expect(await failureOf(complete('mixed', id, [second, first]))).toBe('400 InvalidPartOrder');
    expect(await failureOf(complete('mixed', id, [first, first]))).toBe('400 InvalidPartOrder');
    expect(await failureOf(complete('mixed', id, [first, { ...second, PartNumber: 3 }]))).toBe('400 InvalidPart');
    expect(await failureOf(complete('mixed', id, [first, { ...second, ETag: '"other"' }]))).toBe('400 InvalidPart');
    expect(await failureOf(complete('mixed', id, [first, { ...second, ChecksumCRC32: 'AAAAAA==' }]))).toBe(
      '400 InvalidPart',
    );
    expect(await failureOf(complete('mixed', id, []))).toBe('400 MalformedXML');
    expect(await failureOf(complete('mixed', id, [first, second], { MpuObjectSize: 1 }))).toBe('400 InvalidRequest');
    await complete('mixed', id, [first, second], { MpuObjectSize: PART_BYTES + 1 });
  });

  it('when the upload ended, is unknown, or is of another key', async () => {
    const id = await create('ended');
    const part = await upload('ended', id, 1, Buffer.from('x'));
    expect(await failureOf(complete('other-key', id, [part]))).toBe('404 NoSuchUpload');
    await complete('ended', id, [part]);
    expect(await failureOf(complete('ended', id, [part]))).toBe('404 NoSuchUpload');
    expect(await failureOf(upload('ended', id, 2, Buffer.from('x')))).toBe('404 NoSuchUpload');
    expect(await failureOf(abort('ended', 'deadbeef'))).toBe('404 NoSuchUpload');
  });

  it('when the key exists and must not: the upload stays open', async () => {
    const id = await create('ended');
    const part = await upload('ended', id, 1, Buffer.from('second'));
    expect(await failureOf(complete('ended', id, [part], { IfNoneMatch: '*' }))).toBe('412 PreconditionFailed');
    expect((await read('ended')).toString()).toBe('x');
    await abort('ended', id);
  });
});

describe('racing completions', () => {
  it('of several uploads of one key: exactly one wins', async () => {
    const uploads = await Promise.all(
      Array.from({ length: 8 }, async (_, i) => {
        const id = await create('raced');
        return { id, part: await upload('raced', id, 1, Buffer.from(`writer ${i}`)) };
      }),
    );
    const outcomes = await Promise.allSettled(
      uploads.map(({ id, part }) => complete('raced', id, [part], { IfNoneMatch: '*' })),
    );
    const winners = outcomes.flatMap(({ status }, i) => (status === 'fulfilled' ? [i] : []));
    expect(winners).toHaveLength(1);
    expect((await read('raced')).toString()).toBe(`writer ${winners[0]}`);
    const losers = outcomes.filter((outcome) => outcome.status === 'rejected').map(({ reason }) => reason.name);
    expect(losers).toEqual(Array(7).fill('PreconditionFailed'));
  });

  it('of one upload: exactly one wins', async () => {
    const id = await create('twice');
    const part = await upload('twice', id, 1, Buffer.from('x'));
    const outcomes = await Promise.allSettled([1, 2, 3].map(() => complete('twice', id, [part])));
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect((await read('twice')).toString()).toBe('x');
  });
});

describe('an abort', () => {
  it('ends the upload and frees its parts', async () => {
    const filesBefore = (await dataFiles()).length;
    const id = await create('aborted');
    await upload('aborted', id, 1, Buffer.from('x'));
    await abort('aborted', id);
    expect(await failureOf(abort('aborted', id))).toBe('404 NoSuchUpload');
    expect(await dataFiles()).toHaveLength(filesBefore);
  });

  it('wins over a part that is still arriving', async () => {
    const filesBefore = (await dataFiles()).length;
    const id = await create('overtaken');
    const arriving = failureOf(upload('overtaken', id, 1, randomBytes(4 * PART_BYTES)));
    await abort('overtaken', id);
    expect(await arriving).toBe('404 NoSuchUpload');
    expect(await dataFiles()).toHaveLength(filesBefore);
  });
});

describe('listing', () => {
  it('pages through the parts of an upload', async () => {
    const id = await create('parts');
    for (const number of [3, 1, 10]) await upload('parts', id, number, Buffer.from(`part ${number}`));
    const page = (PartNumberMarker?: string) =>
      s3.client.send(
        new ListPartsCommand({ Bucket: BUCKET, Key: 'parts', UploadId: id, MaxParts: 2, PartNumberMarker }),
      );
    const first = await page();
    expect(first).toMatchObject({ IsTruncated: true, NextPartNumberMarker: '3', ChecksumAlgorithm: 'CRC32' });
    expect(first.Parts?.map(({ PartNumber, Size }) => [PartNumber, Size])).toEqual([
      [1, 6],
      [3, 6],
    ]);
    expect(first.Parts?.[0]?.ChecksumCRC32).toBe(base64Crc32(Buffer.from('part 1')));
    const second = await page(first.NextPartNumberMarker);
    expect(second).toMatchObject({ IsTruncated: false });
    expect(second.Parts?.map(({ PartNumber }) => PartNumber)).toEqual([10]);
    await abort('parts', id);
  });

  it('pages through the uploads of a prefix, several of one key among them', async () => {
    const keys = ['pages/a', 'pages/b', 'pages/b', 'pages/c & <d>'];
    const ids: string[] = [];
    for (const key of keys) ids.push(await create(key));
    await create('elsewhere');
    const found: string[][] = [];
    let KeyMarker: string | undefined;
    let UploadIdMarker: string | undefined;
    do {
      const page = await s3.client.send(
        new ListMultipartUploadsCommand({ Bucket: BUCKET, Prefix: 'pages/', MaxUploads: 2, KeyMarker, UploadIdMarker }),
      );
      found.push((page.Uploads ?? []).map(({ Key, UploadId }) => `${Key} ${UploadId}`));
      ({ NextKeyMarker: KeyMarker, NextUploadIdMarker: UploadIdMarker } = page);
    } while (KeyMarker);
    expect(found.map((page) => page.length)).toEqual([2, 2]);
    expect(found.flat().toSorted()).toEqual(keys.map((key, i) => `${key} ${ids[i]}`).toSorted());
  });
});

it.each([0, 10_001])('part number %i is refused', async (number) => {
  const id = await create('numbered');
  expect(await failureOf(upload('numbered', id, number, Buffer.from('x')))).toBe('400 InvalidArgument');
});
