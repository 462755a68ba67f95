import { readEnvironment } from '../core/contract/env.ts';
import { executionStatusChange, exportInput } from '../core/contract/payloads.ts';
import { reconcileExecution } from '../core/usecases/reconcile-execution.ts';
import { stepHandler } from './middleware/step-handler.ts';
import { endings } from './services.ts';

const deps = endings(readEnvironment('reconcile-execution'));

/** Ends exports whose execution ended without telling how. */
export const handler = stepHandler('reconcile-execution', executionStatusChange, async ({ detail }) => {
  const number = Number(detail.name.split('-').at(-1));
  await reconcileExecution(deps, exportInput.parse(JSON.parse(detail.input ?? '{}')), number);
});
