import { readFileSync } from 'node:fs';

/** Whether a process still runs; one that ended but was not waited for by its parent does not. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    const [, state] = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ');
    return !state?.startsWith('Z');
  } catch {
    return false;
  }
}
