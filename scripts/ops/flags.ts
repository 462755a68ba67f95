import { FLAGS_CACHE_MS } from '../../adapters/ssm/rollout.ts';
import type { RolloutFlags } from '../../core/domain/rollout-flags.ts';
import { changeFlags } from '../../core/usecases/change-flags.ts';
import { type Call, type Command, notDone, UsageError } from './command.ts';

/** What operators call the switches. */
const switchNames = {
  accept: 'acceptExports',
  workers: 'runWorkers',
  downloads: 'allowDownloads',
} as const satisfies Record<string, keyof RolloutFlags>;

const names = Object.keys(switchNames);
const usage = `${names.join('|')} ...`;

export const pause: Command = {
  usage: `${usage} --yes`,
  help: 'Pauses new exports, the start of queued ones, or downloads. What runs goes on.',
  options: { yes: { type: 'boolean' } },
  async run(call) {
    const change = changeTo(false, call);
    if (!call.values.yes) return notDone(`pause ${call.positionals.join(', ')}`);
    return change();
  },
};

export const resume: Command = {
  usage,
  help: 'Switches on again what was paused.',
  run: (call) => changeTo(true, call)(),
};

function changeTo(on: boolean, { positionals, services }: Call) {
  const unknown = positionals.find((name) => !Object.hasOwn(switchNames, name));
  if (unknown !== undefined || positionals.length === 0) {
    throw new UsageError(`Say which: ${names.join(', ')}${unknown === undefined ? '' : `; not ${unknown}`}.`);
  }
  const flags = positionals.map((name) => [switchNames[name as keyof typeof switchNames], on]);
  return async () => {
    const { before, after } = await changeFlags(services.switches, Object.fromEntries(flags));
    const seen = `Every function sees it within ${FLAGS_CACHE_MS / 1000} s.`;
    return { json: { before, after }, lines: [`before  ${describe(before)}`, `after   ${describe(after)}`, seen] };
  };
}

/** All switches in one line. */
export function describe(flags: RolloutFlags): string {
  return Object.entries(switchNames)
    .map(([name, flag]) => `${name} ${flags[flag] ? 'on' : 'PAUSED'}`)
    .join(', ');
}
