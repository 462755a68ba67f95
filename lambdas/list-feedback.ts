import { readEnvironment } from '../core/contract/env.ts';
import { listFeedbackQuery } from '../core/contract/feedback-schemas.ts';
import { listFeedback } from '../core/usecases/list-feedback.ts';
import { apiHandler } from './middleware/api-handler.ts';
import { parseQuery } from './middleware/parse-query.ts';
import { json } from './middleware/responses.ts';
import { callerStores, clock } from './services.ts';

const { feedback, memberships } = callerStores(readEnvironment('list-feedback'));

/** GET /v1/feedback */
export const handler = apiHandler(
  { workload: 'list-feedback', memberships },
  async ({ caller, queryStringParameters }) =>
    json(200, await listFeedback({ feedback, clock }, caller, parseQuery(listFeedbackQuery, queryStringParameters))),
);
