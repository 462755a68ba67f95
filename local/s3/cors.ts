import type { IncomingMessage } from 'node:http';
import { wildcard } from '../iam/wildcards.ts';

/** One rule of a bucket's CORS configuration. Origins and request headers may have a `*` in them. */
export interface CorsRule {
  readonly allowedOrigins: readonly string[];
  readonly allowedMethods: readonly string[];
  readonly allowedHeaders: readonly string[];
  readonly exposedHeaders: readonly string[];
  readonly maxAgeSeconds?: number;
}

/** Whether a browser asks what its page may ask. */
export function isPreflight({ method, headers }: IncomingMessage): boolean {
  return method === 'OPTIONS' && headers.origin !== undefined;
}

/**
 * What the page that sent a request, or wants to, may see of the answer, by the first rule that knows its origin, its method
 * and, before it is sent, each header it wants to send.
 * @returns undefined when no rule does
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/cors.html
 */
export function corsHeaders(rules: readonly CorsRule[], request: IncomingMessage): Record<string, string> | undefined {
  const { origin, 'access-control-request-method': askedMethod } = request.headers;
  const isAsking = isPreflight(request);
  const method = isAsking ? askedMethod : request.method;
  const askedHeaders = isAsking ? namesIn(request.headers['access-control-request-headers']) : [];
  if (origin === undefined || method === undefined) return undefined;
  const rule = rules.find(
    ({ allowedOrigins, allowedMethods, allowedHeaders }) =>
      allowedOrigins.some((pattern) => wildcard(pattern)(origin)) &&
      allowedMethods.includes(method) &&
      askedHeaders.every((name) => allowedHeaders.some((pattern) => wildcard(pattern, 'i')(name))),
  );
  if (rule === undefined) return undefined;
  const isForAll = rule.allowedOrigins.includes('*');
  return {
    'access-control-allow-origin': isForAll ? '*' : origin,
    'access-control-allow-methods': rule.allowedMethods.join(', '),
    ...(!isForAll && { 'access-control-allow-credentials': 'true' }),
    ...(askedHeaders.length > 0 && { 'access-control-allow-headers': askedHeaders.join(', ') }),
    ...(rule.exposedHeaders.length > 0 && { 'access-control-expose-headers': rule.exposedHeaders.join(', ') }),
    ...(rule.maxAgeSeconds !== undefined && { 'access-control-max-age': String(rule.maxAgeSeconds) }),
    vary: 'Origin, Access-Control-Request-Headers, Access-Control-Request-Method',
  };
}

function namesIn(header: string | undefined): string[] {
  return (header ?? '')
    .split(',')
    .map((name) => name.trim().toLowerCase())
    .filter((name) => name !== '');
}
