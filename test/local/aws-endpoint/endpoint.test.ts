import { createServer, request as httpRequest } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ListExecutionsCommand, SFNClient } from '@aws-sdk/client-sfn';
import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { type AwsEndpoint, type AwsEndpointOptions, createAwsEndpoint } from '../../../local/aws-endpoint/endpoint.ts';
import { readJsonBody, replyJson, replyJsonError, targetOperation } from '../../../local/aws-endpoint/json-protocol.ts';
import { AwsError, type AwsService } from '../../../local/aws-endpoint/service.ts';
import { LocalClock } from '../../../local/clock.ts';

const CREDENTIALS = { accessKeyId: 'AKIALOCAL', secretAccessKey: 'local-secret' };
const ROLE_ARN = 'arn:aws:iam::000000000000:role/starter';
const MACHINE_ARN = 'arn:aws:states:us-east-1:000000000000:stateMachine:exports';

/** A JSON service of one operation that answers with what it was asked. */
const states: AwsService = {
  signingName: 'states',
  async handle(request, response) {
    try {
      const input = await readJsonBody(request);
      await request.gate(targetOperation(request), [
        { action: 'states:ListExecutions', resource: String(input.stateMachineArn) },
      ]);
      if (input.statusFilter === 'ABORTED') throw new Error('a bug');
      replyJson(response, { executions: [], nextToken: JSON.stringify(input) });
    } catch (error) {
      replyJsonError(response, error);
    }
  },
};

let clock: LocalClock;
beforeEach(() => {
  clock = new LocalClock();
});

const servers: { close(): void }[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

async function start(options: Partial<AwsEndpointOptions> = {}): Promise<{ url: string; endpoint: AwsEndpoint }> {
  const endpoint = createAwsEndpoint({
    services: [states],
    credentials: (id) =>
      id === CREDENTIALS.accessKeyId
        ? { secretAccessKey: CREDENTIALS.secretAccessKey, principal: { roleArn: ROLE_ARN } }
        : undefined,
    authorize: () => true,
    clock,
    ...options,
  });
  const server = createServer((request, response) => void endpoint.handle(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  servers.push(server);
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, endpoint };
}

function sfn(endpoint: string, credentials = CREDENTIALS, maxAttempts = 1): SFNClient {
  const client = new SFNClient({ endpoint, region: 'us-east-1', credentials, maxAttempts });
  onTestFinished(() => client.destroy());
  return client;
}

const list = new ListExecutionsCommand({ stateMachineArn: MACHINE_ARN });

describe('a signed call', () => {
  it('reaches its service with operation, input and principal', async () => {
    const authorize = vi.fn(() => true);
    const intercept = vi.fn(async () => ({}));
    const { url } = await start({ authorize, intercept });
    const { nextToken, $metadata } = await sfn(url).send(list);
    expect(JSON.parse(nextToken ?? '')).toEqual({ stateMachineArn: MACHINE_ARN });
    expect($metadata.requestId).toMatch(/^[0-9a-f-]{36}$/);
    expect(authorize.mock.calls).toEqual([
      [{ roleArn: ROLE_ARN }, { action: 'states:ListExecutions', resource: MACHINE_ARN }],
    ]);
    expect(intercept.mock.calls).toEqual([
      [
        {
          service: 'states',
          operation: 'ListExecutions',
          principal: { roleArn: ROLE_ARN },
          invocationId: expect.stringMatching(/^[0-9a-f-]{36}$/),
          input: undefined,
          reply: expect.anything(),
        },
      ],
    ]);
  });

  it('fails with AccessDeniedException when the policy refuses, and is not intercepted', async () => {
    const intercept = vi.fn(async () => ({}));
    const { url } = await start({ authorize: () => false, intercept });
    const error = await sfn(url)
      .send(list)
      .catch((reason) => reason);
    expect(error).toMatchObject({ name: 'AccessDeniedException', $metadata: { httpStatusCode: 400 } });
    expect(error.message).toContain(`${ROLE_ARN} is not authorized to perform states:ListExecutions on ${MACHINE_ARN}`);
    expect(intercept).not.toHaveBeenCalled();
  });

  it('fails with the error an interceptor throws', async () => {
    const intercept = async () => {
      throw new AwsError('ThrottlingException', 400, 'injected');
    };
    const { url } = await start({ intercept });
    await expect(sfn(url).send(list)).rejects.toMatchObject({ name: 'ThrottlingException' });
  });

  it('fails with a 500 that tells nothing when the service has a bug', async () => {
    const { url } = await start();
    const call = sfn(url).send(new ListExecutionsCommand({ stateMachineArn: MACHINE_ARN, statusFilter: 'ABORTED' }));
    const error = await call.catch((reason) => reason);
    expect(error).toMatchObject({ name: 'InternalServerError', $metadata: { httpStatusCode: 500 } });
    expect(error.message).not.toContain('a bug');
  });
});

describe('a refused signature', () => {
  it.each([
    ['a wrong secret', { ...CREDENTIALS, secretAccessKey: 'wrong' }, 'InvalidSignatureException'],
    ['an unknown key', { ...CREDENTIALS, accessKeyId: 'NOBODY' }, 'UnrecognizedClientException'],
  ])('%s is reported in the JSON protocol', async (_, credentials, name) => {
    const { url } = await start();
    await expect(sfn(url, credentials).send(list)).rejects.toMatchObject({ name });
  });

  it('lets an SDK that lags behind the clock correct itself', async () => {
    const { url } = await start({ clock: new LocalClock(86_400_000) });
    await expect(sfn(url).send(list)).rejects.toMatchObject({ name: 'InvalidSignatureException' });
    await expect(sfn(url, CREDENTIALS, 2).send(list)).resolves.toMatchObject({ executions: [] });
  });

  it('answers a request that was on its way while the clock was advanced', async () => {
    const { url } = await start();
    clock.advance(86_400);
    await expect(sfn(url).send(list)).resolves.toMatchObject({ executions: [] });
  });

  it('refuses what was signed before an advance, once that is minutes ago', async () => {
    const { url } = await start();
    clock.advance(86_400);
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 61_000 });
    onTestFinished(() => void vi.useRealTimers());
    await expect(sfn(url).send(list)).rejects.toMatchObject({ name: 'InvalidSignatureException' });
  });

  it('covers the body', async () => {
    const { url } = await start();
    const client = sfn(url);
    client.middlewareStack.add(
      (next) => (args) => {
        Object.assign(args.request as object, {
          body: '{"stateMachineArn":"arn:another-machine-of-equal-length-000000000000"}',
        });
        const headers = (args.request as { headers: Record<string, string> }).headers;
        delete headers['content-length'];
        return next(args);
      },
      { step: 'finalizeRequest', priority: 'low', name: 'tamper' },
    );
    await expect(client.send(list)).rejects.toMatchObject({ name: expect.stringMatching(/Signature/) });
  });

  it('is a JSON error for an unsigned call with a target', async () => {
    const { url } = await start();
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'x-amz-target': 'AWSStepFunctions.X' },
      body: '{}',
    });
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ __type: 'MissingAuthenticationTokenException' });
  });
});

it('names the services there are when one is unknown', async () => {
  const { url } = await start({ services: [{ ...states, signingName: 'ssm' }] });
  await expect(sfn(url).send(list)).rejects.toMatchObject({
    name: 'UnknownService',
    message: 'The local cloud has no service "states"; it has: ssm.',
  });
});

it('tells AWS requests from others', async () => {
  const { endpoint } = await start();
  const seen = async (path: string, headers: Record<string, string>) => {
    const server = createServer((request, response) => response.end(String(endpoint.isAwsRequest(request))));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    servers.push(server);
    const { port } = server.address() as AddressInfo;
    return new Promise((resolve, reject) => {
      const sent = httpRequest({ port, host: '127.0.0.1', path, headers }, (response) => {
        response.setEncoding('utf8').on('data', resolve);
      });
      sent.on('error', reject).end();
    });
  };
  expect(await seen('/', { authorization: 'AWS4-HMAC-SHA256 Credential=x' })).toBe('true');
  expect(await seen('/b/k?x=1&X-Amz-Signature=abc', {})).toBe('true');
  expect(await seen('/b/k?X-Amz-Algorithm=AWS4-HMAC-SHA256', {})).toBe('true');
  expect(await seen('/v1/exports', { authorization: 'Bearer token' })).toBe('false');
  expect(await seen('/v1/exports?next=X-Amz-Signature', {})).toBe('false');
});

describe('bodies of the JSON protocol', () => {
  it.each(['[1]', 'no json', '"text"'])('refuses %s', async (body) => {
    const { url } = await start();
    const client = sfn(url);
    client.middlewareStack.add(
      (next) => (args) => {
        const request = args.request as { body: string; headers: Record<string, string> };
        request.body = body;
        request.headers['content-length'] = String(body.length);
        return next(args);
      },
      { step: 'build', priority: 'low', name: 'replace-body' },
    );
    await expect(client.send(list)).rejects.toMatchObject({ name: 'SerializationException' });
  });
});
