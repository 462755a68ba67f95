import type { IncomingMessage } from 'node:http';

/** The CORS configuration of an HTTP API. */
export interface CorsConfiguration {
  /** Origins, or `*`, `http://*`, `https://*`. */
  readonly allowOrigins: readonly string[];
  readonly allowMethods?: readonly string[] | undefined;
  readonly allowHeaders?: readonly string[] | undefined;
  readonly exposeHeaders?: readonly string[] | undefined;
  readonly maxAgeSeconds?: number | undefined;
  readonly allowCredentials?: boolean | undefined;
}

/** Whether a request is a preflight, which API Gateway answers by itself. */
export function isPreflight({ method, headers }: IncomingMessage): boolean {
  return method === 'OPTIONS' && headers.origin !== undefined && headers['access-control-request-method'] !== undefined;
}

/**
 * The CORS headers of a response; they replace those of the integration.
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-cors.html
 */
export function corsHeaders(configuration: CorsConfiguration, request: IncomingMessage): Record<string, string> {
  const { origin } = request.headers;
  const allowed = configuration.allowOrigins.find((pattern) => matches(pattern, origin));
  if (origin === undefined || allowed === undefined) return {};
  const headers: Record<string, string> = { 'access-control-allow-origin': allowed === '*' ? '*' : origin };
  if (configuration.allowCredentials) headers['access-control-allow-credentials'] = 'true';
  const { allowMethods, allowHeaders, exposeHeaders, maxAgeSeconds } = configuration;
  if (exposeHeaders) headers['access-control-expose-headers'] = exposeHeaders.join(',');
  if (!isPreflight(request)) return headers;
  if (allowMethods) headers['access-control-allow-methods'] = allowMethods.join(',');
  if (allowHeaders) headers['access-control-allow-headers'] = allowHeaders.join(',');
  if (maxAgeSeconds !== undefined) headers['access-control-max-age'] = String(maxAgeSeconds);
  return headers;
}

function matches(pattern: string, origin: string | undefined): boolean {
  if (origin === undefined) return false;
  return pattern.endsWith('*') ? origin.startsWith(pattern.slice(0, -1)) : origin === pattern;
}
