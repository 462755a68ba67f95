import { readEnvironment } from '../core/contract/env.ts';
import { awaitRangesInput } from '../core/contract/payloads.ts';
import { handOver } from '../core/usecases/hand-over.ts';
import { stepHandler } from './middleware/step-handler.ts';
import { clock, ranges, tokens } from './services.ts';

const env = readEnvironment('await-ranges');
const deps = { ranges: ranges(env), executions: tokens(), clock };

/** Waits on a task token for the word of the lead how many workers are wanted. */
export const handler = stepHandler('await-ranges', awaitRangesInput, ({ exportId, handover, taskToken }) =>
  handOver(deps, exportId, handover, { token: taskToken }),
);
