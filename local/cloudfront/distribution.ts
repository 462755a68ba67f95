import type { IncomingMessage, ServerResponse } from 'node:http';
import type { LocalClock } from '../clock.ts';
import type { Bucket } from '../s3/bucket.ts';
import type { Listener } from '../shared-port.ts';
import type { BehaviorPlan, DistributionPlan } from '../template/plan/distributions.ts';
import type { ResponseHeader } from '../template/plan/response-headers.ts';
import { answerFromBucket, type OriginAnswer } from './bucket-origin.ts';
import { requestedPath } from './requested-path.ts';
import { loadViewerFunction } from './viewer-function.ts';

export interface DistributionOptions {
  readonly plan: DistributionPlan;
  readonly buckets: (name: string) => Bucket;
  /** What answers for an HTTP API, by its id. */
  readonly apis: ReadonlyMap<string, Listener>;
  readonly clock: LocalClock;
}

/** One behavior, ready to answer what its pattern matches. */
interface Behavior {
  readonly matches: (path: string) => boolean;
  readonly methods: readonly string[];
  readonly answer: (request: IncomingMessage, response: ServerResponse, path: string) => Promise<void>;
}

/** The front of everything: each request goes to the origin of the first behavior that matches its path. */
export function createDistribution(options: DistributionOptions): Listener {
  const behaviors = options.plan.behaviors.map((plan): Behavior => {
    const pattern = patternOf(plan.pathPattern);
    return { matches: (path) => pattern.test(path), methods: plan.methods, answer: answerOf(plan, options) };
  });
  return async (request, response) => {
    const path = requestedPath(request.url ?? '/');
    const behavior = behaviors.find(({ matches }) => matches(path));
    if (behavior === undefined) return false;
    if (behavior.methods.includes(request.method ?? '')) await behavior.answer(request, response, path);
    else response.writeHead(403, { 'content-type': 'text/plain' }).end('The distribution does not take this method.');
    return true;
  };
}

function patternOf(pathPattern: string): RegExp {
  const pattern = pathPattern
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  return new RegExp(`^${pattern}$`, 's');
}

function answerOf(plan: BehaviorPlan, options: DistributionOptions): Behavior['answer'] {
  const { origin } = plan;
  if (origin.kind === 'api') {
    const api = options.apis.get(origin.apiId);
    if (api === undefined) throw new Error(`The API ${origin.apiId} is not started.`);
    return async (request, response) => {
      // None of them overrides (see the plan): what the API writes itself replaces what was set before.
      for (const { name, value } of plan.responseHeaders) response.setHeader(name, value);
      await api(request, response);
    };
  }
  const bucket = options.buckets(origin.bucketName);
  const rewrite = plan.viewerRequestCode === undefined ? undefined : loadViewerFunction(plan.viewerRequestCode);
  return async (request, response, path) => {
    const uri = rewrite ? rewrite({ method: request.method ?? '', uri: path }) : path;
    const key = uri === '/' ? options.plan.defaultRootObject : uri.slice(1);
    const answer = await answerFromBucket(bucket, decoded(key), origin.allowedActions);
    response.setHeader('date', new Date(options.clock.now()).toUTCString());
    send(request, response, answer, plan.responseHeaders);
  };
}

/** What is not well encoded is no key of any file. */
function decoded(key: string): string {
  try {
    return decodeURIComponent(key);
  } catch {
    return key;
  }
}

function send(
  request: IncomingMessage,
  response: ServerResponse,
  { status, headers, body }: OriginAnswer,
  added: readonly ResponseHeader[],
): void {
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
  for (const { name, value, override } of added) {
    if (override || !response.hasHeader(name)) response.setHeader(name, value);
  }
  const isKnown = headers.etag !== undefined && request.headers['if-none-match'] === headers.etag;
  if (isKnown) response.writeHead(304).end();
  else response.writeHead(status, { 'content-length': body.length }).end(request.method === 'HEAD' ? undefined : body);
}
