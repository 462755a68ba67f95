// @module-tag protocol-model

import { describe, expect, test } from 'vitest';
import { firstRanges } from '../../../core/domain/range-watch.ts';
import { explore } from '../explorer.ts';
import { type RangesBoundsName, rangesBounds } from './bounds.ts';
import { attackRanges, rangesMutants } from './mutants.ts';
import { rangesProtocol } from './protocol.ts';
import { rules } from './rules.ts';

/** The searches take seconds; on a machine that is busy with other things, many. */
const TIMEOUT_MS = 120_000;

describe('several workers at one file keep every guarantee', () => {
  test.each(Object.keys(rangesBounds) as RangesBoundsName[])(
    'within the bounds of %s',
    { timeout: TIMEOUT_MS },
    (name) => {
      const { states, transitions, violations } = explore(rangesProtocol(rangesBounds[name]), { maxStates: 200_000 });
      console.info(`${name}: ${states} states, ${transitions} transitions`);
      expect(violations).toEqual([]);
      expect(states).toBeGreaterThan(500);
    },
  );

  test('beginning with ranges that make up the file', () => {
    for (let workers = 1; workers <= 20; workers += 1) {
      for (const slices of [...Array(90).keys()].map((index) => index + 1).concat(999, 1_000)) {
        const ranges = firstRanges(slices, workers);
        expect(ranges.every(({ from, to }, index) => from < to && from === (ranges[index - 1]?.to ?? 0))).toBe(true);
        expect(ranges.at(-1)?.to).toBe(slices);
      }
    }
  });
});

describe('without one of its rules it is found out', () => {
  test.each(rangesMutants)('$name', { timeout: TIMEOUT_MS }, (mutant) => {
    const { states, violations } = attackRanges(mutant);
    console.info(`${mutant.name}: ${states} states, killed by ${violations.map(({ of }) => of).join(', ')}`);
    expect(violations.map(({ of }) => of)).toContain(mutant.killedBy);
  });

  test('every rule has its mutant', () => {
    expect(new Set(rangesMutants.flatMap(({ lacks }) => lacks))).toEqual(new Set(Object.keys(rules)));
  });
});
