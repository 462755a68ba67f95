import { readEnvironment } from '../core/contract/env.ts';
import { notificationRequest } from '../core/contract/export-schemas.ts';
import { viewExport } from '../core/usecases/export-view.ts';
import { type ResendDeps, resendNotifications } from '../core/usecases/resend-notifications.ts';
import { apiHandler } from './middleware/api-handler.ts';
import { logger } from './middleware/request-log.ts';
import { json } from './middleware/responses.ts';
import { announcing, callerStores, clock } from './services.ts';

const env = readEnvironment('resend-notifications');
const stores = callerStores(env);
const { memberships } = stores;
const deps: ResendDeps = {
  ...announcing(env, stores),
  memberships,
  onUnsent: (cause) => logger.warn('a mail that was asked for has to wait', cause as Error),
};

/** POST /v1/exports/{exportId}/notifications */
export const handler = apiHandler(
  { workload: 'resend-notifications', memberships, body: notificationRequest },
  async ({ caller, pathParameters, body }) => {
    const record = await resendNotifications(deps, caller, pathParameters?.exportId ?? '', body.email);
    return json(202, viewExport(record, { now: clock.now() }));
  },
);
