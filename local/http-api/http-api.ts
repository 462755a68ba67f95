import { randomBytes } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { LocalClock } from '../clock.ts';
import { type Measure, measureNothing } from '../cloudwatch/metric.ts';
import { InvokeRefusedError } from '../lambda/function-error.ts';
import type { InvokeFunction } from '../lambda/lambda-host.ts';
import type { LogLine } from '../line-log.ts';
import { apiMetrics } from './api-metrics.ts';
import { type CorsConfiguration, corsHeaders, isPreflight } from './cors.ts';
import { integrationEvent } from './integration-event.ts';
import { integrationResponse } from './integration-response.ts';
import {
  JwtAuthorizer,
  type JwtAuthorizerConfiguration,
  type JwtIdentity,
  NotAuthorizedError,
} from './jwt-authorizer.ts';
import { BodyTooLargeError, readBody } from './request-body.ts';
import { type RouteMatch, RouteTable } from './route-table.ts';

/** The longest an HTTP API waits for an integration. */
const INTEGRATION_TIMEOUT_SECONDS = 30;

/** One route of the template. */
export interface HttpRoute {
  /** E.g. `GET /v1/exports/{id}`, `ANY /{proxy+}` or `$default`. */
  readonly routeKey: string;
  readonly functionArn: string;
  readonly authorizer?: JwtAuthorizerConfiguration | undefined;
  /** Scopes of which a token needs one. */
  readonly scopes?: readonly string[] | undefined;
  /** @default 30 */
  readonly timeoutSeconds?: number | undefined;
}

export interface HttpApiOptions {
  readonly routes: readonly HttpRoute[];
  readonly invoke: InvokeFunction;
  readonly clock: LocalClock;
  /** Learns why a client was told no more than "Internal Server Error" or "Service Unavailable". */
  readonly log: LogLine;
  readonly cors?: CorsConfiguration | undefined;
  readonly accountId: string;
  readonly apiId: string;
  /** @default nothing is measured */
  readonly measure?: Measure;
}

/** A request listener that says whether it answered. */
type RequestListener = (request: IncomingMessage, response: ServerResponse) => Promise<boolean>;

export interface HttpApi {
  /** Answers every request, unknown routes too: put it last. */
  readonly handle: RequestListener;
}

/** An answer that API Gateway gives by itself. */
class GatewayError extends Error {
  override readonly name = 'GatewayError';
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;

  constructor(status: number, message: string, headers: Readonly<Record<string, string>> = {}) {
    super(message);
    this.status = status;
    this.headers = headers;
  }
}

/** The front of the template's HTTP API: routes, authorizers and Lambda proxy integrations of payload format 2.0. */
export function createHttpApi(options: HttpApiOptions): HttpApi {
  const { invoke, clock, log, cors } = options;
  const metrics = apiMetrics(options.apiId, options.measure ?? measureNothing);
  const table = new RouteTable(options.routes);
  const authorizers = new Map<HttpRoute, JwtAuthorizer>();
  const byConfiguration = new Map<string, JwtAuthorizer>();
  for (const route of options.routes) {
    if (route.authorizer === undefined) continue;
    const key = JSON.stringify(route.authorizer);
    const authorizer = byConfiguration.get(key) ?? new JwtAuthorizer(route.authorizer, clock);
    byConfiguration.set(key, authorizer);
    authorizers.set(route, authorizer);
  }

  function find(request: IncomingMessage): RouteMatch<HttpRoute> {
    const [path = '/'] = (request.url ?? '/').split('?');
    try {
      const match = table.match(request.method ?? 'GET', path);
      if (match !== undefined) return match;
    } catch {
      throw new GatewayError(400, 'Bad Request');
    }
    throw new GatewayError(404, 'Not Found');
  }

  async function authorize(route: HttpRoute, request: IncomingMessage): Promise<JwtIdentity | undefined> {
    try {
      return await authorizers.get(route)?.authorize(request.headers.authorization, route.scopes ?? []);
    } catch (error) {
      if (!(error instanceof NotAuthorizedError)) throw error;
      const message = error.status === 401 ? 'Unauthorized' : 'Forbidden';
      throw new GatewayError(error.status, message, { 'www-authenticate': error.challenge });
    }
  }

  /** Whether a route with an authorizer takes it: that comes first, and a preflight has no token. */
  function isGuarded(request: IncomingMessage): boolean {
    try {
      return find(request).route.authorizer !== undefined;
    } catch {
      return false;
    }
  }

  async function integrate(request: IncomingMessage, response: ServerResponse, requestId: string): Promise<void> {
    const timeEpochMs = clock.now();
    const { route, pathParameters } = find(request);
    const identity = await authorize(route, request);
    const body = await readBody(request);
    const { routeKey, functionArn, timeoutSeconds = INTEGRATION_TIMEOUT_SECONDS } = route;
    const { accountId, apiId } = options;
    const event = { request, body, routeKey, pathParameters, identity, requestId, accountId, apiId, timeEpochMs };
    const invokedAt = performance.now();
    const { payload } = await invoke({
      caller: 'service',
      functionArn,
      payload: integrationEvent(event),
      signal: AbortSignal.timeout(timeoutSeconds * 1000),
    }).finally(() => metrics.integrated(invokedAt));
    const { status, headers, cookies, body: content } = integrationResponse(payload);
    for (const [name, value] of Object.entries(headers)) {
      if (cors === undefined || !name.startsWith('access-control-')) response.setHeader(name, value);
    }
    if (cookies.length > 0) response.setHeader('set-cookie', cookies);
    response.setHeader('content-length', content.length);
    response.statusCode = status;
    response.end(content);
  }

  /** @param kept names of the headers that are not an integration's */
  function fail(error: unknown, request: IncomingMessage, response: ServerResponse, kept: readonly string[]): void {
    const { status, message, headers } = gatewayError(error);
    if (status >= 500) log('http-api', `${request.method} ${request.url}: ${String(error)}`);
    for (const name of response.getHeaderNames()) {
      if (!kept.includes(name)) response.removeHeader(name);
    }
    response.writeHead(status, { 'content-type': 'application/json', ...headers });
    response.end(JSON.stringify({ message }));
    request.resume();
  }

  return {
    async handle(request, response) {
      const startedAt = performance.now();
      const requestId = `${randomBytes(11).toString('base64url')}=`;
      response.setHeader('apigw-requestid', requestId);
      // Browsers take the server's time from it.
      response.setHeader('date', new Date(clock.now()).toUTCString());
      if (cors !== undefined) {
        for (const [name, value] of Object.entries(corsHeaders(cors, request))) response.setHeader(name, value);
        if (isPreflight(request) && !isGuarded(request)) {
          response.writeHead(204).end();
          return true;
        }
      }
      // The API's own, and those of what is in front of it.
      const kept = response.getHeaderNames();
      try {
        await integrate(request, response, requestId);
      } catch (error) {
        fail(error, request, response, kept);
      }
      metrics.answered(response.statusCode, startedAt);
      return true;
    },
  };
}

function gatewayError(error: unknown): GatewayError {
  if (error instanceof GatewayError) return error;
  const isRefused = error instanceof InvokeRefusedError && error.name === 'RequestTooLargeException';
  if (isRefused || error instanceof BodyTooLargeError) return new GatewayError(413, 'Request Entity Too Large');
  if (error instanceof DOMException && error.name === 'TimeoutError')
    return new GatewayError(503, 'Service Unavailable');
  return new GatewayError(500, 'Internal Server Error');
}
