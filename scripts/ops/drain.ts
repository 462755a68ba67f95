import { setTimeout as sleep } from 'node:timers/promises';
import { FLAGS_CACHE_MS } from '../../adapters/ssm/rollout.ts';
import { changeFlags } from '../../core/usecases/change-flags.ts';
import { type Command, notDone } from './command.ts';

const LOOK_MS = 2_000;

/** A store may keep the time of a change in whole seconds. */
const ROUNDING_MS = 1_000;

const stillPaused = 'Workers stay paused. Switch them on again with: resume workers';

export const drain: Command = {
  usage: '--yes',
  help: 'Pauses workers and waits until nothing runs; Ctrl-C stops waiting, and leaves them paused.',
  options: { yes: { type: 'boolean' } },
  async run({ services, values, progress }) {
    if (!values.yes) return notDone('pause workers and wait until nothing runs');
    process.once('SIGINT', () => {
      progress(`No longer waiting. ${stillPaused}`);
      process.exit(1);
    });
    await changeFlags(services.switches, { runWorkers: false });
    const { changedAt } = await services.switches.read();
    // Until then a function may still start one.
    const seenByAllAt = changedAt + FLAGS_CACHE_MS + ROUNDING_MS;
    for (;;) {
      const { pool } = await services.admissions.readQueue();
      const isSeen = services.clock.now() >= seenByAllAt;
      if (pool.running.size === 0 && isSeen) break;
      progress(isSeen ? `${pool.running.size} running` : `${pool.running.size} running; not every function knows yet`);
      await sleep(LOOK_MS);
    }
    return { json: { running: 0, runWorkers: false }, lines: ['Nothing runs.', stillPaused] };
  },
};
