import { queueStatus } from '../../core/usecases/queue-status.ts';
import type { Command } from './command.ts';
import { describe } from './flags.ts';
import { duration } from './table.ts';

export const status: Command = {
  usage: '',
  help: 'Flags, queue, slots, and the sweeper.',
  async run({ services }) {
    const found = await queueStatus(services);
    const { flags, queued, oldestQueuedMs, running, poolCap, sweptAt } = found;
    const oldest = oldestQueuedMs === undefined ? '' : `, the oldest for ${duration(oldestQueuedMs)}`;
    const unknown = flags.runWorkers ? 'has not passed yet' : 'not noted while workers are paused';
    return {
      json: found,
      lines: [
        `flags    ${describe(flags)}`,
        `queued   ${queued}${oldest}`,
        `running  ${running} of ${poolCap}`,
        `sweeper  ${sweptAt === undefined ? unknown : `${duration(services.clock.now() - sweptAt)} ago`}`,
      ],
    };
  },
};
