import { spawnSync } from 'node:child_process';
import { globSync, readFileSync } from 'node:fs';
import { blocksIn } from './markdown.ts';

const { scripts } = JSON.parse(readFileSync('package.json', 'utf8')) as { scripts: Record<string, string> };
const cdkHelp = spawnSync('node_modules/.bin/cdk', ['--help'], { encoding: 'utf8' }).stdout;

const programs = ['npm', 'npx', 'git', 'aws', 'export', 'eval', 'out'];

/** What a page's commands may name. */
export interface Known {
  readonly stages: readonly string[];
  /** Of the stack. */
  readonly outputs: readonly string[];
}

/** Commands of a page's shell blocks in their order, each on one line and without its comment. */
export function commandsIn(markdown: string): string[] {
  return blocksIn(markdown, 'sh')
    .join('')
    .replace(/\\\n\s*/g, '')
    .split('\n')
    .map((line) => line.replace(/(^|\s)#.*$/, '').trim())
    .filter((line) => line !== '');
}

/** Whether a command calls AWS. */
export function needsAccount(command: string): boolean {
  return /\baws |\bout |\bnpx cdk (?!synth|list)|\bnpm run (-s )?(ops|put-member|erase)\b/.test(command);
}

/** What a command names that is not there. Of programs that are not ours, only the name is known. */
export function mistakesIn(command: string, { stages, outputs }: Known): string[] {
  const missing = (what: string, pattern: RegExp, isThere: (name: string) => boolean) =>
    [...command.matchAll(pattern)]
      .map(([, name = '']) => name)
      .filter((name) => !isThere(name))
      .map((name) => `${what}${name}`);
  return [
    ...missing('', /^(\w+) /g, (name) => programs.includes(name)),
    ...missing('stage ', /(?:\bstage[ =]|\bWaybill-)(\w+)/g, (name) => stages.includes(name)),
    ...missing('output ', /\bout (\w+)/g, (name) => outputs.some((output) => output.startsWith(name))),
    ...missing('cdk ', /^npx cdk (\w+)/g, (name) => cdkHelp.includes(`  cdk ${name} `)),
    ...missing('cdk ', /(?<=^npx cdk .*) (--?[a-z-]+)/g, (flag) => new RegExp(` ${flag}[ ,]`).test(cdkHelp)),
    ...mistakesOfScript(command),
  ];
}

/** Names of flags and of a program's own commands are looked for in its source. */
function mistakesOfScript(command: string): string[] {
  const [, name, given = ''] = /^npm run (?:-s )?(\S+)(?: -- (.+))?$/.exec(command) ?? [];
  if (name === undefined) return [];
  if (!Object.hasOwn(scripts, name)) return [`npm run ${name}`];
  const [, program = ''] = /^node (scripts\/\S+)\.ts$/.exec(scripts[name] ?? '') ?? [];
  const files = globSync([`${program}.ts`, `${program}/*.ts`, 'scripts/place.ts']);
  const source = files.map((file) => readFileSync(file, 'utf8')).join('\n');
  const flags = [...given.matchAll(/--([a-z-]+)/g)].map(([, flag = '']) => flag);
  const words = /^[a-z]+/.exec(given) ?? [];
  return [
    ...flags.filter((flag) => !new RegExp(`\\b${flag}'?: \\{ type: '`).test(source)).map((flag) => `${name} --${flag}`),
    ...words.filter((word) => !new RegExp(`\\b${word}\\b`).test(source)).map((word) => `${name} ${word}`),
  ];
}
