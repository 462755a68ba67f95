import type { Workload } from './env.ts';

/** One route of the HTTP API. */
export interface ApiRoute {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE' | 'OPTIONS' | 'ANY';
  /** As API Gateway writes it: `{name}` is one segment. */
  readonly path: `/${string}` | '$default';
  /** The handler that answers. */
  readonly workload: Workload;
  /** `jwt`: a valid token is needed before the handler is called. */
  readonly auth: 'jwt' | 'none';
}

/** Every route there is; whatever matches none of the others is answered by `$default`. */
export const apiRoutes = [
  { method: 'GET', path: '/v1/me', workload: 'get-me', auth: 'jwt' },
  { method: 'GET', path: '/v1/members', workload: 'list-members', auth: 'jwt' },
  { method: 'PUT', path: '/v1/members/{userId}', workload: 'put-member', auth: 'jwt' },
  { method: 'DELETE', path: '/v1/members/{userId}', workload: 'delete-member', auth: 'jwt' },
  { method: 'GET', path: '/v1/reports', workload: 'list-reports', auth: 'jwt' },
  { method: 'GET', path: '/v1/reports/{reportId}', workload: 'get-report', auth: 'jwt' },
  { method: 'POST', path: '/v1/reports/{reportId}/access-requests', workload: 'request-access', auth: 'jwt' },
  {
    method: 'GET',
    path: '/v1/reports/{reportId}/filters/{filter}/choices',
    workload: 'list-choices',
    auth: 'jwt',
  },
  { method: 'POST', path: '/v1/exports', workload: 'create-export', auth: 'jwt' },
  { method: 'POST', path: '/v1/exports/estimate', workload: 'estimate-export', auth: 'jwt' },
  { method: 'GET', path: '/v1/exports', workload: 'list-exports', auth: 'jwt' },
  { method: 'GET', path: '/v1/exports/{exportId}', workload: 'get-export', auth: 'jwt' },
  { method: 'DELETE', path: '/v1/exports/{exportId}', workload: 'delete-export', auth: 'jwt' },
  { method: 'GET', path: '/v1/exports/{exportId}/events', workload: 'list-export-events', auth: 'jwt' },
  { method: 'POST', path: '/v1/exports/{exportId}/cancel', workload: 'cancel-export', auth: 'jwt' },
  { method: 'POST', path: '/v1/exports/{exportId}/retry', workload: 'retry-export', auth: 'jwt' },
  { method: 'POST', path: '/v1/exports/{exportId}/rerun', workload: 'rerun-export', auth: 'jwt' },
  {
    method: 'POST',
    path: '/v1/exports/{exportId}/notifications',
    workload: 'resend-notifications',
    auth: 'jwt',
  },
  { method: 'GET', path: '/v1/exports/{exportId}/download', workload: 'download-export', auth: 'jwt' },
  { method: 'POST', path: '/v1/exports/{exportId}/download-links', workload: 'create-download-link', auth: 'jwt' },
  { method: 'POST', path: '/v1/exports/{exportId}/feedback', workload: 'send-feedback', auth: 'jwt' },
  { method: 'GET', path: '/v1/feedback', workload: 'list-feedback', auth: 'jwt' },
  { method: 'POST', path: '/v1/downloads', workload: 'open-download-link', auth: 'jwt' },
  { method: 'GET', path: '/v1/exports/{exportId}/waybill', workload: 'get-waybill', auth: 'jwt' },
  { method: 'GET', path: '/v1/webhook-endpoints', workload: 'list-webhook-endpoints', auth: 'jwt' },
  { method: 'POST', path: '/v1/webhook-endpoints', workload: 'create-webhook-endpoint', auth: 'jwt' },
  { method: 'DELETE', path: '/v1/webhook-endpoints/{endpointId}', workload: 'delete-webhook-endpoint', auth: 'jwt' },
  {
    method: 'POST',
    path: '/v1/webhook-endpoints/{endpointId}/rotate-secret',
    workload: 'rotate-webhook-secret',
    auth: 'jwt',
  },
  { method: 'POST', path: '/v1/webhook-endpoints/{endpointId}/test', workload: 'test-webhook-endpoint', auth: 'jwt' },
  {
    method: 'POST',
    path: '/v1/webhook-endpoints/{endpointId}/enable',
    workload: 'enable-webhook-endpoint',
    auth: 'jwt',
  },
  {
    method: 'GET',
    path: '/v1/webhook-endpoints/{endpointId}/deliveries',
    workload: 'list-webhook-deliveries',
    auth: 'jwt',
  },
  { method: 'GET', path: '/v1/openapi.json', workload: 'get-api-description', auth: 'none' },
  { method: 'GET', path: '/v1/docs', workload: 'get-api-description', auth: 'none' },
  { method: 'ANY', path: '$default', workload: 'route-not-found', auth: 'jwt' },
] as const satisfies readonly ApiRoute[];

/**
 * Where pages of other origins may call the API, browsers ask first, without a token. API Gateway answers that by itself,
 * but not past the authorizer of `$default`.
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-cors.html
 */
export const preflightRoute = {
  method: 'OPTIONS',
  path: '/{proxy+}',
  workload: 'route-not-found',
  auth: 'none',
} as const satisfies ApiRoute;

/** The workloads that answer requests. */
export type ApiWorkload = (typeof apiRoutes)[number]['workload'];
