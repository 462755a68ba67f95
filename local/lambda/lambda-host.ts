import { randomUUID } from 'node:crypto';
import type { Authorize } from '../authorize.ts';
import type { Principal } from '../aws-endpoint/service.ts';
import type { LocalClock } from '../clock.ts';
import { type Measure, measureNothing } from '../cloudwatch/metric.ts';
import { LineLog, type LogLine } from '../line-log.ts';
import { type FunctionDescription, functionEnvironment } from './function-environment.ts';
import { FunctionError, InvokeRefusedError } from './function-error.ts';
import { type FunctionMetrics, functionMetrics } from './function-metrics.ts';
import { FunctionPool } from './function-pool.ts';
import { FunctionThread } from './function-thread.ts';

/** The quota of a synchronous invocation, event and result alike. */
const PAYLOAD_LIMIT_BYTES = 6_291_556;

/** Invocations of one function at the same time, when the template reserves no number. */
const DEFAULT_CONCURRENCY = 4;

/** One call of a function. */
export interface InvokeCall {
  /** The role that calls, or `service` for a trigger that the template wired up (HTTP API, event rule). */
  readonly caller: Principal | 'service';
  /** ARN or name, either with a qualifier or without. */
  readonly functionArn: string;
  readonly payload: unknown;
  /** Ends the waiting for a result; like on AWS, an invocation that has begun goes on. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Invokes a function and waits for its result.
 * @throws FunctionError when the handler failed, timed out or ended its process
 * @throws InvokeRefusedError when no handler was started
 */
export type InvokeFunction = (call: InvokeCall) => Promise<{ readonly payload: unknown }>;

export interface LambdaHostOptions {
  readonly functions: readonly FunctionDescription[];
  /** Region, credentials and endpoint of a role, as environment variables. */
  readonly environmentFor: (roleArn: string) => Readonly<Record<string, string>>;
  readonly authorize: Authorize;
  readonly clock: LocalClock;
  readonly log: LogLine;
  /** @default nothing is measured */
  readonly measure?: Measure;
  /** @default 300 */
  readonly idleSeconds?: number;
}

export interface LambdaHost {
  readonly invoke: InvokeFunction;
  /** The latest output of a function, oldest line first. */
  logs(functionName: string): readonly string[];
  /** Threads a function has now, busy or idle. */
  threadCount(functionName: string): number;
  /** Invocations of a function that have not ended. */
  busyCount(functionName: string): number;
  /** Kills a function's threads; what they are serving fails with `Runtime.ExitError`. */
  kill(functionName: string): Promise<void>;
  /** Kills all threads and takes no further call. */
  stop(): Promise<void>;
}

interface HostedFunction {
  readonly description: FunctionDescription;
  readonly pool: FunctionPool;
  readonly log: LineLog;
  readonly metrics: FunctionMetrics;
}

/** Runs the functions of the template in worker threads of this process. */
export function createLambdaHost(options: LambdaHostOptions): LambdaHost {
  const clockOffset = new SharedArrayBuffer(BigInt64Array.BYTES_PER_ELEMENT);
  const writeOffset = (offsetMs: number) =>
    Atomics.store(new BigInt64Array(clockOffset), 0, BigInt(Math.round(offsetMs)));
  writeOffset(options.clock.offsetMs);
  const stopFollowing = options.clock.onAdvance(writeOffset);
  const stopping = new AbortController();

  const hosted = new Map(options.functions.map((description) => [description.name, host(description)]));

  function host(description: FunctionDescription): HostedFunction {
    const log = new LineLog(description.name, options.log);
    const pool = new FunctionPool({
      limit: description.reservedConcurrency ?? DEFAULT_CONCURRENCY,
      idleSeconds: options.idleSeconds ?? 300,
      startThread: () => {
        const environment = functionEnvironment(description, options.environmentFor(description.roleArn), randomUUID());
        return new FunctionThread(description, environment, clockOffset, log);
      },
    });
    return { description, pool, log, metrics: functionMetrics(description.name, options.measure ?? measureNothing) };
  }

  function named(functionName: string): HostedFunction {
    const found = hosted.get(functionName);
    if (found === undefined) throw notFound(functionName);
    return found;
  }

  async function invoke(call: InvokeCall): Promise<{ payload: unknown }> {
    const { name, qualifier } = parseFunctionReference(call.functionArn);
    const { description, pool, metrics } = named(name);
    if (call.functionArn.startsWith('arn:') && !`${call.functionArn}:`.startsWith(`${description.arn}:`)) {
      throw notFound(call.functionArn);
    }
    const invokedFunctionArn = qualifier === undefined ? description.arn : `${description.arn}:${qualifier}`;
    if (call.caller !== 'service') {
      await options.authorize(call.caller, { action: 'lambda:InvokeFunction', resource: invokedFunctionArn });
    }
    const eventJson = JSON.stringify(call.payload ?? null);
    if (description.reservedConcurrency === 0) metrics.throttled();
    refuse(description, Buffer.byteLength(eventJson));

    const requestId = randomUUID();
    const signal = call.signal === undefined ? stopping.signal : AbortSignal.any([stopping.signal, call.signal]);
    const outcome = metrics.around(() => pool.invoke({ requestId, invokedFunctionArn, eventJson }, signal));
    const payloadJson = await unlessAborted(outcome, call.signal);
    if (Buffer.byteLength(payloadJson) > PAYLOAD_LIMIT_BYTES) {
      const errorMessage = `Response payload size exceeded maximum allowed payload size (${PAYLOAD_LIMIT_BYTES} bytes).`;
      throw new FunctionError({ errorType: 'Function.ResponseSizeTooLarge', errorMessage, trace: [] });
    }
    return { payload: JSON.parse(payloadJson) };
  }

  return {
    invoke,
    logs: (functionName) => named(functionName).log.lines,
    threadCount: (functionName) => named(functionName).pool.size,
    busyCount: (functionName) => named(functionName).pool.busy,
    kill: (functionName) => named(functionName).pool.endThreads(),
    async stop() {
      stopFollowing();
      stopping.abort(new Error('The local cloud is stopping'));
      await Promise.all([...hosted.values()].map(({ pool }) => pool.endThreads()));
    },
  };
}

function notFound(reference: string): InvokeRefusedError {
  return new InvokeRefusedError('ResourceNotFoundException', `Function not found: ${reference}`);
}

function refuse({ reservedConcurrency }: FunctionDescription, eventBytes: number): void {
  if (reservedConcurrency === 0) throw new InvokeRefusedError('TooManyRequestsException', 'Rate Exceeded.');
  if (eventBytes > PAYLOAD_LIMIT_BYTES) {
    const message = `${eventBytes} byte payload is too large for the RequestResponse invocation type (limit ${PAYLOAD_LIMIT_BYTES} bytes)`;
    throw new InvokeRefusedError('RequestTooLargeException', message);
  }
}

/** Reads `name`, `name:qualifier` or an ARN, qualified or not. */
function parseFunctionReference(reference: string): { name: string; qualifier: string | undefined } {
  const parts = reference.split(':');
  // arn:aws:lambda:region:account:function:name[:qualifier]
  const [name = '', qualifier] = parts[0] === 'arn' ? parts.slice(6) : parts;
  return { name, qualifier };
}

async function unlessAborted<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return work;
  const aborted = Promise.withResolvers<never>();
  const onAbort = () => aborted.reject(signal.reason);
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    return await Promise.race([work, aborted.promise]);
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}
