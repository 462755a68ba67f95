import { Logger } from '@aws-lambda-powertools/logger';
import type middy from '@middy/core';
import type { APIGatewayProxyEventV2WithJWTAuthorizer } from 'aws-lambda';
import type { ApiResponse } from './api-handler.ts';

/** One JSON logger per function instance. */
export const logger = new Logger({
  serviceName: 'waybill',
  persistentKeys: { stage: process.env.STAGE ?? 'unknown' },
});

type Request = middy.Request<APIGatewayProxyEventV2WithJWTAuthorizer, ApiResponse>;

/** One line a request, with its id in every other line of the same request. Bodies and tokens are never logged. */
export function requestLog(
  workload: string,
): middy.MiddlewareObj<APIGatewayProxyEventV2WithJWTAuthorizer, ApiResponse> {
  const startedAt = new WeakMap<object, number>();
  const finish = (request: Request) => {
    logger.info('request', {
      workload,
      route: request.event.routeKey,
      status: request.response?.statusCode,
      durationMs: Date.now() - (startedAt.get(request.context) ?? Date.now()),
    });
    logger.resetKeys();
  };
  return {
    before(request) {
      startedAt.set(request.context, Date.now());
      const exportId = request.event.pathParameters?.exportId;
      logger.appendKeys({
        requestId: request.event.requestContext.requestId,
        ...(exportId !== undefined && { exportId }),
      });
    },
    after: finish,
    onError: finish,
  };
}
