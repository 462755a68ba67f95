import { createHash, createHmac, createSecretKey, type KeyObject, timingSafeEqual } from 'node:crypto';
import { ALGORITHM, type Authorization, readAuthorization } from './authorization.ts';
import { canonicalRequest, type RequestTarget } from './canonical-request.ts';
import { AwsError, type Principal } from './service.ts';

/** How far the clock of a caller may be off: what AWS allows. */
const MAX_SKEW_MS = 15 * 60 * 1000;

/** The secret behind an access key id, and who it belongs to. */
export interface SigningIdentity {
  readonly secretAccessKey: string;
  readonly principal: Principal;
}

/** Finds the identity of an access key id; undefined when there is none. */
export type CredentialLookup = (accessKeyId: string) => SigningIdentity | undefined;

/** A request as it came off the wire. */
export interface SignedRequest {
  readonly method: string;
  readonly target: RequestTarget;
  /** `IncomingMessage.headersDistinct` */
  readonly headers: NodeJS.Dict<string[]>;
  /** SHA-256 of the body in hex; only called when the request does not state it, as some clients leave it out. */
  hashBody(): Promise<string>;
}

/** What a valid signature proves. */
export interface VerifiedSignature {
  readonly principal: Principal;
  readonly region: string;
  /** The signing name of the service. */
  readonly service: string;
  /** The signed statement about the body; see `AwsRequest.payloadHash`. */
  readonly payloadHash: string;
  readonly signedAtMs: number;
  /** In the query of a URL, rather than in a header. */
  readonly isPresigned: boolean;
}

/** The times a signature is judged by, in epoch milliseconds. */
export interface ServerTime {
  readonly now: number;
  /** What the clock would show had it not just been advanced: a request on its way was signed by that. */
  readonly beforeAdvances: readonly number[];
}

/**
 * Verifies AWS Signature Version 4, in a header or in the query of a presigned URL.
 * @throws AwsError `MissingAuthenticationToken`, `InvalidAccessKeyId`, `SignatureDoesNotMatch`,
 * `RequestTimeTooSkewed`, or `AccessDenied` for a presigned URL past its time
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-authenticating-requests.html
 */
export async function verifySignature(
  request: SignedRequest,
  credentials: CredentialLookup,
  time: ServerTime,
): Promise<VerifiedSignature> {
  const claims = readAuthorization(request.headers, request.target);
  const identity = credentials(claims.accessKeyId);
  if (!identity) {
    const message = 'The AWS Access Key Id you provided does not exist in our records.';
    throw new AwsError('InvalidAccessKeyId', 403, message, { AWSAccessKeyId: claims.accessKeyId });
  }
  refuseUnsignedHeaders(request, claims);
  const payloadHash = await statedPayloadHash(request, claims);
  checkSignature(request, claims, payloadHash, identity.secretAccessKey);
  checkTime(claims, time);
  const session = request.headers['x-amz-security-token']?.[0];
  return {
    principal: { ...identity.principal, ...(session !== undefined && { session }) },
    region: claims.region,
    service: claims.service,
    payloadHash,
    signedAtMs: claims.signedAtMs,
    isPresigned: claims.expiresSeconds !== undefined,
  };
}

/** Otherwise anyone holding a presigned URL could add headers that change what it does. */
function refuseUnsignedHeaders(request: SignedRequest, claims: Authorization): void {
  const unsigned = Object.keys(request.headers).filter(
    // The payload hash is part of what is signed, whether or not its header is named.
    (name) => name.startsWith('x-amz-') && name !== 'x-amz-content-sha256' && !claims.signedHeaders.includes(name),
  );
  if (unsigned.length === 0) return;
  const message = 'There were headers present in the request which were not signed';
  throw new AwsError('AccessDenied', 403, message, { HeadersNotSigned: unsigned.join(', ') });
}

async function statedPayloadHash(request: SignedRequest, claims: Authorization): Promise<string> {
  const isPresigned = claims.expiresSeconds !== undefined;
  const inQuery = request.target.parameters.find(([name]) => name === 'X-Amz-Content-Sha256')?.[1];
  const stated = (isPresigned ? inQuery : undefined) ?? request.headers['x-amz-content-sha256']?.[0];
  if (stated !== undefined) return stated;
  if (claims.service !== 's3') return request.hashBody();
  if (isPresigned) return 'UNSIGNED-PAYLOAD';
  throw new AwsError('InvalidRequest', 400, 'Missing required header for this request: x-amz-content-sha256');
}

function checkSignature(request: SignedRequest, claims: Authorization, payloadHash: string, secretKey: string): void {
  const canonical = canonicalRequest({
    method: request.method,
    target: request.target,
    signedHeaders: claims.signedHeaders,
    headers: request.headers,
    payloadHash,
    service: claims.service,
  });
  const canonicalHash = createHash('sha256').update(canonical).digest('hex');
  const stringToSign = [ALGORITHM, claims.timestamp, claims.scope, canonicalHash].join('\n');
  const expected = Buffer.from(hmac(signingKey(secretKey, claims.scope), stringToSign).toString('hex'));
  const provided = Buffer.from(claims.signature);
  if (provided.length === expected.length && timingSafeEqual(provided, expected)) return;
  const message =
    'The request signature we calculated does not match the signature you provided. Check your key and signing method.';
  throw new AwsError('SignatureDoesNotMatch', 403, message, {
    AWSAccessKeyId: claims.accessKeyId,
    StringToSign: stringToSign,
    SignatureProvided: claims.signature,
    CanonicalRequest: canonical,
  });
}

function checkTime({ signedAtMs, expiresSeconds, timestamp }: Authorization, time: ServerTime): void {
  const nowMs = time.now;
  const serverTime = { ServerTime: isoSeconds(nowMs) };
  if (expiresSeconds === undefined) {
    if ([nowMs, ...time.beforeAdvances].some((reading) => Math.abs(reading - signedAtMs) <= MAX_SKEW_MS)) return;
    const message = 'The difference between the request time and the current time is too large.';
    const details = { RequestTime: timestamp, ...serverTime, MaxAllowedSkewMilliseconds: String(MAX_SKEW_MS) };
    throw new AwsError('RequestTimeTooSkewed', 403, message, details);
  }
  if (signedAtMs - nowMs > MAX_SKEW_MS) {
    throw new AwsError('AccessDenied', 403, 'Request is not valid yet', serverTime);
  }
  const expiresAtMs = signedAtMs + expiresSeconds * 1000;
  if (nowMs <= expiresAtMs) return;
  throw new AwsError('AccessDenied', 403, 'Request has expired', {
    'X-Amz-Expires': String(expiresSeconds),
    Expires: isoSeconds(expiresAtMs),
    ...serverTime,
  });
}

/** Days, regions and services of callers are few; whoever tries more has keys made anew. */
const MAX_KEPT_KEYS = 500;

/** Signing keys by secret and scope: each takes four HMACs, of the five that a request would. */
const keptKeys = new Map<string, KeyObject>();

/** The scope's parts are signed one with the other; as a key object it need not be made one for each request. */
function signingKey(secretKey: string, scope: string): KeyObject {
  const name = `${secretKey} ${scope}`;
  const kept = keptKeys.get(name);
  if (kept !== undefined) return kept;
  const derived = scope.split('/').reduce<Buffer>((key, part) => hmac(key, part), Buffer.from(`AWS4${secretKey}`));
  const key = createSecretKey(derived);
  if (keptKeys.size >= MAX_KEPT_KEYS) keptKeys.clear();
  keptKeys.set(name, key);
  return key;
}

function hmac(key: KeyObject | Buffer, data: string): Buffer {
  return createHmac('sha256', key).update(data).digest();
}

function isoSeconds(epochMs: number): string {
  return `${new Date(epochMs).toISOString().slice(0, -5)}Z`;
}
