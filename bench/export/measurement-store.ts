import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Measurements } from './measurements.ts';

/** Where all commands keep what they have measured, for one page. */
export const RESULTS_FILE = '.build/bench/results.json';

const nothing: Measurements = { sizes: [], profiles: [] };

/** What earlier runs have left; nothing when there were none. */
export function readMeasurements(file: string): Measurements {
  try {
    return { ...nothing, ...JSON.parse(readFileSync(file, 'utf8')) };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return nothing;
    throw error;
  }
}

export function writeMeasurements(file: string, measurements: Measurements): void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, JSON.stringify(measurements, null, 1));
}

/** Parts that were run again take the place of what they were; all others stay. */
export function mergeMeasurements(before: Measurements, now: Partial<Measurements>): Measurements {
  const { sizes = [], profiles = [], ...parts } = now;
  const isOf = new Set(sizes.map(({ rows }) => rows));
  const profiled = new Set(profiles.map(({ id }) => id));
  return {
    ...before,
    ...parts,
    sizes: [...before.sizes.filter(({ rows }) => !isOf.has(rows)), ...sizes].sort((a, b) => a.rows - b.rows),
    profiles: [...before.profiles.filter(({ id }) => !profiled.has(id)), ...profiles],
  };
}

/** Adds what was measured now to what the file holds. @returns all of it */
export function keepMeasurements(file: string, now: Partial<Measurements>): Measurements {
  const all = mergeMeasurements(readMeasurements(file), now);
  writeMeasurements(file, all);
  return all;
}
