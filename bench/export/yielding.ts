import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';

/**
 * Whether the kernel shares the processors out among sessions first. A process of the idle policy then keeps its session's
 * share: each backend of PostgreSQL is a session of its own, and so is a worker.
 * @see https://man7.org/linux/man-pages/man7/sched.7.html The autogroup feature
 */
const GROUPING = '/proc/sys/kernel/sched_autogroup_enabled';

/** Undefined where the kernel has no such thing. */
function grouping(): string | undefined {
  try {
    return readFileSync(GROUPING, 'utf8').trim();
  } catch {
    return undefined;
  }
}

/** Whether all threads of this process could be given another scheduling policy; those that it starts have it too. */
function schedule(policy: 'idle' | 'other'): boolean {
  return spawnSync('chrt', ['--all-tasks', `--${policy}`, '--pid', '0', String(process.pid)]).status === 0;
}

/** Whether this process may change what {@link yielding} does, and may change it back. */
export function mayYield(): boolean {
  try {
    const before = grouping();
    if (before !== undefined) writeFileSync(GROUPING, before);
  } catch {
    return false;
  }
  return schedule('idle') && schedule('other');
}

/**
 * With a local cloud and a worker that leave the processors to the database and its users whenever those want them, as if
 * they had machines of their own. A low priority would not do: where every processor is busy with something, the kernel
 * wakes a process on any of them, also on the one that the database reads with; this policy counts as idle.
 * @see https://man7.org/linux/man-pages/man7/sched.7.html SCHED_IDLE
 */
export async function yielding<Value>(run: () => Promise<Value>): Promise<Value> {
  const before = grouping();
  if (before !== undefined) writeFileSync(GROUPING, '0');
  schedule('idle');
  try {
    return await run();
  } finally {
    schedule('other');
    if (before !== undefined) writeFileSync(GROUPING, before);
  }
}
