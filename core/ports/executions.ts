import type { ExportRef } from '../domain/export-id.ts';

export type ExecutionStatus = 'RUNNING' | 'SUCCEEDED' | 'FAILED' | 'TIMED_OUT' | 'ABORTED' | 'PENDING_REDRIVE';

/** The state machine that carries exports. Every call may be repeated: names make starts idempotent. */
export interface Executions {
  /** Starts execution `<exportId>-<number>`, unless it runs. False when it is over: no other ever has its name. */
  start(ref: ExportRef, number: number): Promise<boolean>;
  /** Lets whoever waits on `token` go on, with what it is to know. False when nobody waits on that token any more. */
  resume(token: string, output?: object): Promise<boolean>;
  /** Ends the wait of an export that has ended. False when nobody waits on that token any more. */
  dismiss(token: string): Promise<boolean>;
  /** Undefined when no such execution was ever started. */
  status(ref: ExportRef, number: number): Promise<ExecutionStatus | undefined>;
}
