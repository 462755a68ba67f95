import { existsSync, readdirSync, readFileSync, readlinkSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** The setting by which a postmaster's command line tells who started it. */
export const HOST_PID_SETTING = 'waybill.host_pid';

const POLL_MS = 20;
const FAST_SHUTDOWN_MS = 15_000;

interface ServerProcess {
  readonly pid: number;
  readonly parentPid: number;
  /** Of a postmaster: the process that started it. */
  readonly hostPid: number | undefined;
}

/** Thrown when a data directory's server belongs to a process that is still there. */
export class DataDirectoryInUseError extends Error {
  override readonly name = 'DataDirectoryInUseError';

  constructor(data: string, hostPid: number) {
    super(`The database in ${data} is in use by process ${hostPid}: end that first`);
  }
}

/**
 * Ends the server that a killed process has left running on `data`, and removes its lock file. The lock file alone would
 * not do: after an unclean end its process id may be another program's.
 * @throws DataDirectoryInUseError when the process that started the server is alive
 */
export async function endLeftovers(data: string): Promise<void> {
  // Without /proc nothing can be told for sure; PostgreSQL's own check of the lock file decides then.
  if (!existsSync('/proc/self/cwd')) return;
  const found = serverProcesses(data);
  for (const { parentPid, hostPid } of found) {
    // A process whose parent has died is given another parent.
    if (hostPid !== undefined && parentPid === hostPid) throw new DataDirectoryInUseError(data, hostPid);
  }
  const postmasters = found.filter(({ hostPid }) => hostPid !== undefined);
  signal(postmasters, 'SIGINT');
  if (postmasters.length === 0) signal(found, 'SIGTERM');
  if (!(await haveEnded(data, FAST_SHUTDOWN_MS))) {
    signal(serverProcesses(data), 'SIGKILL');
    await haveEnded(data, FAST_SHUTDOWN_MS);
  }
  rmSync(join(data, 'postmaster.pid'), { force: true });
}

/** The processes of the server on `data`: PostgreSQL's processes work in their data directory. */
function serverProcesses(data: string): ServerProcess[] {
  return readdirSync('/proc').flatMap((entry) => {
    if (!/^\d+$/.test(entry)) return [];
    try {
      if (readlinkSync(`/proc/${entry}/cwd`) !== data) return [];
      const [, name, , parentPid] = /\((.*)\) (\S) (\d+)/s.exec(readFileSync(`/proc/${entry}/stat`, 'utf8')) ?? [];
      if (name !== 'postgres') return [];
      const commandLine = readFileSync(`/proc/${entry}/cmdline`, 'utf8');
      const [, hostPid] = new RegExp(`${HOST_PID_SETTING}=(\\d+)`).exec(commandLine) ?? [];
      return [{ pid: Number(entry), parentPid: Number(parentPid), hostPid: hostPid ? Number(hostPid) : undefined }];
    } catch {
      // It has ended meanwhile, or is another user's.
      return [];
    }
  });
}

function signal(processes: readonly ServerProcess[], name: NodeJS.Signals): void {
  for (const { pid } of processes) {
    try {
      process.kill(pid, name);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
    }
  }
}

async function haveEnded(data: string, withinMs: number): Promise<boolean> {
  const deadline = Date.now() + withinMs;
  while (serverProcesses(data).length > 0) {
    if (Date.now() > deadline) return false;
    await sleep(POLL_MS);
  }
  return true;
}
