import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { HEARTBEAT_MS, isTerminal, LEASE_MS, statuses, transitions } from '../../../core/domain/lifecycle.ts';
import { flatten, onlyResource, synthesize } from '../../lib/synthesize.ts';

const page = readFileSync('docs/lifecycle.md', 'utf8');

/** The rows of the page's table of transitions, as far as the code knows them. */
function documentedTransitions(markdown: string): Record<string, { from: string[]; to: string }> {
  const section = markdown.split('## Transitions')[1]?.split('\n## ')[0] ?? '';
  const rows = section.split('\n').filter((line) => line.startsWith('|'));
  return Object.fromEntries(
    rows.slice(2).map((row) => {
      const [, name = '', from = '', to = ''] = row.split('|').map((cell) => cell.trim());
      return [name, { from: from === '(none)' ? [] : from.split(', '), to }];
    }),
  );
}

describe('docs/lifecycle.md', () => {
  test('has the table of the code', () => {
    expect(documentedTransitions(page)).toEqual(transitions);
  });

  test('would be found out of date', () => {
    const outdated = page.replace(/\| expire .*\n/, '').replace('| queued, running | failed ', '| running | failed ');
    expect(documentedTransitions(outdated)).not.toHaveProperty('expire');
    expect(documentedTransitions(outdated).fail).not.toEqual(transitions.fail);
  });

  test('tells the times of the code', () => {
    expect(page).toContain(`for ${LEASE_MS / 1000} seconds`);
    expect(page).toContain(`one each second (${HEARTBEAT_MS.toLocaleString('en')} ms)`);
  });

  test('has all twelve guarantees', () => {
    const named = [...page.matchAll(/^(\d+)\. \*\*I(\d+)\*\*/gm)].map(([, item, guarantee]) => [item, guarantee]);
    expect(named).toEqual(Array.from({ length: 12 }, (_, index) => [String(index + 1), String(index + 1)]));
  });
});

test('the state machine’s states are named after the statuses', () => {
  const { Properties } = onlyResource(synthesize(), 'AWS::StepFunctions::StateMachine');
  const definition = JSON.parse(flatten(Properties.DefinitionString));
  const nameOf = (status: string) => status.charAt(0).toUpperCase() + status.slice(1);
  // An execution is over long before its export expires.
  const expected = statuses.filter((status) => status !== 'expired').map(nameOf);
  expect(Object.keys(definition.States)).toEqual(expect.arrayContaining(expected));
  const ends = Object.entries<{ Type: string }>(definition.States)
    .filter(([, { Type }]) => Type === 'Succeed' || Type === 'Fail')
    .map(([name]) => name);
  expect(ends.sort()).toEqual(
    statuses
      .filter((status) => isTerminal(status) && status !== 'expired')
      .map(nameOf)
      .sort(),
  );
});
