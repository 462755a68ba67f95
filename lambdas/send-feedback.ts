import { readEnvironment } from '../core/contract/env.ts';
import { feedbackRequest } from '../core/contract/feedback-schemas.ts';
import { sendFeedback } from '../core/usecases/send-feedback.ts';
import { apiHandler } from './middleware/api-handler.ts';
import { logger } from './middleware/request-log.ts';
import { json } from './middleware/responses.ts';
import { callerStores, clock, ids } from './services.ts';

const { exports: store, memberships } = callerStores(readEnvironment('send-feedback'));

/** POST /v1/exports/{exportId}/feedback */
export const handler = apiHandler(
  { workload: 'send-feedback', memberships, body: feedbackRequest },
  async ({ caller, body, pathParameters }) => {
    const given = await sendFeedback({ store, clock, ids }, caller, pathParameters?.exportId ?? '', body);
    logger.info('support signal', { signal: given.kind, report: given.report.id });
    return json(201, given);
  },
);
