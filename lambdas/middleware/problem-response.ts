import type middy from '@middy/core';
import type { APIGatewayProxyEventV2WithJWTAuthorizer } from 'aws-lambda';
import type { ProblemView } from '../../core/contract/problem-schema.ts';
import { ProblemError, StoreUnavailableError } from '../../core/domain/errors.ts';
import { problems } from '../../core/domain/problem.ts';
import type { ApiResponse } from './api-handler.ts';
import { logger } from './request-log.ts';

const UNKNOWN_DETAIL =
  'The request could not be completed. Try again; if it keeps failing, tell your administrator the requestId.';

/** Long enough for a throttled table to catch its breath. */
const UNAVAILABLE_RETRY_SECONDS = 2;

/**
 * The one place where errors become HTTP: problems as they are, everything else as a generic 500 that tells nothing
 * but the request's id.
 * @see https://www.rfc-editor.org/rfc/rfc9457
 */
export function problemResponse(): middy.MiddlewareObj<APIGatewayProxyEventV2WithJWTAuthorizer, ApiResponse> {
  return {
    onError(request) {
      const { requestId } = request.event.requestContext;
      const { error } = request;
      if (!(error instanceof ProblemError)) logger.error('unhandled error', error as Error);
      request.response = renderProblem(problemOf(error), requestId);
    },
  };
}

function problemOf(error: unknown): ProblemError {
  if (error instanceof ProblemError) return error;
  if (error instanceof StoreUnavailableError) {
    return new ProblemError('unavailable', 'The request could not be completed for the moment. Send it again.', {
      extensions: { retryAfterSeconds: UNAVAILABLE_RETRY_SECONDS },
    });
  }
  return new ProblemError('internal', UNKNOWN_DETAIL);
}

function renderProblem(error: ProblemError, requestId: string): ApiResponse {
  const { status, title } = problems[error.code];
  const body: ProblemView = {
    type: `/v1/docs#problem-${error.code}`,
    title,
    status,
    detail: error.message,
    code: error.code,
    ...(error.issues.length > 0 && { errors: [...error.issues] }),
    requestId,
    ...error.extensions,
  };
  return {
    statusCode: status,
    headers: {
      'content-type': 'application/problem+json',
      'cache-control': 'no-store',
      ...(error.extensions.retryAfterSeconds !== undefined && {
        'retry-after': String(error.extensions.retryAfterSeconds),
      }),
    },
    body: JSON.stringify(body),
  };
}
