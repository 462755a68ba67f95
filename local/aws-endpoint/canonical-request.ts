import { AwsError } from './service.ts';

/** The target of a request line, split and decoded once, so that what is signed is also what is served. */
export interface RequestTarget {
  /** The path as it was sent, still percent-encoded. */
  readonly rawPath: string;
  readonly path: string;
  readonly parameters: readonly (readonly [name: string, value: string])[];
}

/** What a signature covers. */
export interface CanonicalRequestParts {
  readonly method: string;
  readonly target: RequestTarget;
  /** Lower-case names, in the order of the signature. */
  readonly signedHeaders: readonly string[];
  readonly headers: NodeJS.Dict<string[]>;
  readonly payloadHash: string;
  readonly service: string;
}

/**
 * Splits a raw request target such as `/bucket/a%20b?uploads=`.
 * @throws AwsError `InvalidURI` when a percent escape is malformed
 */
export function parseTarget(rawTarget: string): RequestTarget {
  const queryStart = rawTarget.indexOf('?');
  const rawPath = queryStart < 0 ? rawTarget : rawTarget.slice(0, queryStart);
  const rawQuery = queryStart < 0 ? '' : rawTarget.slice(queryStart + 1);
  const parameters = rawQuery
    .split('&')
    .filter((pair) => pair !== '')
    .map((pair): [string, string] => {
      const equals = pair.indexOf('=');
      const [name, value] = equals < 0 ? [pair, ''] : [pair.slice(0, equals), pair.slice(equals + 1)];
      return [decode(name.replaceAll('+', ' ')), decode(value.replaceAll('+', ' '))];
    });
  return { rawPath, path: decode(rawPath), parameters };
}

/**
 * The canonical request of Signature Version 4.
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
 */
export function canonicalRequest(parts: CanonicalRequestParts): string {
  const { target, headers, signedHeaders } = parts;
  // S3 encodes a path once; every other service encodes what the client had already encoded.
  const pathToEncode = parts.service === 's3' ? target.path : target.rawPath;
  const query = target.parameters
    .filter(([name]) => name !== 'X-Amz-Signature')
    .map(([name, value]) => [encode(name), encode(value)] as const)
    .sort(([nameA, valueA], [nameB, valueB]) => compare(nameA, nameB) || compare(valueA, valueB))
    .map(([name, value]) => `${name}=${value}`)
    .join('&');
  return [
    parts.method,
    encode(pathToEncode).replaceAll('%2F', '/'),
    query,
    ...signedHeaders.map((name) => `${name}:${(headers[name] ?? []).map(collapseSpaces).join(',')}`),
    '',
    signedHeaders.join(';'),
    parts.payloadHash,
  ].join('\n');
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new AwsError('InvalidURI', 400, "Couldn't parse the specified URI.");
  }
}

/** Percent-encodes all but RFC 3986's unreserved characters. */
function encode(text: string): string {
  return encodeURIComponent(text).replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);
}

function collapseSpaces(value: string): string {
  return value.trim().replace(/ +/g, ' ');
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
