import { type ChildProcess, spawn } from 'node:child_process';
import { constants } from 'node:os';
import { dirname } from 'node:path';
import type { LineLog } from '../line-log.ts';
import type { ClockOffsetMessage } from './preload.ts';

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
  /** The exit code as a container's: 128 + the signal's number when a signal ended it. Rejects if it never started. */
  readonly exitCode: Promise<number>;

  constructor({ entry, args, environment, clockOffsetMs, stopTimeoutSeconds, log }: TaskProcessOptions) {
    const preload = new URL('./preload.ts', import.meta.url);
    preload.searchParams.set('clockOffsetMs', String(Math.round(clockOffsetMs)));
    this.#stopTimeoutSeconds = stopTimeoutSeconds;
    this.#child = spawn(process.execPath, ['--import', preload.href, entry, ...args], {
      cwd: dirname(entry),
      env: environment,
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    if (this.#child.stdout !== null) log.follow(this.#child.stdout);
    if (this.#child.stderr !== null) log.follow(this.#child.stderr);
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
