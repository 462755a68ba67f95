import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { constants } from 'node:os';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildSync } from 'esbuild';
import type { LineLog } from '../line-log.ts';
import type { ClockOffsetMessage, UsageMessage } from './preload.ts';
import type { ProcessUsage } from './task-metrics.ts';

/** In JavaScript: a process that has to strip types takes 18 MB more, and its memory is what is measured here. */
const preload = buildSync({
  entryPoints: [fileURLToPath(new URL('./preload.ts', import.meta.url))],
  bundle: true,
  platform: 'node',
  format: 'esm',
  minify: true,
  write: false,
});

/** The program that is loaded before a worker. */
function preloadAt(clockOffsetMs: number): string {
  const program = `const startOffsetMs=${Math.round(clockOffsetMs)};${preload.outputFiles[0]?.text}`;
  return `data:text/javascript,${encodeURIComponent(program)}`;
}

export interface TaskProcessOptions {
  /** The worker's bundle. */
  readonly entry: string;
  readonly args: readonly string[];
  /** The whole environment; nothing of this process is added. */
  readonly environment: Readonly<Record<string, string>>;
  readonly clockOffsetMs: number;
  /** Between SIGTERM and SIGKILL. */
  readonly stopTimeoutSeconds: number;
  readonly log: LineLog;
}

/** A task's container: a child process that leads a process group of its own. */
export class TaskProcess {
  readonly #child: ChildProcess;
  readonly #stopTimeoutSeconds: number;
  #finalUsage: ProcessUsage | undefined;
  /** The exit code as a container's: 128 + the signal's number when a signal ended it. Rejects if it never started. */
  readonly exitCode: Promise<number>;

  constructor({ entry, args, environment, clockOffsetMs, stopTimeoutSeconds, log }: TaskProcessOptions) {
    this.#stopTimeoutSeconds = stopTimeoutSeconds;
    this.#child = spawn(process.execPath, ['--import', preloadAt(clockOffsetMs), entry, ...args], {
      cwd: dirname(entry),
      env: environment,
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    if (this.#child.stdout !== null) log.follow(this.#child.stdout);
    if (this.#child.stderr !== null) log.follow(this.#child.stderr);
    this.#child.on('message', ({ usage }: UsageMessage) => {
      this.#finalUsage = usage;
    });
    const ended = Promise.withResolvers<number>();
    this.#child.on('error', ended.reject);
    // A container ends with its first process: what that one leaves behind is killed, which also closes its output.
    this.#child.on('exit', () => this.#signalGroup('SIGKILL'));
    this.#child.on('close', (code, signal) =>
      ended.resolve(code ?? 128 + (signal === null ? 0 : constants.signals[signal])),
    );
    this.exitCode = ended.promise;
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  /** What its first process uses now, or used in all if it has ended by itself; undefined when that is not known. */
  usage(): ProcessUsage | undefined {
    return this.#finalUsage ?? usageOf(this.#child.pid);
  }

  /** Passes the local clock's new offset on; it takes effect when the task's event loop turns. */
  shiftClock(clockOffsetMs: number): void {
    const message: ClockOffsetMessage = { clockOffsetMs: Math.round(clockOffsetMs) };
    if (this.#child.connected) this.#child.send(message, () => {});
  }

  kill(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }

  /** Asks the task to end, and ends it by force, with its whole process group, when the stop timeout is over. */
  stop(): void {
    this.kill('SIGTERM');
    const force = setTimeout(() => this.#signalGroup('SIGKILL'), this.#stopTimeoutSeconds * 1000);
    this.#child.once('close', () => clearTimeout(force));
  }

  #signalGroup(signal: NodeJS.Signals): void {
    if (this.#child.pid === undefined) return;
    try {
      process.kill(-this.#child.pid, signal);
    } catch (error) {
      const gone = error instanceof Error && 'code' in error && error.code === 'ESRCH';
      if (!gone) throw error;
    }
  }
}

const CPU_TICK_MS = 10;
const PAGE_BYTES = 4096;

/** @see https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html */
function usageOf(pid: number | undefined): ProcessUsage | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The third field and those after it; the second, the program's name, may contain spaces.
    const fields = stat
      .slice(stat.lastIndexOf(')') + 2)
      .split(' ')
      .map(Number);
    const [userTicks = 0, systemTicks = 0] = fields.slice(11, 13);
    return { cpuMs: (userTicks + systemTicks) * CPU_TICK_MS, memoryBytes: (fields[21] ?? 0) * PAGE_BYTES };
  } catch {
    return undefined;
  }
}
