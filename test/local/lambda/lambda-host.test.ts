import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { AccessDeniedError } from '../../../local/aws-endpoint/service.ts';
import { LocalClock } from '../../../local/clock.ts';
import type { FunctionDescription } from '../../../local/lambda/function-environment.ts';
import { createLambdaHost, type LambdaHost, type LambdaHostOptions } from '../../../local/lambda/lambda-host.ts';
import { PATIENCE } from '../../support/patience.ts';
import { temporaryDirectory } from '../temp-dir.ts';

const arn = 'arn:aws:lambda:eu-central-1:000000000000:function:fixture';
const roleArn = 'arn:aws:iam::000000000000:role/fixture';

interface Fixture {
  readonly host: LambdaHost;
  readonly clock: LocalClock;
  invoke(payload?: unknown, signal?: AbortSignal): Promise<unknown>;
}

async function hostOf(
  source: string,
  description: Partial<FunctionDescription> = {},
  options: Partial<LambdaHostOptions> = {},
): Promise<Fixture> {
  const codeDirectory = await temporaryDirectory();
  await writeFile(join(codeDirectory, 'index.mjs'), source);
  const clock = new LocalClock();
  const fixture = {
    name: 'fixture',
    arn,
    codeDirectory,
    handler: 'index.handler',
    environment: { TABLE_NAME: 'exports' },
    timeoutSeconds: 20,
    memoryMb: 128,
    roleArn,
    ...description,
  };
  const host = createLambdaHost({
    functions: [fixture],
    environmentFor: (role) => ({ AWS_REGION: 'eu-central-1', AWS_ACCESS_KEY_ID: `key of ${role}` }),
    authorize: () => {},
    clock,
    log: () => {},
    ...options,
  });
  onTestFinished(() => host.stop());
  return {
    host,
    clock,
    invoke: async (payload, signal) =>
      (await host.invoke({ caller: 'service', functionArn: arn, payload, signal })).payload,
  };
}

describe('the sandbox', () => {
  test('has an environment of its own', async () => {
    vi.stubEnv('HOST_SECRET', 'never to be seen');
    onTestFinished(() => void vi.unstubAllEnvs());
    const { invoke } = await hostOf('export const handler = async () => process.env');
    const environment = await invoke();
    expect(environment).toMatchObject({
      TABLE_NAME: 'exports',
      AWS_REGION: 'eu-central-1',
      AWS_ACCESS_KEY_ID: `key of ${roleArn}`,
      AWS_LAMBDA_FUNCTION_NAME: 'fixture',
      AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
      AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '128',
      _HANDLER: 'index.handler',
      TZ: ':UTC',
    });
    expect(environment).not.toHaveProperty('HOST_SECRET');
  });

  test('gives the handler the event and a context', async () => {
    const { invoke } = await hostOf(`export const handler = async (event, context) => ({
      event, ...context, remaining: context.getRemainingTimeInMillis() })`);
    const payload = await invoke({ at: new Date(0), gone: undefined });
    expect(payload).toMatchObject({
      event: { at: '1970-01-01T00:00:00.000Z' },
      functionName: 'fixture',
      invokedFunctionArn: arn,
      awsRequestId: expect.stringMatching(/^[0-9a-f-]{36}$/),
    });
    expect(payload).toHaveProperty(
      'remaining',
      expect.toSatisfy((ms: number) => ms > 15_000 && ms <= 20_000),
    );
  });

  test('shows the local clock, also after an advance in mid-invocation', async () => {
    const source = `export const handler = async () => {
      const before = Date.now();
      console.log('begun');
      while (Date.now() < before + 3_600_000) await new Promise((resolve) => setTimeout(resolve, 5));
      return { now: Date.now(), date: new Date().getTime(), text: Date.parse(Date()), given: new Date(5).getTime(),
        isDate: new Date() instanceof Date && new Date().constructor === Date };
    }`;
    const { host, clock, invoke } = await hostOf(source);
    clock.advance(60);
    const result = invoke();
    await vi.waitFor(() => expect(host.logs('fixture')).toContain('begun'), PATIENCE);
    clock.advance(3600);
    const shifted = await result;
    expect(shifted).toMatchObject({ given: 5, isDate: true });
    for (const key of ['now', 'date', 'text']) {
      expect(shifted).toHaveProperty(
        key,
        expect.toSatisfy((ms: number) => Math.abs(ms - clock.now()) < 10_000),
      );
    }
  });

  test('logs by the line', async () => {
    const log = vi.fn();
    const { host, invoke } = await hostOf(
      `export const handler = async () => { process.stdout.write('on'); console.log('e\\ntwo'); console.error('bad') }`,
      {},
      { log },
    );
    await invoke();
    await vi.waitFor(() => expect(host.logs('fixture').toSorted()).toEqual(['bad', 'one', 'two']), PATIENCE);
    expect(log).toHaveBeenCalledWith('fixture', 'one');
  });
});

describe('threads', () => {
  const counting = 'let calls = 0; export const handler = async () => ++calls';
  const waiting = `import { threadId } from 'node:worker_threads';
    let running = 0;
    export const handler = async (event) => {
      running += 1;
      await new Promise((resolve) => setTimeout(resolve, 50));
      return { threadId, inThread: running--, event };
    }`;

  test('start with the first call and stay warm', async () => {
    const { host, invoke } = await hostOf(counting);
    expect(host.threadCount('fixture')).toBe(0);
    expect([await invoke(), await invoke()]).toEqual([1, 2]);
    expect(host.threadCount('fixture')).toBe(1);
  });

  test('serve one invocation at a time, as many at once as are reserved', async () => {
    const { invoke } = await hostOf(waiting, { reservedConcurrency: 2 });
    const results = (await Promise.all([1, 2, 3, 4, 5].map((event) => invoke(event)))) as {
      threadId: number;
      inThread: number;
    }[];
    expect(new Set(results.map(({ threadId }) => threadId)).size).toBe(2);
    expect(results.map(({ inThread }) => inThread)).toEqual([1, 1, 1, 1, 1]);
  });

  test('take waiting calls in their order', async () => {
    const { invoke } = await hostOf(waiting, { reservedConcurrency: 1 });
    const ended: unknown[] = [];
    await Promise.all([1, 2, 3, 4].map((event) => invoke(event).then(() => ended.push(event))));
    expect(ended).toEqual([1, 2, 3, 4]);
  });

  test('end after a while without work', async () => {
    const { host, invoke } = await hostOf(counting, {}, { idleSeconds: 0.05 });
    await invoke();
    await vi.waitFor(() => expect(host.threadCount('fixture')).toBe(0), PATIENCE);
    expect(await invoke()).toBe(1);
  });

  test('a waiting call can be given up', async () => {
    const { invoke } = await hostOf(waiting, { reservedConcurrency: 1 });
    const first = invoke('first');
    const aborting = new AbortController();
    const second = invoke('second', aborting.signal);
    aborting.abort(new Error('no longer wanted'));
    await expect(second).rejects.toThrow('no longer wanted');
    expect(await first).toMatchObject({ event: 'first' });
    expect(await invoke('third')).toMatchObject({ event: 'third' });
  });

  test('a caller that stops waiting does not stop the invocation', async () => {
    const { host, invoke } = await hostOf(
      `export const handler = async () => { console.log('begun');
        await new Promise((resolve) => setTimeout(resolve, 100)); console.log('done'); }`,
    );
    const aborting = new AbortController();
    const call = invoke(null, aborting.signal);
    await vi.waitFor(() => expect(host.logs('fixture')).toContain('begun'), PATIENCE);
    aborting.abort(new Error('no longer wanted'));
    await expect(call).rejects.toThrow('no longer wanted');
    expect(host.logs('fixture')).not.toContain('done');
    await vi.waitFor(() => expect(host.logs('fixture')).toContain('done'), PATIENCE);
  });

  test('stop takes down what runs and what waits', async () => {
    const { host, invoke } = await hostOf(`export const handler = () => new Promise(() => {})`, {
      reservedConcurrency: 1,
    });
    const running = expect(invoke()).rejects.toMatchObject({ errorType: 'Runtime.ExitError' });
    const queued = expect(invoke()).rejects.toThrow('stopping');
    await host.stop();
    await Promise.all([running, queued]);
    await expect(invoke()).rejects.toThrow('stopping');
  });
});

describe('errors', () => {
  test('of the handler carry its name, message and stack', async () => {
    const { invoke } = await hostOf(`class TooLarge extends Error { name = 'TooLargeError' }
      export const handler = async () => { throw new TooLarge('5 GB at most') }`);
    await expect(invoke()).rejects.toMatchObject({
      name: 'FunctionError',
      errorType: 'TooLargeError',
      errorMessage: '5 GB at most',
      trace: expect.arrayContaining([expect.stringContaining('index.mjs')]),
    });
  });

  test('thrown strings have the type of the value', async () => {
    const { invoke } = await hostOf(`export const handler = async () => { throw 'plain' }`);
    await expect(invoke()).rejects.toMatchObject({ errorType: 'string', errorMessage: 'plain' });
  });

  test.for([
    ['a bigint', 'export const handler = async () => 1n'],
    ['a cycle', 'export const handler = async () => { const a = {}; a.a = a; return a }'],
  ] as const)('a result with %s cannot be returned', async ([, source]) => {
    const { invoke } = await hostOf(source);
    await expect(invoke()).rejects.toMatchObject({ errorType: 'Runtime.JSONStringifyError' });
  });

  test('no result is null', async () => {
    const { invoke } = await hostOf('export const handler = async () => {}');
    expect(await invoke()).toBeNull();
  });

  test.for([
    ['waits', 'await new Promise(() => {})'],
    ['computes', 'for (;;);'],
  ] as const)('a handler that %s too long is ended', async ([, wait]) => {
    const { host, invoke } = await hostOf(
      `export const handler = async (event) => { if (event === 'hang') { ${wait} } return 'fine' }`,
      { timeoutSeconds: 0.2, reservedConcurrency: 1 },
    );
    const hanging = invoke('hang');
    const next = invoke('next');
    await expect(hanging).rejects.toMatchObject({
      errorType: 'Sandbox.Timedout',
      errorMessage: expect.stringMatching(/^RequestId: [0-9a-f-]{36} Error: Task timed out after 0\.20 seconds$/),
    });
    expect(await next).toBe('fine');
    expect(host.threadCount('fixture')).toBe(1);
  });

  test.for([
    [0, 'Runtime exited without providing a reason'],
    [7, 'Runtime exited with error: exit status 7'],
  ] as const)('a handler that exits with %i', async ([code, reason]) => {
    const { invoke } = await hostOf(
      `export const handler = async (event) => { if (event === 'exit') process.exit(${code}); return 'fine' }`,
    );
    await expect(invoke('exit')).rejects.toMatchObject({
      errorType: 'Runtime.ExitError',
      errorMessage: expect.stringContaining(reason),
    });
    expect(await invoke()).toBe('fine');
  });

  test('a killed thread fails its invocation only', async () => {
    const { host, invoke } = await hostOf(
      `export const handler = async (event) => { console.log('begun'); if (event === 'wait') await new Promise(() => {}) }`,
    );
    const killed = expect(invoke('wait')).rejects.toMatchObject({
      errorType: 'Runtime.ExitError',
      errorMessage: expect.stringContaining('signal: killed'),
    });
    await vi.waitFor(() => expect(host.logs('fixture')).toContain('begun'), PATIENCE);
    await host.kill('fixture');
    await killed;
    expect(await invoke()).toBeNull();
  });

  test('a handler that needs more memory than it has', async () => {
    const { invoke } = await hostOf(
      'export const handler = async () => { const all = []; for (;;) all.push(new Array(1e5).fill({})) }',
      { memoryMb: 16 },
    );
    await expect(invoke()).rejects.toMatchObject({ errorType: 'Runtime.OutOfMemory' });
  });

  test('a rejection nobody handles ends the thread', async () => {
    const { invoke } = await hostOf(`let calls = 0;
      export const handler = async () => {
        if (calls++ === 0) { Promise.reject(new RangeError('stray')); await new Promise(() => {}); }
        return calls;
      }`);
    await expect(invoke()).rejects.toMatchObject({
      errorType: 'Runtime.UnhandledPromiseRejection',
      errorMessage: 'RangeError: stray',
    });
  });

  test('an error left behind by a finished invocation costs the next one nothing', async () => {
    const { host, invoke } = await hostOf(`export const handler = async (event) => {
        if (event === 'leave') setTimeout(() => { throw new RangeError('left behind') }, 1);
        return 'fine';
      }`);
    expect(await invoke('leave')).toBe('fine');
    await vi.waitFor(() => expect(host.logs('fixture').join()).toContain('left behind'), PATIENCE);
    expect(await invoke('next')).toBe('fine');
  });

  test.for([
    ['throws', `throw new TypeError('no setting')`, 'TypeError'],
    ['exports another name', 'export const main = async () => 1', 'Runtime.HandlerNotFound'],
    [
      'takes a callback',
      'export const handler = (event, context, callback) => callback()',
      'Runtime.CallbackHandlerDeprecated',
    ],
  ] as const)('a module that %s fails every invocation', async ([, source, errorType]) => {
    const { invoke } = await hostOf(source);
    await expect(invoke()).rejects.toMatchObject({ errorType });
    await expect(invoke()).rejects.toMatchObject({ errorType });
  });

  test('a missing module', async () => {
    const { invoke } = await hostOf('', { handler: 'other.handler' });
    await expect(invoke()).rejects.toMatchObject({ errorType: 'Runtime.ImportModuleError' });
  });

  test('a result above the quota', async () => {
    const { invoke } = await hostOf(`export const handler = async (size) => 'x'.repeat(size)`);
    expect(await invoke(6_291_554)).toHaveLength(6_291_554);
    await expect(invoke(6_291_555)).rejects.toMatchObject({ errorType: 'Function.ResponseSizeTooLarge' });
  });
});

describe('calls', () => {
  const source = 'export const handler = async (event, context) => context.invokedFunctionArn';

  test.for(['fixture', arn])('by %s', async (functionArn) => {
    const { host } = await hostOf(source);
    expect(await host.invoke({ caller: 'service', functionArn, payload: {} })).toEqual({ payload: arn });
  });

  test.for(['fixture:live', `${arn}:live`])('by %s', async (functionArn) => {
    const { host } = await hostOf(source);
    expect(await host.invoke({ caller: 'service', functionArn, payload: {} })).toEqual({ payload: `${arn}:live` });
  });

  test.for(['other', arn.replace('fixture', 'other'), arn.replace('eu-', 'us-')])(
    '%s is unknown',
    async (functionArn) => {
      const { host } = await hostOf(source);
      await expect(host.invoke({ caller: 'service', functionArn, payload: {} })).rejects.toMatchObject({
        name: 'ResourceNotFoundException',
      });
    },
  );

  test('of a role need its permission; of a service they do not', async () => {
    const { host } = await hostOf(
      source,
      {},
      {
        authorize: (principal, permission) => {
          throw new AccessDeniedError(principal, permission);
        },
      },
    );
    const call = host.invoke({ caller: { roleArn }, functionArn: 'fixture', payload: {} });
    await expect(call).rejects.toMatchObject({ permission: { action: 'lambda:InvokeFunction', resource: arn } });
    await host.invoke({ caller: 'service', functionArn: 'fixture', payload: {} });
  });

  test('are refused when the concurrency is reserved to none', async () => {
    const { invoke } = await hostOf(source, { reservedConcurrency: 0 });
    await expect(invoke()).rejects.toMatchObject({ name: 'TooManyRequestsException' });
  });

  test('are refused above 6 MB', async () => {
    const { invoke } = await hostOf(source);
    await expect(invoke('x'.repeat(6_291_555))).rejects.toMatchObject({ name: 'RequestTooLargeException' });
  });
});
