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
  const { failures, ...report } = await sweep(deps);
  logger.info('swept', report);
  for (const failure of failures) logger.error('part of the pass failed', failure as Error);
  if (failures.length > 0) throw new AggregateError(failures, `${failures.length} parts of the pass failed`);
});
