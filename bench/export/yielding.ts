import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';

/** What of the kernel keeps a process of the idle policy from yielding, and what it is set to meanwhile. */
const settings: ReadonlyMap<string, string> = new Map([
  /**
   * Whether the processors are shared out among sessions first. A process of the idle policy then keeps its session's
   * share: each backend of PostgreSQL is a session of its own, and so is a worker.
   * @see https://man7.org/linux/man-pages/man7/sched.7.html The autogroup feature
   */
  ['/proc/sys/kernel/sched_autogroup_enabled', '0'],
  /**
   * The least, the usual and the most bytes that a TCP socket takes before it lets its writer wait. What one write hands over is
   * copied at once, to the receiver too on one machine, and where the kernel itself is not preempted nobody else gets that
   * processor meanwhile: with its usual four megabytes for milliseconds.
   * @see https://man7.org/linux/man-pages/man7/tcp.7.html tcp_wmem
   */
  ['/proc/sys/net/ipv4/tcp_wmem', '4096 16384 131072'],
]);

/** Undefined where the kernel has no such thing. */
function currentOf(setting: string): string | undefined {
  try {
    return readFileSync(setting, 'utf8').trim();
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
    for (const setting of settings.keys()) {
      const before = currentOf(setting);
      if (before !== undefined) writeFileSync(setting, before);
    }
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
  const before = [...settings.keys()].map((setting) => [setting, currentOf(setting)] as const);
  for (const [setting, value] of before)
    if (value !== undefined) writeFileSync(setting, settings.get(setting) ?? value);
  schedule('idle');
  try {
    return await run();
  } finally {
    schedule('other');
    for (const [setting, value] of before) if (value !== undefined) writeFileSync(setting, value);
  }
}
