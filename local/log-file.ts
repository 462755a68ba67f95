import { createWriteStream, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import type { LogLine } from './line-log.ts';

/** Appends what functions, tasks and databases print to one file, each line with its source. */
export function startLog(file: string): LogLine {
  mkdirSync(dirname(file), { recursive: true });
  const stream = createWriteStream(file, { flags: 'a' });
  return (source, line) => void stream.write(`${source} | ${line}\n`);
}
