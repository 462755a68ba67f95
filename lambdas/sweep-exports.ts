import * as z from 'zod';
import { readEnvironment } from '../core/contract/env.ts';
import { sweep } from '../core/usecases/sweep.ts';
import { logger } from './middleware/request-log.ts';
import { stepHandler } from './middleware/step-handler.ts';
import { endings, files, ids } from './services.ts';

const env = readEnvironment('sweep-exports');
const deps = { ...endings(env), files: files(env), ids };

/** Every minute: starts, slots, leases, files. */
export const handler = stepHandler('sweep-exports', z.unknown(), async () => {
  logger.info('swept', { ...(await sweep(deps)) });
});
