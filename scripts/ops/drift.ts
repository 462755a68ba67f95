import { driftKinds, findDrift } from '../../core/usecases/find-drift.ts';
import { repairRunning } from '../../core/usecases/repair-running.ts';
import type { Command } from './command.ts';

export const drift: Command = {
  usage: '[--repair]',
  help: "Where the queue's items and the records disagree; --repair does what the sweeper does each minute.",
  options: { repair: { type: 'boolean' } },
  async run({ services, values }) {
    const found = await findDrift(services);
    const repaired = values.repair ? (await repairRunning(services)).repaired : undefined;
    const left = repaired === undefined ? found : await findDrift(services);
    return {
      json: { found, ...(repaired !== undefined && { repaired }), left },
      lines: [
        ...(found.length === 0 ? ['No drift.'] : []),
        ...found.map(({ kind, exportId, accountId }) => `${exportId} ${accountId ?? ''} ${driftKinds[kind]}`),
        ...(repaired === undefined ? [] : [`Repaired ${repaired}; left ${left.length}.`]),
      ],
      isFailure: left.length > 0,
    };
  },
};
