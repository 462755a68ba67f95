// @module-tag runbook

import { globSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { alarmNames } from '../../../core/contract/alarms.ts';
import { environments } from '../../../core/contract/env.ts';
import { failureCodes } from '../../../core/domain/failure.ts';
import { mistakesInRunbook } from './runbook.ts';

const page = readFileSync('docs/runbook.md', 'utf8');

/** The queries a person copies into CloudWatch Logs Insights. */
const queries = [...page.matchAll(/```logs\n(.*?)```/gs)].map(([, query = '']) => query);

/** All that is logged on purpose, as the source has it. */
const logging = globSync(['lambdas/**/*.ts', 'worker/*.ts', 'pipeline/*.ts'])
  .map((file) => readFileSync(file, 'utf8'))
  .join('\n');

/** The values that queries compare a field with: `field = "value"` and `field in ["value", ...]`. */
function valuesOf(field: string): string[] {
  const comparisons = queries.flatMap((query) => [
    ...query.matchAll(new RegExp(String.raw`\b${field} (?:= ("[^"]+")|in \[([^\]]+)\])`, 'g')),
  ]);
  return comparisons.flatMap(([, one, several = '']) =>
    (one ?? several).split(', ').map((value) => value.slice(1, -1)),
  );
}

describe('docs/runbook.md', () => {
  it('has the three parts for each alarm, and no alarm that is not', () => {
    expect(mistakesInRunbook(page, alarmNames)).toEqual([]);
  });

  it('has the alarms in the order of the contract', () => {
    expect([...page.matchAll(/^## (.+)$/gm)].map(([, title]) => title)).toEqual(alarmNames);
  });

  it.each([
    ['is missing', page.replace(/^## slot-drift$/m, '## slots-drift'), 'slot-drift is missing'],
    ['is no alarm', page.replace(/^## slot-drift$/m, '## slots-drift'), 'slots-drift is no alarm'],
    [
      'lacks a part',
      page.replace(/(^## api-slow$.*?)^### Resolution$/ms, '$1'),
      'api-slow has the parts Description, Investigation',
    ],
    [
      'has an empty part',
      page.replace(/(^## api-slow$.*?^### Description$).*?^### /ms, '$1\n\n### '),
      'api-slow has nothing under Description',
    ],
  ])('would be refused where an alarm %s', (_, wrong, mistake) => {
    expect(mistakesInRunbook(wrong, alarmNames)).toContain(mistake);
  });

  it.each(alarmNames)('gives a query or a command for %s', (alarm) => {
    const [, investigation = ''] = new RegExp(`^## ${alarm}$.*?^### Investigation$(.*?)^### `, 'ms').exec(page) ?? [];
    expect(investigation).toMatch(/```logs|npm run ops -- /);
  });

  it('asks for lines that are written, by functions there are', () => {
    expect(valuesOf('message').length).toBeGreaterThan(10);
    expect(valuesOf('message').filter((message) => !logging.includes(`'${message}'`))).toEqual([]);
    expect(valuesOf('workload').filter((workload) => !Object.hasOwn(environments, workload))).toEqual([]);
  });

  it('names commands that operators have', () => {
    const [, commands = ''] = /\.\.\.\{ (.+) \}/.exec(readFileSync('scripts/ops.ts', 'utf8')) ?? [];
    const named = new Set([...page.matchAll(/npm run ops -- (\w+)/g)].map(([, command = '']) => command));
    expect(named.size).toBeGreaterThan(5);
    expect([...named].filter((command) => !commands.split(', ').includes(command))).toEqual([]);
  });

  it('tells what each failure code is', () => {
    expect(failureCodes.filter((code) => !page.includes(`| \`${code}\``))).toEqual([]);
  });
});
