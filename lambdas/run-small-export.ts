import { readEnvironment } from '../core/contract/env.ts';
import { exportInput } from '../core/contract/payloads.ts';
import { ExportFailedError } from '../core/domain/errors.ts';
import { PartBuffers } from '../pipeline/parts-in-flight.ts';
import { runExport } from '../pipeline/run-export.ts';
import { catalog } from '../reports/index.ts';
import { source } from './database-services.ts';
import { logger } from './middleware/request-log.ts';
import { stepHandler } from './middleware/step-handler.ts';
import { clock, files, ids, tableStores } from './services.ts';

const env = readEnvironment('run-small-export');
const { exports, attempts } = tableStores(env);
const dependencies = {
  attempts,
  exports,
  files: files(env),
  source: source(env),
  connections: 1,
  catalog,
  clock,
  ids,
  // A new one for each export would have a full garbage collection for each.
  buffers: new PartBuffers(),
  log: logger,
};

/** Left for giving the claim back and removing what was uploaded; after that Lambda ends the process. */
const CLEAN_UP_MS = 15_000;

/** Produces a small export's file; the same pipeline as the worker's. */
export const handler = stepHandler('run-small-export', exportInput, async (ref, context) => {
  const signal = AbortSignal.timeout(Math.max(context.getRemainingTimeInMillis() - CLEAN_UP_MS, 0));
  const outcome = await runExport(ref, dependencies, { signal });
  if (outcome.kind === 'retry') throw new ExportFailedError(outcome.code, { retryable: true, cause: outcome.cause });
  return { outcome: outcome.kind };
});
