import { join } from 'node:path';
import * as z from 'zod';
import { readJsonFile, writeJsonFile } from './json-file.ts';

const schema = z.object({ offsetMs: z.number().nonnegative() });
const fileIn = (home: string) => join(home, 'clock.json');

/**
 * How far the clock was ahead when the local cloud stopped, in milliseconds. Time must not run back between two starts:
 * records of the first would lie in the future of the second.
 */
export function readClockOffset(home: string): number {
  return readJsonFile(fileIn(home), schema)?.offsetMs ?? 0;
}

export function writeClockOffset(home: string, offsetMs: number): void {
  writeJsonFile(fileIn(home), { offsetMs });
}
