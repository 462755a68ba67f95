import { join } from 'node:path';
import { build } from 'esbuild';
import { expect, onTestFinished, test } from 'vitest';
import { LocalClock } from '../../local/clock.ts';
import { createHttpApi, type HttpApi } from '../../local/http-api/http-api.ts';
import { createLambdaHost } from '../../local/lambda/lambda-host.ts';
import { createOidcIssuer, type OidcIssuer } from '../../local/oidc/oidc-issuer.ts';
import { findSampleUser } from '../../local/sample-users.ts';
import { serve } from './http-server.ts';
import { temporaryDirectory } from './temp-dir.ts';

const HANDLER = `
  import middy from '@middy/core';
  import { GetParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
  const client = new SSMClient({});
  export const handler = middy(async (event) => {
    const { Parameter } = await client.send(new GetParameterCommand({ Name: 'flags' }));
    const { sub } = event.requestContext.authorizer.jwt.claims;
    return { statusCode: 202, headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ sub, id: event.pathParameters.id, flags: Parameter.Value }) };
  });`;

test('a signed-in request reaches a bundled handler, whose calls carry its role and the local time', async () => {
  const directory = await temporaryDirectory();
  await build({
    stdin: { contents: HANDLER, resolveDir: import.meta.dirname },
    bundle: true,
    platform: 'node',
    target: 'node24',
    format: 'esm',
    outfile: join(directory, 'index.mjs'),
    banner: { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);" },
  });
  const clock = new LocalClock();
  clock.advance(86_400);
  const signed: { date: string; credential: string }[] = [];
  const endpoint = await serve((request, response) => {
    signed.push({ date: String(request.headers['x-amz-date']), credential: String(request.headers.authorization) });
    response.writeHead(200, { 'content-type': 'application/x-amz-json-1.1' }).end('{"Parameter":{"Value":"on"}}');
  });

  const ready = Promise.withResolvers<[OidcIssuer, HttpApi]>();
  const origin = await serve(async (request, response) => {
    const [oidc, api] = await ready.promise;
    if (!(await oidc.handle(request, response))) await api.handle(request, response);
  });
  const issuer = `${origin}/oidc`;
  const oidc = await createOidcIssuer({
    issuer,
    audience: 'api',
    clientId: 'web',
    webOrigins: [origin],
    directory,
    clock,
  });
  const host = createLambdaHost({
    functions: [
      {
        name: 'get-export',
        arn: 'arn:aws:lambda:eu-central-1:000000000000:function:get-export',
        codeDirectory: directory,
        handler: 'index.handler',
        environment: {},
        timeoutSeconds: 10,
        memoryMb: 256,
        roleArn: 'arn:role',
      },
    ],
    environmentFor: () => ({
      AWS_REGION: 'eu-central-1',
      AWS_ACCESS_KEY_ID: 'AKIDROLE',
      AWS_SECRET_ACCESS_KEY: 'secret',
      AWS_ENDPOINT_URL: endpoint,
    }),
    authorize: () => {},
    clock,
    log: () => {},
  });
  onTestFinished(() => host.stop());
  const authorizer = { issuer, audience: ['api'] };
  const api = createHttpApi({
    routes: [{ routeKey: 'GET /v1/exports/{id}', functionArn: 'get-export', authorizer }],
    invoke: host.invoke,
    clock,
    log: () => {},
    accountId: '000000000000',
    apiId: 'local',
  });
  ready.resolve([oidc, api]);

  const ada = findSampleUser('ada');
  const token = ada && (await oidc.issueToken(ada));
  const response = await fetch(`${origin}/v1/exports/exp_1`, { headers: { authorization: `Bearer ${token}` } });
  expect(response.status).toBe(202);
  expect(await response.json()).toEqual({ sub: 'usr_ada', id: 'exp_1', flags: 'on' });

  const [call] = signed;
  const day = new Date(clock.now()).toISOString().slice(0, 10).replaceAll('-', '');
  expect(call?.date.slice(0, 8)).toBe(day);
  expect(call?.credential).toContain(`Credential=AKIDROLE/${day}/eu-central-1/ssm`);
});
