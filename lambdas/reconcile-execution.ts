import { readEnvironment } from '../core/contract/env.ts';
import { executionStatusChange, exportInput } from '../core/contract/payloads.ts';
import { executionNumberOf } from '../core/domain/execution.ts';
import { reconcileExecution } from '../core/usecases/reconcile-execution.ts';
import { logger } from './middleware/request-log.ts';
import { stepHandler } from './middleware/step-handler.ts';
import { endings } from './services.ts';

const deps = endings(readEnvironment('reconcile-execution'));

/** Ends exports whose execution ended without telling how. */
export const handler = stepHandler('reconcile-execution', executionStatusChange, async ({ detail }) => {
  const ref = exportInput.parse(JSON.parse(detail.input ?? '{}'));
  logger.appendKeys({ ...ref, executionArn: detail.executionArn });
  await reconcileExecution(deps, ref, executionNumberOf(detail.name));
});
