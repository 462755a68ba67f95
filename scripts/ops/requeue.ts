import { requeueExport } from '../../core/usecases/requeue-export.ts';
import type { Command } from './command.ts';
import { findExport } from './find-export.ts';

export const requeue: Command = {
  usage: 'EXPORT --account ACCOUNT',
  help: 'Retries a failed export for whoever asked for it, as a new export.',
  options: { account: { type: 'string' } },
  async run(call) {
    const ref = await findExport(call);
    const retry = await requeueExport(call.services, ref, call.operator);
    const json = { exportId: retry.id, accountId: retry.accountId, retryOf: ref.exportId };
    return { json, lines: [`Queued ${retry.id} of ${retry.accountId} as a retry of ${ref.exportId}.`] };
  },
};
