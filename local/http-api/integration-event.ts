import type { IncomingMessage } from 'node:http';
import type { JwtIdentity } from './jwt-authorizer.ts';

/** Content types whose bodies reach the function as text; every other, and none, as base64. */
const TEXT_CONTENT_TYPES = /^(text\/.*|application\/(json|javascript|xml))$/;

/** Headers that concern one connection only, and cookies, which have a field of their own. */
const OWN_HEADERS = new Set(['connection', 'cookie', 'keep-alive', 'te', 'transfer-encoding', 'upgrade']);

/** Everything an event is made of. */
export interface IntegrationRequest {
  readonly request: IncomingMessage;
  readonly body: Buffer;
  readonly routeKey: string;
  readonly pathParameters: Readonly<Record<string, string>>;
  readonly identity: JwtIdentity | undefined;
  readonly requestId: string;
  readonly accountId: string;
  readonly apiId: string;
  /** When the request was received, by the local clock. */
  readonly timeEpochMs: number;
}

/**
 * The event of a Lambda proxy integration, payload format 2.0. The path is decoded, the query string is not.
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
 */
export function integrationEvent(parts: IntegrationRequest): object {
  const { request, body, routeKey, identity, timeEpochMs } = parts;
  const headers = headersOf(request, body);
  const { rawPath, rawQueryString } = splitTarget(request);
  const domainName = (headers.host ?? '').replace(/:\d+$/, '');
  const isBase64Encoded = body.length > 0 && !isText(headers);
  return {
    version: '2.0',
    routeKey,
    rawPath,
    rawQueryString,
    ...cookiesOf(request),
    headers,
    ...queryOf(rawQueryString),
    requestContext: {
      accountId: parts.accountId,
      apiId: parts.apiId,
      ...(identity && { authorizer: { jwt: identity } }),
      domainName,
      domainPrefix: domainName.split('.')[0],
      http: {
        method: request.method,
        path: rawPath,
        protocol: `HTTP/${request.httpVersion}`,
        sourceIp: sourceIpOf(request),
        userAgent: headers['user-agent'] ?? '',
      },
      requestId: parts.requestId,
      routeKey,
      stage: '$default',
      time: commonLogTime(timeEpochMs),
      timeEpoch: timeEpochMs,
    },
    ...(Object.keys(parts.pathParameters).length > 0 && { pathParameters: parts.pathParameters }),
    ...(body.length > 0 && { body: body.toString(isBase64Encoded ? 'base64' : 'utf8') }),
    isBase64Encoded,
  };
}

function headersOf(request: IncomingMessage, body: Buffer): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const [name, values = []] of Object.entries(request.headersDistinct)) {
    if (!OWN_HEADERS.has(name)) headers[name] = values.join(',');
  }
  headers['content-length'] = String(body.length);
  headers['x-forwarded-for'] = [headers['x-forwarded-for'], sourceIpOf(request)].filter(Boolean).join(', ');
  headers['x-forwarded-port'] = String(request.socket.localPort ?? '');
  headers['x-forwarded-proto'] = 'http';
  return headers;
}

function splitTarget(request: IncomingMessage): { rawPath: string; rawQueryString: string } {
  const target = request.url ?? '/';
  const queryAt = target.indexOf('?');
  const path = queryAt === -1 ? target : target.slice(0, queryAt);
  return { rawPath: decodeURIComponent(path), rawQueryString: queryAt === -1 ? '' : target.slice(queryAt + 1) };
}

function cookiesOf(request: IncomingMessage): { cookies?: readonly string[] } {
  const cookies = (request.headers.cookie ?? '').split(';').map((cookie) => cookie.trim());
  const given = cookies.filter((cookie) => cookie !== '');
  return given.length > 0 ? { cookies: given } : {};
}

function queryOf(rawQueryString: string): { queryStringParameters?: Record<string, string> } {
  const query = new URLSearchParams(rawQueryString);
  if (query.size === 0) return {};
  return {
    queryStringParameters: Object.fromEntries([...query.keys()].map((name) => [name, query.getAll(name).join(',')])),
  };
}

function isText(headers: Readonly<Record<string, string>>): boolean {
  const [contentType = ''] = (headers['content-type'] ?? '').split(';');
  const isPlain = headers['content-encoding'] === undefined || headers['content-encoding'] === 'identity';
  return isPlain && TEXT_CONTENT_TYPES.test(contentType.trim().toLowerCase());
}

function sourceIpOf(request: IncomingMessage): string {
  return (request.socket.remoteAddress ?? '').replace(/^::ffff:/, '');
}

/** E.g. `12/Mar/2020:19:03:58 +0000`. */
function commonLogTime(epochMs: number): string {
  const [, day, month, year, time] = new Date(epochMs).toUTCString().split(' ');
  return `${day}/${month}/${year}:${time} +0000`;
}
