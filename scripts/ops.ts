import { userInfo } from 'node:os';
import { parseArgs } from 'node:util';
import { type Answer, type Command, UsageError } from './ops/command.ts';
import { drain } from './ops/drain.ts';
import { drift } from './ops/drift.ts';
import { fail } from './ops/fail.ts';
import { pause, resume } from './ops/flags.ts';
import { list } from './ops/list.ts';
import { quotas } from './ops/quotas.ts';
import { requeue } from './ops/requeue.ts';
import { openServices } from './ops/services.ts';
import { show } from './ops/show.ts';
import { status } from './ops/status.ts';
import { findPlace, PLACE_USAGE, placeOptions } from './place.ts';

const commands: Readonly<Record<string, Command>> = {
  ...{ status, list, show, requeue, fail, pause, resume, drain, drift, quotas },
};

const USAGE = `Usage: npm run ops -- COMMAND ...

${Object.entries(commands)
  .map(([name, { usage, help }]) => `  ${`${name} ${usage}`.trimEnd()}\n      ${help}`)
  .join('\n')}

${PLACE_USAGE}
  --as NAME       who you are, for timelines @default your name on this machine
  --json          one JSON value for machines

Exit codes: 0 done; 1 refused, failed, or not done for want of --yes, and for drift, that there is some; 2 called wrongly.`;

const commonOptions = {
  ...placeOptions,
  as: { type: 'string', default: userInfo().username },
  json: { type: 'boolean', default: false },
  help: { type: 'boolean', default: false },
} as const;

/** @throws UsageError when there is no such command, or not with these options */
function parse(name: string | undefined, args: readonly string[]) {
  const command = name !== undefined && Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (command === undefined)
    throw new UsageError(name === undefined ? 'Name a command.' : `There is no command ${name}.`);
  try {
    const options = { ...command.options, ...commonOptions };
    const { values, positionals } = parseArgs({ args: [...args], options, allowPositionals: true });
    return { command, values: values as Parsed, positionals };
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}

/** The common options, whose types are lost beside those of a command. */
type Parsed = {
  readonly stage?: string;
  readonly local: string;
  readonly as: string;
  readonly json: boolean;
};

async function run(name: string | undefined, args: readonly string[]): Promise<Answer & { isJson: boolean }> {
  const { command, values, positionals } = parse(name, args);
  const answer = await command.run({
    services: openServices(await findPlace(values)),
    positionals,
    values,
    operator: `operator:${values.as}`,
    progress: (line) => console.error(line),
  });
  return { ...answer, isJson: values.json };
}

const [name, ...args] = process.argv.slice(2);
if (name === undefined || name === '--help' || args.includes('--help')) {
  console.log(USAGE);
  process.exitCode = name === undefined ? 2 : 0;
} else {
  try {
    const { json, lines, isFailure, isJson } = await run(name, args);
    console.log(isJson ? JSON.stringify(json) : lines.join('\n'));
    if (isFailure) process.exitCode = 1;
  } catch (error) {
    console.error((error as Error).message);
    if (error instanceof UsageError) console.error('npm run ops -- --help shows how it is called.');
    process.exitCode = error instanceof UsageError ? 2 : 1;
  }
}
