import { describe, expect, it } from 'vitest';
import { parseTarget } from '../../../local/aws-endpoint/canonical-request.ts';
import { type SignedRequest, verifySignature } from '../../../local/aws-endpoint/sigv4.ts';

/** The worked examples of AWS's documentation: their keys, requests and signatures. */
const S3_KEY = { id: 'AKIAIOSFODNN7EXAMPLE', secret: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY' };
const IAM_KEY = { id: 'AKIDEXAMPLE', secret: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY' };
const S3_DATE_MS = Date.parse('2013-05-24T00:00:00Z');
const IAM_DATE_MS = Date.parse('2015-08-30T12:36:00Z');
const EMPTY_SHA256 = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';
const SCOPE = '20130524/us-east-1/s3/aws4_request';
const PRINCIPAL = { roleArn: 'arn:aws:iam::000000000000:role/example' };

interface Example {
  method?: string;
  target: string;
  headers: Record<string, string>;
}

const S3_GET: Example = {
  target: '/test.txt',
  headers: {
    host: 'examplebucket.s3.amazonaws.com',
    range: 'bytes=0-9',
    'x-amz-content-sha256': EMPTY_SHA256,
    'x-amz-date': '20130524T000000Z',
    authorization: authorization(
      'host;range;x-amz-content-sha256;x-amz-date',
      'f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41',
    ),
  },
};

const S3_PRESIGNED: Example = {
  target:
    '/test.txt?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20130524%2Fus-east-1%2Fs3%2F' +
    'aws4_request&X-Amz-Date=20130524T000000Z&X-Amz-Expires=86400&X-Amz-SignedHeaders=host&X-Amz-Signature=' +
    'aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404',
  headers: { host: 'examplebucket.s3.amazonaws.com' },
};

const IAM_LIST_USERS: Example = {
  target: '/?Action=ListUsers&Version=2010-05-08',
  headers: {
    host: 'iam.amazonaws.com',
    'content-type': 'application/x-www-form-urlencoded; charset=utf-8',
    'x-amz-date': '20150830T123600Z',
    authorization:
      'AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/iam/aws4_request, ' +
      'SignedHeaders=content-type;host;x-amz-date, ' +
      'Signature=5d672d79c15b13162d9279b0855cfba6789a8edb4c82c400e06b5924a6f2b5d7',
  },
};

function authorization(signedHeaders: string, signature: string, scope = SCOPE): string {
  return `AWS4-HMAC-SHA256 Credential=${S3_KEY.id}/${scope},SignedHeaders=${signedHeaders},Signature=${signature}`;
}

function verify(
  { method = 'GET', target, headers }: Example,
  now = S3_DATE_MS,
  beforeAdvances: readonly number[] = [],
) {
  const request: SignedRequest = {
    method,
    target: parseTarget(target),
    headers: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, [value]])),
    hashBody: async () => EMPTY_SHA256,
  };
  const secrets = new Map([S3_KEY, IAM_KEY].map(({ id, secret }) => [id, secret]));
  const credentials = (id: string) => {
    const secretAccessKey = secrets.get(id);
    return secretAccessKey === undefined ? undefined : { secretAccessKey, principal: PRINCIPAL };
  };
  return verifySignature(request, credentials, { now, beforeAdvances });
}

function withHeaders(example: Example, headers: Record<string, string>): Example {
  return { ...example, headers: { ...example.headers, ...headers } };
}

describe('the documented examples', () => {
  it('accepts GetObject with a range', async () => {
    const verified = await verify(S3_GET);
    expect(verified).toEqual({
      principal: PRINCIPAL,
      region: 'us-east-1',
      service: 's3',
      payloadHash: EMPTY_SHA256,
      signedAtMs: S3_DATE_MS,
      isPresigned: false,
    });
  });

  it('accepts PutObject with a key that must be encoded', async () => {
    const payloadHash = '44ce7dd67c959e0d3524ffac1771dfbba87d2b6b4b4e99e42034a8b803f8b072';
    const put = {
      method: 'PUT',
      target: '/test%24file.text',
      headers: {
        host: 'examplebucket.s3.amazonaws.com',
        date: 'Fri, 24 May 2013 00:00:00 GMT',
        'x-amz-date': '20130524T000000Z',
        'x-amz-storage-class': 'REDUCED_REDUNDANCY',
        'x-amz-content-sha256': payloadHash,
        authorization: authorization(
          'date;host;x-amz-content-sha256;x-amz-date;x-amz-storage-class',
          '98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd',
        ),
      },
    };
    expect((await verify(put)).payloadHash).toBe(payloadHash);
    // The same key sent without the escape is the same resource and signature.
    await expect(verify({ ...put, target: '/test$file.text' })).resolves.toBeDefined();
  });

  it('accepts a query parameter without a value, and several in any order', async () => {
    const headers = {
      host: 'examplebucket.s3.amazonaws.com',
      'x-amz-date': '20130524T000000Z',
      'x-amz-content-sha256': EMPTY_SHA256,
    };
    const signed = 'host;x-amz-content-sha256;x-amz-date';
    const lifecycle = authorization(signed, 'fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543');
    const list = authorization(signed, '34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7');
    await expect(
      verify({ target: '/?lifecycle', headers: { ...headers, authorization: lifecycle } }),
    ).resolves.toBeDefined();
    await expect(
      verify({ target: '/?prefix=J&max-keys=2', headers: { ...headers, authorization: list } }),
    ).resolves.toBeDefined();
  });

  it('accepts a presigned URL', async () => {
    expect(await verify(S3_PRESIGNED)).toMatchObject({ payloadHash: 'UNSIGNED-PAYLOAD', isPresigned: true });
  });

  it('accepts another service, hashing a body whose hash is not stated', async () => {
    const verified = await verify(IAM_LIST_USERS, IAM_DATE_MS);
    expect(verified).toMatchObject({ service: 'iam', payloadHash: EMPTY_SHA256 });
  });
});

describe('anything changed', () => {
  it.each<[string, Example]>([
    ['path', { ...S3_GET, target: '/other.txt' }],
    ['method', { ...S3_GET, method: 'HEAD' }],
    ['query', { ...S3_GET, target: '/test.txt?tagging' }],
    ['signed header', withHeaders(S3_GET, { range: 'bytes=0-99' })],
    ['host', withHeaders(S3_GET, { host: 'otherbucket.s3.amazonaws.com' })],
    ['payload hash', withHeaders(S3_GET, { 'x-amz-content-sha256': 'UNSIGNED-PAYLOAD' })],
    ['signature', withHeaders(S3_GET, { authorization: S3_GET.headers.authorization?.replace('f0e8', '00e8') ?? '' })],
    ['short signature', withHeaders(S3_GET, { authorization: S3_GET.headers.authorization?.slice(0, -1) ?? '' })],
    ['region', withHeaders(S3_GET, { authorization: S3_GET.headers.authorization?.replace('us-', 'eu-') ?? '' })],
    ['presigned path', { ...S3_PRESIGNED, target: S3_PRESIGNED.target.replace('test.txt', 'other.txt') }],
    ['presigned expiry', { ...S3_PRESIGNED, target: S3_PRESIGNED.target.replace('86400', '86401') }],
    ['presigned addition', { ...S3_PRESIGNED, target: `${S3_PRESIGNED.target}&response-content-type=text/html` }],
  ])('refuses a changed %s', async (_, example) => {
    await expect(verify(example)).rejects.toMatchObject({ code: 'SignatureDoesNotMatch', statusCode: 403 });
  });

  it('refuses an x-amz header that was not signed, but for the payload hash', async () => {
    await expect(verify(withHeaders(S3_PRESIGNED, { 'x-amz-acl': 'public-read' }))).rejects.toMatchObject({
      code: 'AccessDenied',
      details: { HeadersNotSigned: 'x-amz-acl' },
    });
    const hashed = withHeaders(S3_PRESIGNED, { 'x-amz-content-sha256': 'UNSIGNED-PAYLOAD' });
    await expect(verify(hashed)).resolves.toBeDefined();
  });
});

describe('time', () => {
  const MINUTE_MS = 60_000;

  it.each([-15, 15])('accepts a clock %i minutes off', async (minutes) => {
    await expect(verify(S3_GET, S3_DATE_MS + minutes * MINUTE_MS)).resolves.toBeDefined();
  });

  it.each([-15, 15])('refuses a clock more than %i minutes off', async (minutes) => {
    const nowMs = S3_DATE_MS + minutes * MINUTE_MS + Math.sign(minutes);
    await expect(verify(S3_GET, nowMs)).rejects.toMatchObject({ code: 'RequestTimeTooSkewed', statusCode: 403 });
  });

  it('accepts what was signed before the clock was advanced, but no presigned URL past its time', async () => {
    const now = S3_DATE_MS + 7 * 86_400_000;
    await expect(verify(S3_GET, now, [S3_DATE_MS + MINUTE_MS])).resolves.toBeDefined();
    await expect(verify(S3_GET, now, [S3_DATE_MS + 16 * MINUTE_MS])).rejects.toMatchObject({ statusCode: 403 });
    await expect(verify(S3_PRESIGNED, now, [S3_DATE_MS])).rejects.toMatchObject({ code: 'AccessDenied' });
  });

  it('honours a presigned URL to its last second and no longer', async () => {
    const expiresAtMs = S3_DATE_MS + 86_400_000;
    await expect(verify(S3_PRESIGNED, expiresAtMs)).resolves.toBeDefined();
    await expect(verify(S3_PRESIGNED, expiresAtMs + 1)).rejects.toMatchObject({
      code: 'AccessDenied',
      message: 'Request has expired',
      details: { 'X-Amz-Expires': '86400', Expires: '2013-05-25T00:00:00Z' },
    });
  });

  it('refuses a presigned URL from the future', async () => {
    await expect(verify(S3_PRESIGNED, S3_DATE_MS - 16 * MINUTE_MS)).rejects.toMatchObject({
      message: 'Request is not valid yet',
    });
  });
});

describe('malformed signatures', () => {
  const presigned = (from: string, to: string) => ({ ...S3_PRESIGNED, target: S3_PRESIGNED.target.replace(from, to) });

  it.each<[string, Example, string]>([
    ['none', { target: '/', headers: { host: 'a' } }, 'MissingAuthenticationToken'],
    [
      'an unknown key',
      withHeaders(S3_GET, { authorization: authorization('host', 'a').replace('AKIA', 'NONE') }),
      'InvalidAccessKeyId',
    ],
    ['another scheme', withHeaders(S3_GET, { authorization: 'Bearer token' }), 'AuthorizationHeaderMalformed'],
    ['no signature', withHeaders(S3_GET, { authorization: authorization('host', '') }), 'AuthorizationHeaderMalformed'],
    [
      'an unsigned host',
      withHeaders(S3_GET, { authorization: authorization('range', 'a') }),
      'AuthorizationHeaderMalformed',
    ],
    [
      'a foreign scope',
      withHeaders(S3_GET, { authorization: authorization('host', 'a', '20130524/r/s3') }),
      'AuthorizationHeaderMalformed',
    ],
    [
      'another day in the scope',
      withHeaders(S3_GET, { authorization: authorization('host', 'a', SCOPE.replace('24', '25')) }),
      'AuthorizationHeaderMalformed',
    ],
    ['no date', withHeaders(S3_GET, { 'x-amz-date': 'yesterday' }), 'AccessDenied'],
    [
      'header and query',
      withHeaders(S3_PRESIGNED, { authorization: S3_GET.headers.authorization ?? '' }),
      'InvalidArgument',
    ],
    ['an expiry above a week', presigned('86400', '604801'), 'AuthorizationQueryParametersError'],
    ['a negative expiry', presigned('86400', '-1'), 'AuthorizationQueryParametersError'],
    ['no algorithm', presigned('X-Amz-Algorithm=AWS4-HMAC-SHA256&', ''), 'AuthorizationQueryParametersError'],
  ])('refuses %s', async (_, example, code) => {
    await expect(verify(example)).rejects.toMatchObject({ code });
  });

  it('refuses an S3 request that says nothing of its body', async () => {
    const { 'x-amz-content-sha256': _, ...headers } = S3_GET.headers;
    await expect(verify({ ...S3_GET, headers })).rejects.toMatchObject({ code: 'InvalidRequest' });
  });

  it('refuses a broken percent escape', () => {
    expect(() => parseTarget('/bucket/%zz')).toThrow(expect.objectContaining({ code: 'InvalidURI' }));
  });
});
