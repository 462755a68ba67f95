import { describe, expect, test, vi } from 'vitest';
import { PATIENCE } from '../../support/patience.ts';
import { hostOf } from './host-of.ts';

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
    const { host, invoke } = await hostOf(waiting, { reservedConcurrency: 1 });
    const ended: unknown[] = [];
    const busy: number[] = [];
    const note = (event: number) => {
      ended.push(event);
      busy.push(host.busyCount('fixture'));
    };
    await Promise.all([1, 2, 3, 4].map((event) => invoke(event).then(() => note(event))));
    expect(ended).toEqual([1, 2, 3, 4]);
    expect(busy).toEqual([3, 2, 1, 0]);
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
