import { preflightRoute } from '../core/contract/routes.ts';
import { ProblemError } from '../core/domain/errors.ts';
import { publicHandler } from './middleware/api-handler.ts';

const preflight = `${preflightRoute.method} ${preflightRoute.path}`;

/** Every route the API does not have; and preflights, should API Gateway pass one on. */
export const handler = publicHandler('route-not-found', async ({ routeKey, requestContext: { http } }) => {
  if (routeKey === preflight) return { statusCode: 204 };
  throw new ProblemError('not_found', `There is no ${http.method} ${http.path}. GET /v1/docs describes the API.`);
});
