import middy from '@middy/core';
import type { APIGatewayProxyEventV2WithJWTAuthorizer, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import type * as z from 'zod';
import type { Memberships } from '../../core/ports/memberships.ts';
import type { Caller } from '../../core/usecases/caller.ts';
import { identity } from './identity.ts';
import { jsonBody } from './json-body.ts';
import { problemResponse } from './problem-response.ts';
import { requestLog } from './request-log.ts';

/** API Gateway's event as the middleware leaves it for the handler. */
export interface ApiEvent<Body> extends Omit<APIGatewayProxyEventV2WithJWTAuthorizer, 'body'> {
  /** The person who calls, with the membership read for this request. */
  readonly caller: Caller;
  /** The parsed body. */
  readonly body: Body;
}

export type ApiResponse = APIGatewayProxyStructuredResultV2;

export interface ApiOptions<Body extends z.ZodType> {
  /** The handler's name in the logs. */
  readonly workload: string;
  readonly memberships: Memberships;
  /** The body's schema; without one a body is ignored. */
  readonly body?: Body;
}

/** Wraps an API handler: request log, errors as problem+json, the caller's live membership, the validated body. */
export function apiHandler<Body extends z.ZodType = z.ZodUndefined>(
  options: ApiOptions<Body>,
  work: (event: ApiEvent<z.output<Body>>) => Promise<ApiResponse>,
) {
  return middy<APIGatewayProxyEventV2WithJWTAuthorizer, ApiResponse>()
    .use(requestLog(options.workload))
    .use(problemResponse())
    .use(identity(options.memberships))
    .use(jsonBody(options.body))
    .handler((event) => work(event as unknown as ApiEvent<z.output<Body>>));
}

/** A route that anybody may call. */
export function publicHandler(
  workload: string,
  work: (event: APIGatewayProxyEventV2WithJWTAuthorizer) => Promise<ApiResponse>,
) {
  return middy<APIGatewayProxyEventV2WithJWTAuthorizer, ApiResponse>()
    .use(requestLog(workload))
    .use(problemResponse())
    .handler((event) => work(event));
}
