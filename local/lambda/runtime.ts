/**
 * The entry of a function's thread: loads the unmodified handler, then answers one invocation after the other.
 * @see https://docs.aws.amazon.com/lambda/latest/dg/nodejs-handler.html
 */
import { existsSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { types } from 'node:util';
import { parentPort, workerData } from 'node:worker_threads';
import { installShiftedDate } from '../shifted-date.ts';
import type { FunctionErrorPayload } from './function-error.ts';
import type { InvocationMessage, ThreadMessage, ThreadStart } from './thread-messages.ts';

type Handler = (event: unknown, context: object) => unknown;

class RuntimeError extends Error {
  constructor(name: string, message: string) {
    super(message);
    this.name = name;
  }
}

function describe(thrown: unknown): FunctionErrorPayload {
  if (types.isNativeError(thrown) || thrown instanceof Error) {
    return { errorType: thrown.name, errorMessage: thrown.message, trace: thrown.stack?.split('\n') ?? [] };
  }
  return { errorType: typeof thrown, errorMessage: String(thrown), trace: [] };
}

async function loadHandler({ codeDirectory, handler }: ThreadStart): Promise<Handler> {
  const [moduleName = '', exportName = ''] = basename(handler).split('.');
  const files = ['.mjs', '.js', '.cjs'].map((suffix) => join(codeDirectory, dirname(handler), moduleName + suffix));
  const file = files.find((candidate) => existsSync(candidate));
  if (file === undefined) {
    throw new RuntimeError(
      'Runtime.ImportModuleError',
      `Error: Cannot find module '${moduleName}' in ${codeDirectory}`,
    );
  }
  const exported: unknown = (await import(pathToFileURL(file).href))[exportName];
  if (typeof exported !== 'function') {
    throw new RuntimeError('Runtime.HandlerNotFound', `${handler} is undefined or not exported`);
  }
  if (exported.length >= 3) {
    throw new RuntimeError(
      'Runtime.CallbackHandlerDeprecated',
      'Node.js 24 functions have no callback parameter: make the handler async',
    );
  }
  return exported as Handler;
}

function serialize(result: unknown): string {
  try {
    return JSON.stringify(result === undefined ? null : result);
  } catch (cause) {
    throw Object.assign(new RuntimeError('Runtime.JSONStringifyError', 'Unable to stringify response body'), { cause });
  }
}

function contextOf({ requestId, invokedFunctionArn, timeoutMs }: InvocationMessage): object {
  // Monotonic: advancing the local clock takes no time away from a running invocation.
  const deadline = performance.now() + timeoutMs;
  return {
    awsRequestId: requestId,
    invokedFunctionArn,
    functionName: process.env.AWS_LAMBDA_FUNCTION_NAME,
    functionVersion: process.env.AWS_LAMBDA_FUNCTION_VERSION,
    memoryLimitInMB: process.env.AWS_LAMBDA_FUNCTION_MEMORY_SIZE,
    logGroupName: process.env.AWS_LAMBDA_LOG_GROUP_NAME,
    logStreamName: process.env.AWS_LAMBDA_LOG_STREAM_NAME,
    callbackWaitsForEmptyEventLoop: true,
    getRemainingTimeInMillis: () => Math.max(0, Math.floor(deadline - performance.now())),
  };
}

async function serve(): Promise<void> {
  if (parentPort === null) throw new Error('runtime.ts runs in a worker thread only');
  const port = parentPort;
  const send = (message: ThreadMessage) => port.postMessage(message);

  process.on('uncaughtException', (error) => send({ kind: 'crashed', error: describe(error) }));
  process.on('unhandledRejection', (reason) => {
    const { errorType, errorMessage, trace } = describe(reason);
    const error = {
      errorType: 'Runtime.UnhandledPromiseRejection',
      errorMessage: `${errorType}: ${errorMessage}`,
      trace,
    };
    send({ kind: 'crashed', error });
  });

  const start: ThreadStart = workerData;
  const clockOffset = new BigInt64Array(start.clockOffset);
  installShiftedDate(() => Number(Atomics.load(clockOffset, 0)));

  let handler: Handler;
  try {
    handler = await loadHandler(start);
  } catch (error) {
    return send({ kind: 'crashed', error: describe(error) });
  }
  port.on('message', async (invocation: InvocationMessage) => {
    try {
      const result = await handler(JSON.parse(invocation.eventJson), contextOf(invocation));
      send({ kind: 'succeeded', payloadJson: serialize(result) });
    } catch (error) {
      send({ kind: 'failed', error: describe(error) });
    }
  });
  send({ kind: 'ready' });
}

await serve();
