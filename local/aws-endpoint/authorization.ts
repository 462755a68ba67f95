import type { RequestTarget } from './canonical-request.ts';
import { AwsError } from './service.ts';

/** The one algorithm of Signature Version 4 that is verified here. */
export const ALGORITHM = 'AWS4-HMAC-SHA256';

/** The longest life AWS gives a presigned URL: a week. */
const MAX_EXPIRES_SECONDS = 604_800;

/** The claims of a signature, as yet unverified. */
export interface Authorization {
  readonly accessKeyId: string;
  /** `20260102/us-east-1/s3/aws4_request` */
  readonly scope: string;
  readonly region: string;
  readonly service: string;
  /** Lower-case names. */
  readonly signedHeaders: readonly string[];
  readonly signature: string;
  /** `20260102T030405Z` */
  readonly timestamp: string;
  readonly signedAtMs: number;
  /** Only of presigned URLs. */
  readonly expiresSeconds?: number;
}

/**
 * Reads the `Authorization` header or the `X-Amz-*` query parameters.
 * @throws AwsError when there is neither (`MissingAuthenticationToken`), or they are malformed
 */
export function readAuthorization(headers: NodeJS.Dict<string[]>, target: RequestTarget): Authorization {
  const header = headers.authorization?.[0];
  const query = new Map(target.parameters.filter(([name]) => name.startsWith('X-Amz-')));
  const isPresigned = query.has('X-Amz-Algorithm') || query.has('X-Amz-Signature');
  if (header !== undefined && isPresigned) {
    throw new AwsError('InvalidArgument', 400, 'Only one auth mechanism allowed: the header or the query parameters');
  }
  if (header !== undefined) return fromHeader(header, headers['x-amz-date']?.[0]);
  if (isPresigned) return fromQuery(query);
  throw new AwsError('MissingAuthenticationToken', 403, 'The request carries no AWS signature.');
}

function fromHeader(header: string, timestamp: string | undefined): Authorization {
  const malformed = (reason: string) => new AwsError('AuthorizationHeaderMalformed', 400, reason);
  const [algorithm, ...rest] = header.split(' ');
  if (algorithm !== ALGORITHM) throw malformed(`The authorization mechanism is not supported; use ${ALGORITHM}.`);
  const fields = new Map(
    rest
      .join('')
      .split(',')
      .map((field): [string, string] => {
        const equals = field.indexOf('=');
        return [field.slice(0, equals), field.slice(equals + 1)];
      }),
  );
  return authorization(
    {
      credential: fields.get('Credential'),
      signedHeaders: fields.get('SignedHeaders'),
      signature: fields.get('Signature'),
      timestamp,
    },
    malformed,
  );
}

function fromQuery(query: ReadonlyMap<string, string>): Authorization {
  const malformed = (reason: string) => new AwsError('AuthorizationQueryParametersError', 400, reason);
  if (query.get('X-Amz-Algorithm') !== ALGORITHM) throw malformed(`X-Amz-Algorithm only supports "${ALGORITHM}".`);
  const expires = query.get('X-Amz-Expires') ?? '';
  if (!/^\d{1,9}$/.test(expires)) throw malformed('X-Amz-Expires must be a non-negative number of seconds.');
  const expiresSeconds = Number(expires);
  if (expiresSeconds > MAX_EXPIRES_SECONDS) {
    throw malformed(`X-Amz-Expires must be less than a week (in seconds) that is ${MAX_EXPIRES_SECONDS}`);
  }
  return {
    ...authorization(
      {
        credential: query.get('X-Amz-Credential'),
        signedHeaders: query.get('X-Amz-SignedHeaders'),
        signature: query.get('X-Amz-Signature'),
        timestamp: query.get('X-Amz-Date'),
      },
      malformed,
    ),
    expiresSeconds,
  };
}

function authorization(
  fields: Record<'credential' | 'signedHeaders' | 'signature' | 'timestamp', string | undefined>,
  malformed: (reason: string) => AwsError,
): Authorization {
  const { credential, signedHeaders, signature, timestamp } = fields;
  if (!credential || !signedHeaders || !signature) {
    throw malformed('A signature needs Credential, SignedHeaders and Signature.');
  }
  const [accessKeyId = '', date, region = '', service = '', terminator, ...rest] = credential.split('/');
  if (terminator !== 'aws4_request' || rest.length > 0 || !service) {
    throw malformed('The credential must be <access key id>/YYYYMMDD/<region>/<service>/aws4_request.');
  }
  const signedAtMs = parseTimestamp(timestamp);
  if (timestamp === undefined || signedAtMs === undefined) {
    throw new AwsError('AccessDenied', 403, 'AWS authentication requires a valid X-Amz-Date');
  }
  if (!timestamp.startsWith(`${date}T`)) throw malformed('The date of the credential is not that of X-Amz-Date.');
  const headerNames = signedHeaders.split(';');
  if (!headerNames.includes('host')) throw malformed('The host header must be signed.');
  return {
    accessKeyId,
    scope: [date, region, service, terminator].join('/'),
    region,
    service,
    signedHeaders: headerNames,
    signature,
    timestamp,
    signedAtMs,
  };
}

function parseTimestamp(timestamp: string | undefined): number | undefined {
  const match = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(timestamp ?? '');
  if (!match) return undefined;
  const [, year, month, day, hour, minute, second] = match;
  const epochMs = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
  return Number.isNaN(epochMs) ? undefined : epochMs;
}
