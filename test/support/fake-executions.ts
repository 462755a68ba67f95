import type { ExportRef } from '../../core/domain/export-id.ts';
import type { ExecutionStatus, Executions } from '../../core/ports/executions.ts';
import type { QueuedRun } from '../../core/usecases/enqueue-export.ts';

interface Execution {
  readonly ref: ExportRef;
  readonly number: number;
  status: ExecutionStatus;
  /** The token its Queued state waits on. */
  token?: string | undefined;
  /** How often it has repeated that state; -1 before it has come there. */
  retryCount: number;
  /** Whether it was let go on. */
  resumed: boolean;
  /** Whether its wait was ended because the export had ended. */
  dismissed: boolean;
}

/** A state machine whose steps a test takes by itself. */
export class FakeExecutions implements Executions {
  readonly all: Execution[] = [];
  /** Runs before each call, which fails with what it throws. */
  beforeCall: (operation: keyof Executions) => void = () => {};
  #tokens = 0;

  async start(ref: ExportRef, number: number): Promise<boolean> {
    this.beforeCall('start');
    const known = this.find(ref, number);
    if (known !== undefined) return known.status === 'RUNNING';
    this.all.push({ ref, number, status: 'RUNNING', retryCount: -1, resumed: false, dismissed: false });
    return true;
  }

  async resume(token: string): Promise<boolean> {
    this.beforeCall('resume');
    const execution = this.#waitingOn(token);
    if (execution === undefined) return false;
    execution.token = undefined;
    execution.resumed = true;
    return true;
  }

  async dismiss(token: string): Promise<boolean> {
    this.beforeCall('dismiss');
    const execution = this.#waitingOn(token);
    if (execution === undefined) return false;
    execution.token = undefined;
    execution.dismissed = true;
    return true;
  }

  async status(ref: ExportRef, number: number): Promise<ExecutionStatus | undefined> {
    this.beforeCall('status');
    return this.find(ref, number)?.status;
  }

  find({ exportId }: ExportRef, number: number): Execution | undefined {
    return this.all.find((each) => each.ref.exportId === exportId && each.number === number);
  }

  /** The execution comes to its Queued state, or repeats it: it waits on a token of its own. */
  runQueued(ref: ExportRef, number: number): QueuedRun {
    const execution = this.find(ref, number);
    if (execution?.status !== 'RUNNING') throw new Error(`${ref.exportId}-${number} does not run`);
    this.#tokens += 1;
    const taskToken = `token-${this.#tokens}`;
    execution.token = taskToken;
    execution.retryCount += 1;
    return { taskToken, executionNumber: number, retryCount: execution.retryCount };
  }

  /** The execution ends, with or without a word. */
  finish(ref: ExportRef, number: number, status: ExecutionStatus): void {
    const execution = this.find(ref, number);
    if (execution === undefined) throw new Error(`${ref.exportId}-${number} was never started`);
    execution.status = status;
    execution.token = undefined;
  }

  #waitingOn(token: string): Execution | undefined {
    return this.all.find((each) => each.status === 'RUNNING' && each.token === token);
  }
}
