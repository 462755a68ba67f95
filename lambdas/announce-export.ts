import { readEnvironment } from '../core/contract/env.ts';
import { exportInput } from '../core/contract/payloads.ts';
import { announceExport } from '../core/usecases/announce-export.ts';
import { stepHandler } from './middleware/step-handler.ts';
import { announcing } from './services.ts';

const deps = announcing(readEnvironment('announce-export'));

/** The step after an export's end: tells whoever is to be told. It fails, and is tried again, until everybody was. */
export const handler = stepHandler('announce-export', exportInput, async (ref) => {
  if ((await announceExport(deps, ref)) === 'pending') throw new Error('a mail is being sent by somebody else');
});
