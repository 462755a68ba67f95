// @module-tag protocol-model

import { describe, expect, test } from 'vitest';
import { type BoundsName, bounds } from './bounds.ts';
import { explore } from './explorer.ts';
import { attack, mutants } from './mutants.ts';
import { protocol } from './protocol.ts';
import { rules } from './rules.ts';

/** The searches take seconds; on a machine that is busy with other things, many. */
const TIMEOUT_MS = 120_000;

describe('the protocol keeps every guarantee', () => {
  test.each(Object.keys(bounds) as BoundsName[])('within the bounds of %s', { timeout: TIMEOUT_MS }, (name) => {
    const { states, transitions, violations } = explore(protocol(bounds[name]), { maxStates: 500_000 });
    console.info(`${name}: ${states} states, ${transitions} transitions`);
    expect(violations).toEqual([]);
    // Fewer would mean that something the bounds are about has stopped happening.
    expect(states).toBeGreaterThan(500);
  });
});

describe('a protocol without one of its rules is found out', () => {
  test.each(mutants)('$name', { timeout: TIMEOUT_MS }, (mutant) => {
    const { states, violations } = attack(mutant);
    console.info(`${mutant.name}: ${states} states, killed by ${violations.map(({ of }) => of).join(', ')}`);
    expect(violations.map(({ of }) => of)).toContainEqual(expect.stringMatching(new RegExp(`^${mutant.killedBy}\\b`)));
  });

  test('every rule has its mutant', () => {
    expect(new Set(mutants.flatMap(({ lacks }) => lacks))).toEqual(new Set(Object.keys(rules)));
  });
});
