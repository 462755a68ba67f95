// @module-tag deploy-guide
// @module-tag deploy-dry-walk

import { spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { parseStageConfig } from '../../lib/config/config.ts';
import { cdkContext, type Json, synthesize } from '../lib/synthesize.ts';
import { commandsIn, mistakesIn, needsAccount } from './commands.ts';
import { blocksIn, codeIn, tableIn } from './markdown.ts';
import { type StageKey, stageKeys } from './stage-keys.ts';

const page = readFileSync('docs/deploy.md', 'utf8');
const beforeAccount = page.slice(0, page.indexOf('\n## The account'));
const { stages } = cdkContext;
const templates: Record<string, Json> = Object.fromEntries(
  ['dev', 'prod'].map((stage) => [stage, synthesize({ stage }).toJSON()]),
);
const outputs = Object.keys(templates.dev.Outputs);
const known = { stages: Object.keys(stages), outputs };

describe('the commands', () => {
  test('exist, with their flags, stages and outputs', () => {
    const inline = codeIn(page).filter((code) => /^(npm|npx|aws) /.test(code));
    const commands = [...commandsIn(page), ...inline];
    expect(commands.length).toBeGreaterThan(25);
    expect(commands.flatMap((command) => mistakesIn(command, known))).toEqual([]);
  });

  test.each([
    ['pnpm ci', 'pnpm'],
    ['npm run gone', 'npm run gone'],
    ['npm run ops -- gone --stage dev', 'ops gone'],
    ['npm run -s cost -- --gone 1', 'cost --gone'],
    ['npx cdk delpoy -c stage=dev', 'cdk delpoy'],
    ['npx cdk deploy --gone', 'cdk --gone'],
    ['npx cdk deploy -c stage=gone', 'stage gone'],
    ['aws cloudformation describe-stacks --stack-name Waybill-gone', 'stage gone'],
    ['aws s3 rm "s3://$(out Gone)"', 'output Gone'],
    ['out Gone', 'output Gone'],
  ])('would notice: %s', (command, mistake) => {
    expect(mistakesIn(command, known)).toEqual([mistake]);
  });

  test('are read by a shell', () => {
    const isShell = (block: string) => spawnSync('bash', ['-n'], { input: block }).status === 0;
    expect(blocksIn(page, 'sh').every(isShell)).toBe(true);
    expect(isShell('eval "$(out SeedSampleDatabase)')).toBe(false);
  });

  test('need no account before the page says so', () => {
    expect(commandsIn(beforeAccount).filter(needsAccount)).toEqual([]);
    expect(commandsIn(page).find((command) => /^npx cdk/.test(command))).toMatch(/^npx cdk bootstrap/);
    expect(commandsIn(`${beforeAccount}\n\`\`\`sh\nnpx cdk diff -c stage=dev\n\`\`\`\n`).some(needsAccount)).toBe(true);
  });
});

describe('what needs no account', () => {
  const checkout = mkdtempSync(path.join(tmpdir(), 'waybill-deploy-guide-'));
  afterAll(() => rmSync(checkout, { recursive: true }));

  test('is run: by CI, or here on what CI’s commands leave', () => {
    const [install, synth, ...rest] = commandsIn(beforeAccount);
    const { scripts } = JSON.parse(readFileSync('package.json', 'utf8'));
    expect(readFileSync('.ci/run', 'utf8')).toMatch(new RegExp(`^${install} [\\s\\S]*^npm run verify$`, 'm'));
    expect(scripts.verify).toContain(synth);
    expect(rest).toEqual(['npm run -s cost -- --stage dev']);

    for (const entry of readdirSync('.').filter((each) => each !== 'cdk.out')) {
      symlinkSync(path.resolve(entry), path.join(checkout, entry));
    }
    mkdirSync(path.join(checkout, 'cdk.out'));
    writeFileSync(path.join(checkout, 'cdk.out/Waybill-dev.template.json'), JSON.stringify(templates.dev));
    const { stdout } = spawnSync('bash', ['-c', rest.join('\n')], { cwd: checkout, encoding: 'utf8' });
    expect(stdout).toMatch(/^A month of dev without exports: \$\d/m);
  });
});

describe('the stage', () => {
  const keys = stageKeys();
  const rows = tableIn(page, 'key', 'unless said');

  /** As the page's column has it; whatever words where there is neither. */
  function isTold({ isRequired, default: value }: StageKey, cell: string): boolean {
    if (isRequired) return cell === 'must be said';
    return value === undefined ? cell !== 'must be said' && !/^`[^`]+`$/.test(cell) : cell === `\`${value}\``;
  }

  test('has a row for each key that the configuration knows, and no other', () => {
    expect(keys.length).toBeGreaterThan(30);
    expect(rows.map(([key]) => key).sort()).toEqual(keys.map((key) => `\`${key.path}\``).sort());
  });

  test.each(keys)('$path: what it is unless said', (key) => {
    const row = rows.find(([name]) => name === `\`${key.path}\``) ?? [];
    expect(isTold(key, row[1] ?? '')).toBe(true);
  });

  test('would notice a default that has changed', () => {
    expect(isTold({ path: 'poolCap', isRequired: false, default: '21' }, '`20`')).toBe(false);
    expect(isTold({ path: 'mail.from', isRequired: true }, '`20`')).toBe(false);
    expect(isTold({ path: 'webUrl', isRequired: false }, 'must be said')).toBe(false);
    expect(isTold({ path: 'webUrl', isRequired: false }, '`20`')).toBe(false);
  });

  const toChange = tableIn(page, 'key', 'in `dev`', 'in `prod`').flatMap(([key = '']) => codeIn(key));
  const isCovered = (key: string) => toChange.some((each) => key === each || key.startsWith(`${each}.`));

  test('names each value of dev and prod that is nobody’s', () => {
    const placeholders = ['dev', 'prod'].flatMap((stage) =>
      keys
        .map(({ path: key }) => key)
        .filter((key) => JSON.stringify(valueAt(stages[stage], key))?.includes('example.com')),
    );
    expect(placeholders).toEqual(expect.arrayContaining(['mail.from', 'alarms.emails']));
    expect(placeholders.filter((key) => !isCovered(key))).toEqual([]);
    expect(
      toChange.filter((each) => !keys.some(({ path: key }) => key === each || key.startsWith(`${each}.`))),
    ).toEqual([]);
    expect(isCovered('poolCap')).toBe(false);
  });

  test('is valid with the values of the example, and holds no other', () => {
    const example = JSON.parse(`{${blocksIn(page, 'json')[0]}}`);
    const config = parseStageConfig('prod', { ...stages.prod, ...example });
    expect(JSON.stringify(config)).not.toContain('example.com');
    expect(() => parseStageConfig('prod', { ...stages.prod, ...example, mail: {} })).toThrow('stages.prod.mail.from');
  });

  test('reserves what the page says has to be there', () => {
    const reserved = Object.values<number>(stages.prod.reservedConcurrency).reduce((sum, each) => sum + each, 100);
    expect(page).toContain(`: ${reserved} for \`prod\``);
  });
});

describe('the outputs', () => {
  /** Those without a row, and rows without one. CloudFormation's names of outputs of a part have a number behind. */
  function unlike(rows: readonly string[], names: readonly string[]): string[] {
    const isOf = (row: string) => (name: string) => name === row || new RegExp(`^${row}\\d\\w+$`).test(name);
    return [
      ...names.filter((name) => !rows.some((row) => isOf(row)(name))),
      ...rows.filter((row) => !names.some(isOf(row))),
    ];
  }

  const rows = tableIn(page, 'output').flatMap(([name = '']) => codeIn(name));

  test.each(['dev', 'prod'])('of %s are those of its template', (stage) => {
    expect(unlike(rows, Object.keys(templates[stage].Outputs))).toEqual([]);
  });

  test('would notice one that is new or gone', () => {
    expect(unlike([...rows, 'Gone'], [...outputs, 'News'])).toEqual(['News', 'Gone']);
  });
});

describe('deleting', () => {
  const kept = (stage: string) =>
    Object.values<Json>(templates[stage].Resources)
      .filter(({ DeletionPolicy }) => DeletionPolicy === 'Retain')
      .map(({ Type }) => Type);

  test('leaves what the page says', () => {
    expect(kept('dev')).toEqual([]);
    expect([...new Set(kept('prod'))].sort()).toEqual([
      ...['AWS::Cognito::UserPool', 'AWS::DynamoDB::Table', 'AWS::KMS::Key', 'AWS::Logs::LogGroup', 'AWS::S3::Bucket'],
    ]);
    const names = Object.values<Json>(templates.prod.Resources)
      .filter(({ Type }) => Type === 'AWS::Logs::LogGroup')
      .flatMap(({ Properties: { LogGroupName } }) => LogGroupName ?? []);
    expect(names).toEqual(codeIn(page).filter((code) => code.startsWith('/aws/')));
  });
});

test('files that the page names are there', () => {
  const files = codeIn(page).filter((code) => /^(\w+\/)*[\w-]+\.json$|^worker\//.test(code));
  expect(files).toEqual(expect.arrayContaining(['cdk.json', 'worker/Dockerfile']));
  expect(files.filter((file) => !existsSync(file))).toEqual([]);
});

function valueAt(config: Json, key: string): Json {
  return key.split('.').reduce((value, name) => value?.[name], config);
}
