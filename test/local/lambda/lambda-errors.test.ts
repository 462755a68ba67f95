import { describe, expect, test, vi } from 'vitest';
import { PATIENCE } from '../../support/patience.ts';
import { hostOf } from './host-of.ts';

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
