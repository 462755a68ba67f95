import { readEnvironment } from '../core/contract/env.ts';
import { enqueueInput } from '../core/contract/payloads.ts';
import { enqueueExport } from '../core/usecases/enqueue-export.ts';
import { stepHandler } from './middleware/step-handler.ts';
import { endings } from './services.ts';

const deps = endings(readEnvironment('enqueue-export'));

/** The Queued state: waits in line on a task token. */
export const handler = stepHandler('enqueue-export', enqueueInput, ({ taskToken, ...ref }) =>
  enqueueExport(deps, ref, taskToken),
);
