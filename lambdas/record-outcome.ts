import { readEnvironment } from '../core/contract/env.ts';
import { recordOutcomeInput } from '../core/contract/payloads.ts';
import { recordOutcome } from '../core/usecases/record-outcome.ts';
import { stepHandler } from './middleware/step-handler.ts';
import { endings } from './services.ts';

const deps = endings(readEnvironment('record-outcome'));

/** The last step of every execution. */
export const handler = stepHandler('record-outcome', recordOutcomeInput, ({ state, ...ref }) =>
  recordOutcome(deps, ref, state.error),
);
