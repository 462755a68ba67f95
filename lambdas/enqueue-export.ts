import { readEnvironment } from '../core/contract/env.ts';
import { enqueueInput } from '../core/contract/payloads.ts';
import { executionNumberOf } from '../core/domain/execution.ts';
import { enqueueExport } from '../core/usecases/enqueue-export.ts';
import { stepHandler } from './middleware/step-handler.ts';
import { endings } from './services.ts';

const deps = endings(readEnvironment('enqueue-export'));

/** The Queued state: waits in line on a task token. */
export const handler = stepHandler('enqueue-export', enqueueInput, (input) => {
  const { taskToken, executionName, retryCount, ...ref } = input;
  return enqueueExport(deps, ref, { taskToken, executionNumber: executionNumberOf(executionName), retryCount });
});
