import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { AccessDeniedError } from '../../../local/aws-endpoint/service.ts';
import { PATIENCE } from '../../support/patience.ts';
import { arn, hostOf, roleArn } from './host-of.ts';

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
