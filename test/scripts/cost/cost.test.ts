// @module-tag cost

import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { costOfExport, costWhenIdle, total } from '../../../scripts/cost/estimate.ts';
import { standingResourcesOf } from '../../../scripts/cost/standing-resources.ts';
import { STATE_TRANSITIONS, writeUnits } from '../../../scripts/cost/usage.ts';
import { flatten, type Json, onlyResource, synthesize } from '../../lib/synthesize.ts';

const template = synthesize({ stage: 'prod' });

/** The states that an export of a route enters until it is ready: those of a parallel's branch too. */
function statesOnTheWay(machine: Json, chosen: readonly string[]): string[] {
  const states: string[] = [];
  for (let name = machine.StartAt; name !== undefined; ) {
    states.push(name);
    const { Branches, Choices, Next } = machine.States[name];
    if (Branches) states.push(...statesOnTheWay(Branches[0], chosen));
    name = Choices ? Choices.map((rule: Json) => rule.Next).find((next: string) => chosen.includes(next)) : Next;
  }
  return states;
}

describe('what an export takes', () => {
  it('is counted in states as the state machine has them', () => {
    const { Properties } = onlyResource(template, 'AWS::StepFunctions::StateMachine');
    const machine = JSON.parse(flatten(Properties.DefinitionString));
    for (const run of ['RunSmall', 'RunLarge']) {
      const states = statesOnTheWay(machine, [run, 'Announce', 'Ready']);
      expect(states).toContain(run);
      expect(states.at(-1)).toBe('Ready');
      expect(states).toHaveLength(STATE_TRANSITIONS);
    }
  });

  it('grows with its rows and its downloads', () => {
    const costs = [1_000, 10_000, 10_001, 1_000_000, 5_000_000].map((rows) =>
      total(costOfExport({ rows, downloads: 1 })),
    );
    expect(costs).toEqual(costs.toSorted((a, b) => a - b));
    const line = (downloads: number) =>
      costOfExport({ rows: 1_000_000, downloads }).find(({ what }) => what === 'download');
    expect(line(3)?.usd).toBeCloseTo(3 * (line(1)?.usd ?? 0), 10);
  });

  it('has a worker of its own above 10,000 rows, billed for a minute at least', () => {
    const worker = (rows: number) => costOfExport({ rows, downloads: 0 }).find(({ what }) => what === 'worker')?.usd;
    expect(worker(10_000)).toBe(0);
    // One vCPU and 2 GB for a minute.
    expect(worker(10_001)).toBeCloseTo((0.03238 + 2 * 0.00356) / 60, 8);
  });

  it('pays for the write units that its steps may have', () => {
    const table = (downloads: number) =>
      costOfExport({ rows: 0, downloads }).find(({ what }) => what === 'table')?.usd ?? 0;
    const more = (table(2) - table(1)) * 1e6;
    expect(more).toBeCloseTo(writeUnits.download * 0.625 + 3 * 0.125, 6);
  });
});

describe('an idle month', () => {
  const names = ['ExportsCreated', 'ExportsReady'];

  it('is counted from the synthesized stack', () => {
    const resources = standingResourcesOf(template.toJSON(), names);
    expect(resources.endpointZones).toBe(12);
    expect(resources.minutely).toBe(2);
    expect(resources.auroraCapacity).toBe(0.5);
    expect(resources.secrets).toBeGreaterThanOrEqual(3);
  });

  it('costs more with each thing that stands', () => {
    const resources = standingResourcesOf(template.toJSON(), names);
    for (const key of Object.keys(resources) as (keyof typeof resources)[]) {
      const more = { ...resources, [key]: resources[key] + 1 };
      expect(total(costWhenIdle(more)), key).toBeGreaterThan(total(costWhenIdle(resources)));
    }
  });
});

describe('the command', () => {
  const run = (...args: string[]) => {
    try {
      return { code: 0, text: execFileSync('node', ['scripts/cost.ts', ...args], { encoding: 'utf8', stdio: 'pipe' }) };
    } catch (error) {
      const { status, stderr } = error as { status: number; stderr: string };
      return { code: status, text: stderr };
    }
  };

  it('tells what is wrong with an option', () => {
    expect(run('--small', 'many')).toMatchObject({ code: 2, text: expect.stringContaining('--small is many') });
  });

  it('tells how to write a template that is missing', () => {
    const { code, text } = run('--stage', 'nowhere');
    expect(code).toBe(2);
    expect(text).toContain('npm run synth -- -c stage=nowhere');
  });
});
