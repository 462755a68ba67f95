import { ProblemError } from '../core/domain/errors.ts';
import { publicHandler } from './middleware/api-handler.ts';

/** Every route the API does not have. */
export const handler = publicHandler('route-not-found', async ({ requestContext: { http } }) => {
  throw new ProblemError('not_found', `There is no ${http.method} ${http.path}. GET /v1/docs describes the API.`);
});
