import { AwsError } from '../aws-endpoint/service.ts';
import { Cancelled, CancelScope } from './cancel-scope.ts';
import { ExecutionHistory, Strand } from './execution-history.ts';
import type { ExecutionRecord, ExecutionStatus, ExecutionStore } from './execution-store.ts';
import { runGraph } from './interpreter.ts';
import type { Json } from './json.ts';
import { StateError } from './state-error.ts';
import type { StateMachine } from './state-machine.ts';
import { type ExecutionOutcome, type StatusChangeEvent, statusChangeEvent } from './status-change-event.ts';
import type { TaskServices } from './task-attempt.ts';

interface LiveExecution {
  readonly record: ExecutionRecord;
  readonly input: string;
  readonly scope: CancelScope;
  readonly history: ExecutionHistory;
}

/** The last event of an execution, by its status. */
const FINAL_EVENTS = {
  SUCCEEDED: 'ExecutionSucceeded',
  FAILED: 'ExecutionFailed',
  TIMED_OUT: 'ExecutionTimedOut',
  ABORTED: 'ExecutionAborted',
} as const;

/** Runs executions: starts and ends them, and tells of each change of status. */
export class Executions {
  readonly #store: ExecutionStore;
  readonly #services: TaskServices;
  readonly #emit: (event: StatusChangeEvent) => void;
  readonly #live = new Map<string, LiveExecution>();

  constructor(store: ExecutionStore, services: TaskServices, emit: (event: StatusChangeEvent) => void) {
    this.#store = store;
    this.#services = services;
    this.#emit = emit;
  }

  /**
   * Starts an execution, or finds the running one of the same name and input.
   * @param input JSON text
   * @throws AwsError `ExecutionAlreadyExists`
   */
  start(machine: StateMachine, name: string, input: string): ExecutionRecord {
    const arn = `${machine.arn.replace(':stateMachine:', ':execution:')}:${name}`;
    const existing = this.#store.find(arn);
    if (existing) {
      if (this.#live.get(arn)?.input === input) return existing;
      throw new AwsError('ExecutionAlreadyExists', 400, `Execution Already Exists: '${arn}'`);
    }
    const { clock } = this.#services;
    const startDate = clock.now();
    const record: ExecutionRecord = { arn, stateMachineArn: machine.arn, name, status: 'RUNNING', startDate };
    const history = new ExecutionHistory(this.#store.historyWriter(arn), clock);
    const live = { record, input, scope: new CancelScope(), history };
    history.record('ExecutionStarted', 0, { input, inputDetails: { truncated: false }, roleArn: machine.roleArn });
    this.#store.save(record);
    this.#live.set(arn, live);
    this.#emit(statusChangeEvent(record, input, {}, startDate));
    this.#limitDuration(machine, live);
    void this.#run(machine, live);
    return record;
  }

  /** Ends a running execution as ABORTED; does nothing to one that has ended. */
  abort(arn: string, error: string | undefined, cause: string | undefined): void {
    const live = this.#live.get(arn);
    if (live) this.#end(live, 'ABORTED', { error, cause });
  }

  /** Marks what an earlier run of the local cloud left running as ABORTED. */
  abortInterrupted(): void {
    for (const record of this.#store.running()) {
      const events = this.#store.readHistory(record.arn);
      const { executionStartedEventDetails: started } = (events[0] ?? {}) as {
        executionStartedEventDetails?: { input: string };
      };
      const history = new ExecutionHistory(
        this.#store.historyWriter(record.arn),
        this.#services.clock,
        events.at(-1)?.id,
      );
      const live = { record, input: started?.input ?? '{}', scope: new CancelScope(), history };
      this.#live.set(record.arn, live);
      this.#end(live, 'ABORTED', { cause: 'The local cloud was stopped while this execution ran.' });
    }
  }

  /** Ends the tasks of all executions and leaves their records as they are. */
  abandonAll(): void {
    const executions = [...this.#live.values()];
    this.#live.clear();
    for (const { history, scope } of executions) {
      history.abandon();
      scope.cancel();
    }
  }

  #limitDuration(machine: StateMachine, live: LiveExecution): void {
    const { TimeoutSeconds } = machine.definition;
    if (TimeoutSeconds === undefined) return;
    const timeOut = () => this.#end(live, 'TIMED_OUT', {});
    live.scope.onCancel(this.#services.clock.after(TimeoutSeconds * 1000, timeOut));
  }

  async #run(machine: StateMachine, live: LiveExecution): Promise<void> {
    const { record, scope, history } = live;
    const input = JSON.parse(live.input) as Json;
    const startTime = new Date(record.startDate).toISOString();
    const { arn: Id, name: Name, roleArn: RoleArn } = { ...record, roleArn: machine.roleArn };
    const context = {
      Execution: { Id, Name, RoleArn, Input: input, StartTime: startTime },
      StateMachine: { Id: machine.arn, Name: machine.name },
    };
    const engine = { ...this.#services, roleArn: machine.roleArn, region: machine.arn.split(':')[3] ?? '' };
    try {
      const output = await runGraph(machine.definition, input, new Strand(history, scope, context), engine);
      this.#end(live, 'SUCCEEDED', { output: JSON.stringify(output) });
    } catch (error) {
      if (error instanceof Cancelled) return;
      if (error instanceof StateError)
        return this.#end(live, 'FAILED', { error: error.error || undefined, cause: error.details });
      console.error(`${record.arn} failed inside the local Step Functions`, error);
      this.#end(live, 'FAILED', { error: 'States.Runtime', cause: String(error) });
    }
  }

  #end(live: LiveExecution, status: Exclude<ExecutionStatus, 'RUNNING'>, outcome: ExecutionOutcome): void {
    if (!this.#live.delete(live.record.arn)) return;
    const stopDate = this.#services.clock.now();
    const { output, error, cause } = outcome;
    live.history.close(FINAL_EVENTS[status], {
      ...(output === undefined ? {} : { output, outputDetails: { truncated: false } }),
      ...(error === undefined ? {} : { error }),
      ...(cause === undefined ? {} : { cause }),
    });
    const record = { ...live.record, status, stopDate };
    this.#store.save(record);
    live.scope.cancel();
    this.#emit(statusChangeEvent(record, live.input, outcome, stopDate));
  }
}
