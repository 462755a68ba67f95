import type { IncomingMessage, ServerResponse } from 'node:http';
import * as z from 'zod';
import { replyJson, replyJsonError, targetOperation } from '../aws-endpoint/json-protocol.ts';
import { readBody, readSignedBody } from '../aws-endpoint/read-body.ts';
import { AwsError, type AwsRequest, type AwsService, type GatePass } from '../aws-endpoint/service.ts';
import type { RequiredPermissions } from './required-permissions.ts';
import type { MeasureFailure } from './table-metrics.ts';
import type { Upstream } from './upstream.ts';

/** DynamoDB's own limit for a request. */
const MAX_REQUEST_BYTES = 16 * 1024 * 1024;

/** A query reads a megabyte; as JSON that may become a few. */
const MAX_ANSWER_BYTES = 16 * 1024 * 1024;

/** Without items, only a count was asked for. */
const queryAnswer = z.looseObject({ Items: z.array(z.record(z.string(), z.unknown())).optional() });

/** What describes the answer itself; everything else belongs to the connection to the database. */
const ANSWER_HEADERS = ['content-type', 'content-length', 'x-amz-crc32', 'x-amzn-requestid'];

/** DynamoDB as roles see it: checks what each request needs, then hands it to the database unchanged. */
export function dynamoDbService(
  upstream: Upstream,
  permissionsOf: RequiredPermissions,
  measureFailure: MeasureFailure,
): AwsService {
  async function serve(request: AwsRequest, response: ServerResponse): Promise<void> {
    const operation = targetOperation(request);
    const body = await readSignedBody(request, MAX_REQUEST_BYTES);
    const input = parse(body);
    const permissions = permissionsOf(operation, input);
    const { isHidden, answer } = await carryOut().catch((error: unknown) => {
      measureFailure(error, operation, permissions);
      throw error;
    });
    const bytes = await readBody(answer, MAX_ANSWER_BYTES);
    if (isHidden !== undefined && answer.statusCode === 200) {
      replyJson(response, withoutHidden(JSON.parse(bytes.toString()), isHidden));
      return;
    }
    const headers = Object.entries(answer.headers).filter(([name]) => ANSWER_HEADERS.includes(name));
    response.writeHead(answer.statusCode ?? 500, Object.fromEntries(headers)).end(bytes);

    async function carryOut() {
      const pass = await request.gate(operation, permissions, input);
      return { isHidden: pass.isHidden, answer: await forward(upstream, operation, body) };
    }
  }

  return {
    signingName: 'dynamodb',
    async handle(request, response) {
      try {
        await serve(request, response);
      } catch (error) {
        // With the answer half sent there is nothing left to say; the client sees the connection end.
        if (response.headersSent) response.destroy();
        else replyJsonError(response, error);
      }
    },
  };
}

/** A query's answer without the items its index has not caught up with. A count alone includes them, as it may. */
function withoutHidden(answer: unknown, isHidden: NonNullable<GatePass['isHidden']>): object {
  const { Items, ...rest } = queryAnswer.parse(answer);
  if (Items === undefined) return rest;
  const shown = Items.filter((item) => !isHidden(item));
  return { ...rest, Items: shown, Count: shown.length };
}

async function forward(upstream: Upstream, operation: string, body: Buffer): Promise<IncomingMessage> {
  try {
    return await upstream.forward(operation, body);
  } catch (error) {
    throw new AwsError('InternalServerError', 500, `The database did not answer: ${(error as Error).message}`);
  }
}

function parse(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'));
  } catch {
    throw new AwsError('SerializationException', 400, 'The request body is no valid JSON.');
  }
}
