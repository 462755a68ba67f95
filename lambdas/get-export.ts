import { readEnvironment } from '../core/contract/env.ts';
import { markFrom, markText } from '../core/domain/export-mark.ts';
import { isTerminal } from '../core/domain/lifecycle.ts';
import { getExport } from '../core/usecases/get-export.ts';
import { POLL_SECONDS } from './middleware/accepted.ts';
import { apiHandler } from './middleware/api-handler.ts';
import { conditional, prefixOfTag } from './middleware/responses.ts';
import { callerStores, clock } from './services.ts';

const { exports: store, admissions, memberships } = callerStores(readEnvironment('get-export'));

/** GET /v1/exports/{exportId}; 304 while nothing the reader would see has changed. */
export const handler = apiHandler(
  { workload: 'get-export', memberships },
  async ({ caller, pathParameters, headers }) => {
    const known = headers['if-none-match'];
    const { view, mark } = await getExport({ store, admissions, clock }, caller, pathParameters?.exportId ?? '', {
      mayLag: known !== undefined,
      seen: markFrom(prefixOfTag(known)),
    });
    const retryAfter = isTerminal(view.status) ? {} : { 'retry-after': `${POLL_SECONDS}` };
    return conditional(view, known, { headers: retryAfter, tagPrefix: markText(mark) });
  },
);
