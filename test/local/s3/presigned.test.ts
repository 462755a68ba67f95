import { DeleteObjectCommand, GetObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BUCKET, CREDENTIALS, type LocalS3, startLocalS3 } from './local-s3.ts';

let s3: LocalS3;
beforeAll(async () => {
  s3 = await startLocalS3();
  for (const Key of ['report one+two.csv', 'other.csv']) {
    await s3.client.send(
      new PutObjectCommand({ Bucket: BUCKET, Key, Body: `content of ${Key}`, ContentType: 'text/csv' }),
    );
  }
});
afterAll(() => s3[Symbol.asyncDispose]());

const presign = (more: object = {}, client = s3.client) =>
  getSignedUrl(client, new GetObjectCommand({ Bucket: BUCKET, Key: 'report one+two.csv', ...more }), { expiresIn: 60 });

async function codeOf(response: Response): Promise<string> {
  const body = await response.text();
  return `${response.status} ${/<Code>(.*)<\/Code>/.exec(body)?.[1]}: ${/<Message>(.*?)<\/Message>/.exec(body)?.[1]}`;
}

describe('a presigned URL', () => {
  it('opens the object without credentials', async () => {
    const response = await fetch(await presign());
    expect(response.status).toBe(200);
    expect(await response.text()).toBe('content of report one+two.csv');
  });

  it('sets the headers of the answer, for a range as well', async () => {
    const url = await presign({
      ResponseContentDisposition: `attachment; filename="report.csv"; filename*=UTF-8''r%C3%A9port.csv`,
      ResponseContentType: 'application/octet-stream',
      ResponseCacheControl: 'private, no-store',
    });
    const response = await fetch(url, { headers: { range: 'bytes=0-6' } });
    expect(response.status).toBe(206);
    expect(await response.text()).toBe('content');
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'content-disposition': `attachment; filename="report.csv"; filename*=UTF-8''r%C3%A9port.csv`,
      'content-type': 'application/octet-stream',
      'cache-control': 'private, no-store',
      'content-range': 'bytes 0-6/29',
    });
  });

  it('refuses a header that cannot be sent', async () => {
    const response = await fetch(await presign({ ResponseContentDisposition: 'attachment; filename="報告.csv"' }));
    expect(await codeOf(response)).toBe('400 InvalidArgument: Header value cannot be represented using ISO-8859-1.');
  });

  it('resumes a download only of the same version', async () => {
    const whole = await fetch(await presign());
    const etag = whole.headers.get('etag') ?? '';
    await whole.text();
    const resume = async (ifRange: string) =>
      (await fetch(await presign(), { headers: { range: 'bytes=11-', 'if-range': ifRange } })).text();
    expect(await resume(etag)).toBe('report one+two.csv');
    expect(await resume('"of another version"')).toBe('content of report one+two.csv');
  });

  it.each<[string, (url: string) => string]>([
    ['another key', (url) => url.replace('report%20one%2Btwo.csv', 'other.csv')],
    ['a longer life', (url) => url.replace('X-Amz-Expires=60', 'X-Amz-Expires=600')],
    ['another file name', (url) => `${url}&response-content-disposition=inline`],
    ['another signature', (url) => url.replace(/X-Amz-Signature=[0-9a-f]{8}/, 'X-Amz-Signature=00000000')],
  ])('is void with %s', async (_, tamper) => {
    const url = await presign();
    expect(tamper(url)).not.toBe(url);
    expect(await codeOf(await fetch(tamper(url)))).toMatch(/^403 SignatureDoesNotMatch/);
  });

  it('is void for another method', async () => {
    expect((await fetch(await presign(), { method: 'DELETE' })).status).toBe(403);
    expect((await fetch(await presign())).status).toBe(200);
  });

  it('is void when signed with a wrong secret or an unknown key', async () => {
    const wrong = s3.clientWith({ credentials: { ...CREDENTIALS, secretAccessKey: 'wrong' } });
    expect(await codeOf(await fetch(await presign({}, wrong)))).toMatch(/^403 SignatureDoesNotMatch/);
    const unknown = s3.clientWith({ credentials: { ...CREDENTIALS, accessKeyId: 'NOBODY' } });
    expect(await codeOf(await fetch(await presign({}, unknown)))).toMatch(/^403 InvalidAccessKeyId/);
  });

  it('writes and deletes when it was signed for that', async () => {
    const key = { Bucket: BUCKET, Key: 'uploaded' };
    const put = await getSignedUrl(
      s3.clientWith({ requestChecksumCalculation: 'WHEN_REQUIRED' }),
      new PutObjectCommand(key),
    );
    expect((await fetch(put, { method: 'PUT', body: 'by browser' })).status).toBe(200);
    const get = await getSignedUrl(s3.client, new GetObjectCommand(key));
    expect(await (await fetch(get)).text()).toBe('by browser');
    const remove = await getSignedUrl(s3.client, new DeleteObjectCommand(key));
    expect((await fetch(remove, { method: 'DELETE' })).status).toBe(204);
    expect((await fetch(get)).status).toBe(404);
  });

  it('holds its writer to the headers it carries in its query', async () => {
    const put = await getSignedUrl(
      s3.client,
      new PutObjectCommand({ Bucket: BUCKET, Key: 'summed', ChecksumCRC32: 'NhCmhg==' }),
      {
        unhoistableHeaders: new Set(),
      },
    );
    expect(new URL(put).searchParams.get('x-amz-checksum-crc32')).toBe('NhCmhg==');
    expect(await codeOf(await fetch(put, { method: 'PUT', body: 'other' }))).toMatch(/^400 BadDigest/);
    expect((await fetch(put, { method: 'PUT', body: 'hello' })).status).toBe(200);
  });
});

it('an unsigned request is answered in S3 XML', async () => {
  const response = await fetch(`${s3.url}/${BUCKET}/other.csv`);
  expect(response.headers.get('content-type')).toBe('application/xml');
  expect(await codeOf(response)).toMatch(/^403 MissingAuthenticationToken/);
});

it('a presigned URL past its expiry is answered with the 403 of S3', async () => {
  const expiring = await startLocalS3();
  const url = await getSignedUrl(expiring.client, new GetObjectCommand({ Bucket: BUCKET, Key: 'k' }), {
    expiresIn: 60,
  });
  expiring.clock.advance(50);
  expect((await fetch(url)).status).toBe(404);
  expiring.clock.advance(11);
  const response = await fetch(url);
  const body = await response.text();
  expect(response.status).toBe(403);
  expect(body).toContain('<Error><Code>AccessDenied</Code><Message>Request has expired</Message>');
  expect(body).toMatch(/<X-Amz-Expires>60<\/X-Amz-Expires><Expires>[^<]+Z<\/Expires><ServerTime>[^<]+Z<\/ServerTime>/);
  expect(body).toContain(`<RequestId>${response.headers.get('x-amz-request-id')}</RequestId>`);
  await expiring[Symbol.asyncDispose]();
});
