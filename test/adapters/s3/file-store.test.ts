import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { GetObjectTaggingCommand, UploadPartCommand } from '@aws-sdk/client-s3';
import { describe, expect, onTestFinished, test } from 'vitest';
import { fileClient } from '../../../adapters/s3/client.ts';
import { s3FileStore } from '../../../adapters/s3/file-store.ts';
import { encodeCrc32 } from '../../../core/domain/checksum.ts';
import { type FileStore, ObjectExistsError } from '../../../core/ports/file-store.ts';
import { BUCKET, CREDENTIALS, type LocalS3, type LocalS3Options, startLocalS3 } from '../../local/s3/local-s3.ts';

const OPTIONS = { contentType: 'text/csv; charset=utf-8', retentionDays: 7 } as const;
const PART_BYTES = 5 * 1024 * 1024;

async function start(
  options: Pick<LocalS3Options, 'intercept'> & { readonly maxAttempts?: number } = {},
): Promise<{ s3: LocalS3; files: FileStore; requests: Record<string, string>[] }> {
  const s3 = await startLocalS3(options);
  const client = fileClient({
    endpoint: s3.url,
    region: 'us-east-1',
    credentials: CREDENTIALS,
    forcePathStyle: true,
    maxAttempts: options.maxAttempts ?? 1,
  });
  const requests: Record<string, string>[] = [];
  client.middlewareStack.add(
    (next, { commandName }) =>
      (call) => {
        const { headers } = call.request as { headers: Record<string, string> };
        requests.push({ commandName: commandName ?? '', ...headers });
        return next(call);
      },
    { step: 'deserialize' },
  );
  onTestFinished(async () => {
    client.destroy();
    await s3[Symbol.asyncDispose]();
  });
  return { s3, requests, files: s3FileStore({ client, bucket: BUCKET, clock: s3.clock }) };
}

function bytesOf(size: number, seed: number): Buffer {
  return Buffer.alloc(size, createHash('sha256').update(String(seed)).digest());
}

function expected(body: Buffer) {
  return { bytes: body.length, crc32: encodeCrc32(crc32(body)) };
}

describe('multipart uploads', () => {
  test('parts arrive in any order and make one object with the checksum of the whole', async () => {
    const { s3, files, requests } = await start();
    const parts = [bytesOf(PART_BYTES, 1), bytesOf(PART_BYTES, 2), bytesOf(17, 3)] as const;
    const whole = Buffer.concat(parts);
    const upload = await files.beginUpload('exports/acme/e/1-c/o.csv', OPTIONS);
    await Promise.all([upload.part(3, parts[2]), upload.part(1, parts[0]), upload.part(2, parts[1])]);
    expect(await files.head('exports/acme/e/1-c/o.csv')).toBeUndefined();
    await upload.complete(expected(whole));

    expect(await files.head('exports/acme/e/1-c/o.csv')).toEqual(expected(whole));
    const response = await fetch(
      await files.presignDownload('exports/acme/e/1-c/o.csv', {
        fileName: 'o.csv',
        contentType: 'text/csv',
        expiresInSeconds: 60,
      }),
    );
    expect(Buffer.from(await response.arrayBuffer()).equals(whole)).toBe(true);
    // The SDK neither hashes a part nor computes a second checksum.
    const sent = requests.filter(({ commandName }) => commandName === UploadPartCommand.name);
    expect(sent).toHaveLength(3);
    for (const headers of sent) expect(headers['x-amz-content-sha256']).toBe('UNSIGNED-PAYLOAD');
    expect(sent.map((headers) => headers['x-amz-checksum-crc32']).toSorted()).toEqual(
      parts.map((part) => encodeCrc32(crc32(part))).toSorted(),
    );
    const tags = await s3.client.send(
      new GetObjectTaggingCommand({
        Bucket: BUCKET,
        Key: 'exports/acme/e/1-c/o.csv',
      }),
    );
    expect(tags.TagSet).toEqual([{ Key: 'retention', Value: '7' }]);
  });

  test('all parts take the connections that there are', async () => {
    const { s3, files, requests } = await start();
    const part = bytesOf(PART_BYTES, 1);
    const upload = await files.beginUpload('exports/a', OPTIONS);
    for (let number = 1; number < 10; number += 2) {
      await Promise.all([upload.part(number, part), upload.part(number + 1, part)]);
    }
    await upload.complete(expected(Buffer.concat(Array(10).fill(part))));
    expect(s3.connections()).toBe(2);
    expect(requests.filter((headers) => 'Expect' in headers)).toEqual([]);
  });

  test('another process joins with parts of its own, and a third names those that make up the object', async () => {
    const { files } = await start();
    const { signal } = new AbortController();
    const parts = [bytesOf(PART_BYTES, 1), bytesOf(PART_BYTES, 2), bytesOf(17, 3)] as const;
    const upload = await files.beginUpload('exports/a', OPTIONS);
    const first = files.joinUpload('exports/a', upload.id, signal);
    const second = files.joinUpload('exports/a', upload.id, signal);
    await Promise.all([second.part(30, parts[2]), first.part(1, parts[0]), second.part(20, parts[1])]);
    // One that nobody names is not part of the object.
    await first.part(2, bytesOf(PART_BYTES, 9));
    expect(second.sent.map(({ number, bytes }) => [number, bytes])).toEqual([
      [20, PART_BYTES],
      [30, 17],
    ]);
    const whole = Buffer.concat(parts);
    await upload.complete(expected(whole), [...first.sent.slice(0, 1), ...second.sent]);
    expect(await files.head('exports/a')).toEqual(expected(whole));
    const read: Uint8Array[] = [];
    for await (const data of files.read('exports/a', signal)) read.push(data);
    expect(Buffer.concat(read).equals(whole)).toBe(true);
  });

  test('a part that was sent over again is not the one that was recorded', async () => {
    const { files } = await start();
    const upload = await files.beginUpload('exports/a', OPTIONS);
    const { signal } = new AbortController();
    const [owner, zombie] = [
      files.joinUpload('exports/a', upload.id, signal),
      files.joinUpload('exports/a', upload.id, signal),
    ];
    await owner.part(1, Buffer.from('abc'));
    await zombie.part(1, Buffer.from('xyz'));
    await expect(upload.complete(expected(Buffer.from('abc')), owner.sent)).rejects.toMatchObject({ retryable: true });
    expect(await files.head('exports/a')).toBeUndefined();
  });

  test('what is not there cannot be read, nor a discarded upload be joined', async () => {
    const { files } = await start();
    const { signal } = new AbortController();
    const reading = async () => {
      for await (const _ of files.read('exports/none', signal));
    };
    await expect(reading()).rejects.toMatchObject({ code: 'storage_unavailable' });
    const upload = await files.beginUpload('exports/a', OPTIONS);
    await upload.abort();
    const late = files.joinUpload('exports/a', upload.id, signal).part(1, Buffer.from('abc'));
    await expect(late).rejects.toMatchObject({ code: 'storage_unavailable' });
  });

  test.each([
    ['size', { bytes: 4, crc32: encodeCrc32(crc32('abc')) }],
    ['checksum', { bytes: 3, crc32: encodeCrc32(crc32('abd')) }],
  ])('storage refuses a whole of another %s', async (_, wrong) => {
    const { files } = await start();
    const upload = await files.beginUpload('exports/a', OPTIONS);
    await upload.part(1, Buffer.from('abc'));
    await expect(upload.complete(wrong)).rejects.toMatchObject({ code: 'storage_unavailable', retryable: true });
    expect(await files.head('exports/a')).toBeUndefined();
  });

  test('an object that is there is never overwritten', async () => {
    const { files } = await start();
    await files.putText('exports/a', 'first', OPTIONS);
    const upload = await files.beginUpload('exports/a', OPTIONS);
    await upload.part(1, Buffer.from('abc'));
    await expect(upload.complete(expected(Buffer.from('abc')))).rejects.toBeInstanceOf(ObjectExistsError);
    await expect(files.putText('exports/a', 'second', OPTIONS)).rejects.toBeInstanceOf(ObjectExistsError);
    expect(await files.readText('exports/a')).toBe('first');
  });

  test('one whose beginning had to be repeated may have a twin', async () => {
    let lostReplies = 1;
    const { files } = await start({
      maxAttempts: 3,
      intercept: async ({ operation, reply }) => {
        if (operation === 'CreateMultipartUpload' && lostReplies-- > 0) reply.withhold();
        return {};
      },
    });
    expect((await files.beginUpload('exports/a', OPTIONS)).mayHaveTwin).toBe(true);
    expect((await files.contents('exports/')).uploads).toHaveLength(2);
    expect((await files.beginUpload('exports/b', OPTIONS)).mayHaveTwin).toBe(false);
  });

  test('aborting leaves nothing, and may be repeated', async () => {
    const { files } = await start();
    const upload = await files.beginUpload('exports/a', OPTIONS);
    const sending = upload.part(1, bytesOf(PART_BYTES, 1));
    await Promise.all([upload.abort(), upload.abort(), sending.catch(() => {})]);
    expect(await files.contents('exports/')).toEqual({ keys: [], uploads: [] });
    await expect(upload.part(2, Buffer.from('x'))).rejects.toMatchObject({ code: 'storage_unavailable' });
  });
});

test('contents names objects and unfinished uploads below a prefix; removing what is not there is success', async () => {
  const { files } = await start();
  await files.putText('exports/acme/1/a', 'x', OPTIONS);
  await files.putText('exports/acme/10/a', 'x', OPTIONS);
  await files.beginUpload('exports/acme/1/b', OPTIONS);
  const found = await files.contents('exports/acme/1/');
  expect(found).toEqual({
    keys: ['exports/acme/1/a'],
    uploads: [{ key: 'exports/acme/1/b', uploadId: expect.any(String) }],
  });
  for (const { key, uploadId } of found.uploads) {
    await files.abortUpload(key, uploadId);
    await files.abortUpload(key, uploadId);
  }
  await files.remove([...found.keys, 'exports/acme/1/never']);
  expect(await files.contents('exports/acme/1/')).toEqual({ keys: [], uploads: [] });
  expect(await files.readText('exports/acme/1/a')).toBeUndefined();
});

test('storage that does not answer is storage_unavailable', async () => {
  // Nobody listens on port 1.
  const client = fileClient({
    endpoint: 'http://127.0.0.1:1',
    region: 'us-east-1',
    credentials: CREDENTIALS,
    maxAttempts: 1,
  });
  const files = s3FileStore({ client, bucket: BUCKET });
  const unavailable = { code: 'storage_unavailable', retryable: true };
  await expect(files.head('exports/a')).rejects.toMatchObject(unavailable);
  await expect(files.beginUpload('exports/a', OPTIONS)).rejects.toMatchObject(unavailable);
});

test('a link serves exactly this name and type, and for its time only', async () => {
  const { s3, files } = await start();
  await files.putText('exports/a', 'x', OPTIONS);
  const url = await files.presignDownload('exports/a', {
    fileName: 'Umsätze "Q1".csv',
    contentType: 'text/csv; charset=utf-8',
    expiresInSeconds: 60,
  });
  const response = await fetch(url);
  expect(response.status).toBe(200);
  expect(response.headers.get('content-type')).toBe('text/csv; charset=utf-8');
  expect(response.headers.get('content-disposition')).toBe(
    `attachment; filename="Ums_tze _Q1_.csv"; filename*=UTF-8''Ums%C3%A4tze%20%22Q1%22.csv`,
  );
  expect((await fetch(url.replace('Umsa', 'Other').replace('Q1', 'Q2'))).status).toBe(403);
  s3.clock.advance(61_000);
  expect((await fetch(url)).status).toBe(403);
});
