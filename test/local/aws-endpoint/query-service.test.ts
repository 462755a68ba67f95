import { createHash } from 'node:crypto';
import { SESClient, SendEmailCommand } from '@aws-sdk/client-ses';
import { describe, expect, onTestFinished, test } from 'vitest';
import * as z from 'zod';
import { parseQueryInput, queryService } from '../../../local/aws-endpoint/query-service.ts';
import { AwsError, type AwsRequest } from '../../../local/aws-endpoint/service.ts';
import { LocalClock } from '../../../local/clock.ts';
import { serveAws } from '../aws-cloud.ts';
import { serve } from '../http-server.ts';

/** Posts a form past all signatures and gives the answer; the only operation answers with its input, as JSON. */
async function post(form: string, signed = form) {
  const service = queryService({
    signingName: 'test',
    namespace: 'urn:test',
    operations: {
      Echo: async (input) => ({ Input: JSON.stringify(input) }),
      Refuse: async () => {
        throw new AwsError('Refused', 409, 'No <thanks>');
      },
    },
  });
  const origin = await serve((incoming, response) => {
    response.setHeader('x-amzn-requestid', 'r-1');
    const payloadHash = createHash('sha256').update(signed).digest('hex');
    void service.handle({ body: incoming, payloadHash, requestId: 'r-1' } as unknown as AwsRequest, response);
  });
  const response = await fetch(origin, { method: 'POST', body: form });
  return { status: response.status, body: await response.text() };
}

async function echo(form: string): Promise<unknown> {
  const { body } = await post(`Action=Echo&Version=1&${form}`);
  return JSON.parse(/<Input>(.*)<\/Input>/.exec(body)?.[1]?.replaceAll('&quot;', '"') ?? 'null');
}

describe('parameters', () => {
  test('are a tree with lists', async () => {
    expect(await echo('A=1&B.C=x+y%3D&L.member.1.N=a&L.member.1.V=b&L.member.2.N=c&M.member.1=z')).toEqual({
      A: '1',
      B: { C: 'x y=' },
      L: [{ N: 'a', V: 'b' }, { N: 'c' }],
      M: ['z'],
    });
  });

  test.each(['A=1&A=2', 'A=1&A.B=2', 'A.B=1&A=2', '__proto__.x=1', 'A.__proto__=1'])(
    '%s cannot be read',
    async (form) => {
      const { status, body } = await post(`Action=Echo&${form}`);
      expect([status, body]).toEqual([400, expect.stringContaining('<Code>MalformedQueryString</Code>')]);
    },
  );

  test('are refused when their schema does', () => {
    expect(() => parseQueryInput(z.strictObject({}), { Extra: '1' })).toThrow(
      expect.objectContaining({ code: 'ValidationError', statusCode: 400 }),
    );
  });
});

describe('answers', () => {
  test('are documents of the namespace', async () => {
    expect(await post('Action=Echo')).toEqual({
      status: 200,
      body:
        '<?xml version="1.0" encoding="UTF-8"?>\n<EchoResponse xmlns="urn:test"><EchoResult><Input>{}</Input></EchoResult>' +
        '<ResponseMetadata><RequestId>r-1</RequestId></ResponseMetadata></EchoResponse>',
    });
  });

  test('say why a request is refused', async () => {
    expect(await post('Action=Refuse')).toEqual({
      status: 409,
      body:
        '<?xml version="1.0" encoding="UTF-8"?>\n<ErrorResponse xmlns="urn:test"><Error><Type>Sender</Type>' +
        '<Code>Refused</Code><Message>No &lt;thanks&gt;</Message></Error><RequestId>r-1</RequestId></ErrorResponse>',
    });
  });

  test.each(['Action=Other', 'Action=toString', 'A=1'])('%s names no operation', async (form) => {
    expect((await post(form)).body).toContain('<Code>InvalidAction</Code>');
  });

  test('a body other than the signed one is refused', async () => {
    const { status, body } = await post('Action=Echo&A=2', 'Action=Echo&A=1');
    expect([status, body]).toEqual([403, expect.stringContaining('<Code>SignatureDoesNotMatch</Code>')]);
  });
});

test('an SDK client learns that its key is not known', async () => {
  const service = queryService({ signingName: 'ses', namespace: 'urn:test', operations: {} });
  const { asRole } = await serveAws([service], [{ Effect: 'Allow', Action: '*', Resource: '*' }], new LocalClock());
  const client = new SESClient({ ...asRole, credentials: { accessKeyId: 'AKIAOTHER', secretAccessKey: 'x' } });
  onTestFinished(() => client.destroy());
  const Message = { Subject: { Data: '' }, Body: {} };
  await expect(client.send(new SendEmailCommand({ Source: 'a@b.c', Destination: {}, Message }))).rejects.toMatchObject({
    name: 'InvalidClientTokenId',
  });
});
