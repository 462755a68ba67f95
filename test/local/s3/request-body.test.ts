import { createHash } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { GetObjectCommand, HeadObjectCommand, PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { BUCKET, failureOf, type LocalS3, startLocalS3 } from './local-s3.ts';

const TRAILER_PAYLOAD = 'STREAMING-UNSIGNED-PAYLOAD-TRAILER';

let s3: LocalS3;
beforeAll(async () => {
  s3 = await startLocalS3();
});
afterAll(() => s3[Symbol.asyncDispose]());

/** A client that sends exactly this body and these headers, signed: what the SDK itself would never send. */
function clientSending(body: string, headers: Record<string, string | undefined>): S3Client {
  const client = s3.clientWith({ requestChecksumCalculation: 'WHEN_REQUIRED' });
  client.middlewareStack.add(
    (next) => (args) => {
      const request = args.request as { body: string; headers: Record<string, string> };
      request.body = body;
      request.headers['content-length'] = String(body.length);
      for (const [name, value] of Object.entries(headers)) {
        if (value === undefined) delete request.headers[name];
        else request.headers[name] = value;
      }
      return next(args);
    },
    { step: 'build', priority: 'low', name: 'send-exactly' },
  );
  onTestFinished(() => client.destroy());
  return client;
}

async function put(body: string, headers: Record<string, string | undefined>): Promise<string> {
  await clientSending(body, headers).send(new PutObjectCommand({ Bucket: BUCKET, Key: 'raw', Body: 'replaced' }));
  const { Body } = await s3.client.send(new GetObjectCommand({ Bucket: BUCKET, Key: 'raw' }));
  return (await Body?.transformToString()) ?? '';
}

describe('an aws-chunked body', () => {
  const chunked = (more: Record<string, string | undefined> = {}) => ({
    'x-amz-content-sha256': TRAILER_PAYLOAD,
    'x-amz-decoded-content-length': '5',
    'x-amz-trailer': 'x-amz-checksum-crc32',
    'content-encoding': 'aws-chunked',
    ...more,
  });
  const framed = (crc32: string) => `2\r\nhe\r\n3\r\nllo\r\n0\r\nx-amz-checksum-crc32:${crc32}\r\n\r\n`;

  it('is stored without its framing when its trailer fits', async () => {
    expect(await put(framed('NhCmhg=='), chunked())).toBe('hello');
  });

  it('needs no trailer', async () => {
    expect(await put('5\r\nhello\r\n0\r\n\r\n', chunked({ 'x-amz-trailer': undefined }))).toBe('hello');
  });

  it.each([
    ['its trailer does not fit', framed('AAAAAA=='), {}, '400 BadDigest'],
    ['its announced trailer is missing', '5\r\nhello\r\n0\r\n\r\n', {}, '400 InvalidRequest'],
    ['it is shorter than announced', framed('NhCmhg=='), { 'x-amz-decoded-content-length': '6' }, '400 IncompleteBody'],
    ['it is longer than announced', framed('NhCmhg=='), { 'x-amz-decoded-content-length': '4' }, '400 IncompleteBody'],
    ['its framing is broken', 'hello', {}, '400 IncompleteBody'],
    [
      'its length is not announced',
      framed('NhCmhg=='),
      { 'x-amz-decoded-content-length': undefined },
      '411 MissingContentLength',
    ],
    [
      'its trailer is of another algorithm',
      framed(''),
      { 'x-amz-trailer': 'x-amz-checksum-sha256' },
      '501 NotImplemented',
    ],
    [
      'its chunks are signed',
      framed(''),
      { 'x-amz-content-sha256': 'STREAMING-AWS4-HMAC-SHA256-PAYLOAD' },
      '501 NotImplemented',
    ],
  ])('is refused when %s', async (_, body, headers, failure) => {
    expect(await failureOf(put(body, chunked(headers)))).toBe(failure);
  });
});

describe('a body signed by its hash', () => {
  it('is stored when it has that hash', async () => {
    const hash = createHash('sha256').update('hello').digest('hex');
    expect(await put('hello', { 'x-amz-content-sha256': hash })).toBe('hello');
  });

  it('is refused when it was changed on the way', async () => {
    const hash = createHash('sha256').update('hallo').digest('hex');
    expect(await failureOf(put('hello', { 'x-amz-content-sha256': hash }))).toBe('400 XAmzContentSHA256Mismatch');
  });
});

it('a body without a length is refused', async () => {
  const url = await getSignedUrl(
    s3.clientWith({ requestChecksumCalculation: 'WHEN_REQUIRED' }),
    new PutObjectCommand({ Bucket: BUCKET, Key: 'endless' }),
  );
  const body = new ReadableStream({
    start(controller) {
      controller.enqueue(new TextEncoder().encode('hello'));
      controller.close();
    },
  });
  const response = await fetch(url, { method: 'PUT', body, duplex: 'half' } as RequestInit);
  expect(response.status).toBe(411);
});

it('a body above 5 GiB is refused before it is sent', async () => {
  const headers = {
    'x-amz-content-sha256': TRAILER_PAYLOAD,
    'x-amz-decoded-content-length': String(5 * 1024 ** 3 + 1),
  };
  expect(await failureOf(put('0\r\n\r\n', headers))).toBe('400 EntityTooLarge');
});

it('a sender that goes away half-way leaves nothing behind', async () => {
  const files = () => readdir(join(s3.directory, BUCKET, 'data'));
  const filesBefore = await files();
  const url = new URL(
    await getSignedUrl(
      s3.clientWith({ requestChecksumCalculation: 'WHEN_REQUIRED' }),
      new PutObjectCommand({ Bucket: BUCKET, Key: 'half' }),
    ),
  );
  const socket = connect(Number(url.port), url.hostname);
  socket.write(`PUT ${url.pathname}${url.search} HTTP/1.1\r\nHost: ${url.host}\r\nContent-Length: 1000\r\n\r\nhalf`);
  await expect.poll(files).toHaveLength(filesBefore.length + 1);
  socket.destroy();
  await expect.poll(files).toEqual(filesBefore);
  expect(await failureOf(s3.client.send(new HeadObjectCommand({ Bucket: BUCKET, Key: 'half' })))).toBe('404 NotFound');
});

describe('a refused body leaves the connection usable', () => {
  const REST = 'x'.repeat(1024 ** 2);

  /** The bytes of a signed PutObject, to be written on a socket of the test's own. */
  async function signedPut(body: string, headers: Record<string, string>): Promise<string> {
    const client = clientSending(body, headers);
    let signed: { path: string; headers: Record<string, string> } | undefined;
    client.middlewareStack.add(
      () => async (args) => {
        signed = args.request as typeof signed;
        throw new Error('captured');
      },
      { step: 'deserialize', priority: 'high', name: 'capture' },
    );
    const call = client.send(new PutObjectCommand({ Bucket: BUCKET, Key: 'raw', Body: 'replaced' }));
    await expect(call).rejects.toThrow('captured');
    const lines = Object.entries(signed?.headers ?? {}).map(([name, value]) => `${name}: ${value}\r\n`);
    return `PUT ${signed?.path}?x-id=PutObject HTTP/1.1\r\n${lines.join('')}\r\n${body}`;
  }

  it.each([
    ['before it is read', REST, { 'x-amz-acl': 'private' }, 501],
    [
      'half-way',
      `not framed\r\n${REST}`,
      { 'x-amz-content-sha256': TRAILER_PAYLOAD, 'x-amz-decoded-content-length': '5' },
      400,
    ],
  ])('%s', async (_, body, headers, status) => {
    const request = await signedPut(body, headers);
    const socket = connect(Number(new URL(s3.url).port), '127.0.0.1');
    onTestFinished(() => void socket.destroy());
    let received = '';
    socket.setEncoding('utf8').on('data', (text) => {
      received += text;
    });
    socket.write(request.repeat(2));
    await expect.poll(() => received.match(/HTTP\/1\.1 \d+/g)).toEqual([`HTTP/1.1 ${status}`, `HTTP/1.1 ${status}`]);
  });
});
