import { Worker } from 'node:worker_threads';
import type { LineLog } from '../line-log.ts';
import type { FunctionDescription } from './function-environment.ts';
import { FunctionError, sandboxError } from './function-error.ts';
import type { InvocationMessage, ThreadMessage, ThreadStart } from './thread-messages.ts';

/** Lambda gives the code outside the handler ten seconds before the first invocation. */
const INIT_TIMEOUT_MS = 10_000;

/** One event for one thread. */
export interface Invocation {
  readonly requestId: string;
  readonly invokedFunctionArn: string;
  readonly eventJson: string;
}

interface Expectation {
  readonly requestId: string;
  readonly settle: (outcome: FunctionError | string) => void;
}

/** One execution environment of a function: a worker thread that serves one invocation at a time. */
export class FunctionThread {
  readonly #description: FunctionDescription;
  readonly #worker: Worker;
  readonly #exited: Promise<void>;
  #expectation: Expectation | undefined;
  readonly #log: LineLog;
  readonly #ready = Promise.withResolvers<void>();
  #ended = false;
  #outOfMemory = false;

  constructor(
    description: FunctionDescription,
    environment: Record<string, string>,
    clockOffset: SharedArrayBuffer,
    log: LineLog,
  ) {
    this.#description = description;
    this.#log = log;
    const start: ThreadStart = { clockOffset, codeDirectory: description.codeDirectory, handler: description.handler };
    this.#worker = new Worker(new URL('./runtime.ts', import.meta.url), {
      name: description.name,
      workerData: start,
      env: environment,
      argv: [],
      execArgv: [],
      stdout: true,
      stderr: true,
      resourceLimits: { maxOldGenerationSizeMb: description.memoryMb },
    });
    log.follow(this.#worker.stdout);
    log.follow(this.#worker.stderr);
    this.#worker.on('message', (message: ThreadMessage) => this.#onMessage(message));
    this.#worker.on('error', (error) => {
      this.#outOfMemory = 'code' in error && error.code === 'ERR_WORKER_OUT_OF_MEMORY';
      if (!this.#outOfMemory) log.write(String(error));
    });
    this.#exited = new Promise((resolve) => {
      this.#worker.on('exit', (code) => {
        this.#onExit(code);
        resolve();
      });
    });
  }

  /** Whether no further invocation can be served here. */
  get ended(): boolean {
    return this.#ended;
  }

  /**
   * Serves one invocation; the caller sees to it that there is one at a time.
   * @returns what the handler returned, as JSON
   * @throws FunctionError
   */
  async invoke(invocation: Invocation): Promise<string> {
    const { requestId } = invocation;
    const outcome = Promise.withResolvers<FunctionError | string>();
    this.#expectation = { requestId, settle: outcome.resolve };
    const timeoutMs = this.#description.timeoutSeconds * 1000;
    let timer = this.#limit(Math.max(INIT_TIMEOUT_MS, timeoutMs), requestId);
    void this.#ready.promise.then(() => {
      if (this.#expectation?.requestId !== requestId) return;
      clearTimeout(timer);
      timer = this.#limit(timeoutMs, requestId);
      const message: InvocationMessage = { ...invocation, timeoutMs };
      this.#worker.postMessage(message);
    });
    const result = await outcome.promise;
    clearTimeout(timer);
    if (result instanceof FunctionError) throw result;
    return result;
  }

  /** Ends the thread wherever it is; an invocation in it fails with `Runtime.ExitError`. */
  async terminate(): Promise<void> {
    this.#ended = true;
    await this.#worker.terminate();
    await this.#exited;
  }

  #limit(timeoutMs: number, requestId: string): NodeJS.Timeout {
    return setTimeout(() => {
      const reason = `Task timed out after ${(timeoutMs / 1000).toFixed(2)} seconds`;
      this.#settle(sandboxError('Sandbox.Timedout', requestId, reason));
      void this.terminate();
    }, timeoutMs);
  }

  #onMessage(message: ThreadMessage): void {
    switch (message.kind) {
      case 'ready':
        this.#ready.resolve();
        break;
      case 'succeeded':
        this.#settle(message.payloadJson);
        break;
      case 'failed':
        this.#settle(new FunctionError(message.error));
        break;
      case 'crashed':
        this.#crash(new FunctionError(message.error));
        break;
    }
  }

  #crash(error: FunctionError): void {
    if (this.#expectation === undefined) this.#log.write(`ERROR ${describe(error)}`);
    this.#settle(error);
    void this.terminate();
  }

  #onExit(code: number): void {
    const killed = this.#ended || this.#outOfMemory;
    this.#ended = true;
    if (this.#expectation === undefined) return;
    const reason = killed
      ? 'Runtime exited with error: signal: killed'
      : code === 0
        ? 'Runtime exited without providing a reason'
        : `Runtime exited with error: exit status ${code}`;
    const errorType = this.#outOfMemory ? 'Runtime.OutOfMemory' : 'Runtime.ExitError';
    this.#settle(sandboxError(errorType, this.#expectation.requestId, reason));
  }

  #settle(outcome: FunctionError | string): void {
    if (this.#expectation === undefined) return;
    const { requestId, settle } = this.#expectation;
    this.#expectation = undefined;
    if (outcome instanceof FunctionError) this.#log.write(`${requestId} ERROR Invoke Error ${describe(outcome)}`);
    settle(outcome);
  }
}

function describe({ errorType, errorMessage, trace }: FunctionError): string {
  return JSON.stringify({ errorType, errorMessage, trace });
}
