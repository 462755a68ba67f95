import * as z from 'zod';
import { readEnvironment } from '../core/contract/env.ts';
import { levelsOf } from '../core/usecases/measurements.ts';
import { sweep } from '../core/usecases/sweep.ts';
import { logger } from './middleware/request-log.ts';
import { stepHandler } from './middleware/step-handler.ts';
import { announcing, emitter, endings, files, ids, ranges, tableStores } from './services.ts';

const env = readEnvironment('sweep-exports');
const emit = emitter(env);
const stores = tableStores(env);
const deps = { ...endings(env, stores), ...announcing(env, stores), files: files(env), ranges: ranges(env), ids };

/** Every minute: starts, slots, leases, files, mails. */
export const handler = stepHandler('sweep-exports', z.unknown(), async () => {
  const swept = await sweep(deps);
  const { failures, ...report } = swept;
  emit(levelsOf(swept));
  logger.info('swept', report);
  for (const failure of failures) logger.error('part of the pass failed', failure as Error);
  if (failures.length > 0) throw new AggregateError(failures, `${failures.length} parts of the pass failed`);
});
