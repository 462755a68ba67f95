import type middy from '@middy/core';
import type { APIGatewayProxyEventV2WithJWTAuthorizer } from 'aws-lambda';
import type * as z from 'zod';
import { ProblemError } from '../../core/domain/errors.ts';
import { validationIssues } from '../../core/domain/validation.ts';

/** The most characters a body may have; larger ones are refused before they are parsed. */
const MAX_BODY_CHARACTERS = 65_536;

/** Parses the body as JSON by its schema; every mistake is told at once, each with a pointer. */
export function jsonBody(schema: z.ZodType | undefined): middy.MiddlewareObj<APIGatewayProxyEventV2WithJWTAuthorizer> {
  return {
    before(request) {
      const event = request.event as Omit<typeof request.event, 'body'> & { body: unknown };
      event.body = schema === undefined ? undefined : parse(schema, textOf(request.event));
    },
  };
}

/** @throws ProblemError unsupported_media_type | body_too_large */
function textOf(event: APIGatewayProxyEventV2WithJWTAuthorizer): string {
  if (!/^application\/([\w.-]+\+)?json\b/i.test(event.headers['content-type'] ?? '')) {
    throw new ProblemError(
      'unsupported_media_type',
      'Send the body as JSON, with the header Content-Type: application/json.',
    );
  }
  const sent = event.body ?? '';
  const body = event.isBase64Encoded ? Buffer.from(sent, 'base64').toString('utf8') : sent;
  if (body.length > MAX_BODY_CHARACTERS) {
    throw new ProblemError('body_too_large', `The body may have at most ${MAX_BODY_CHARACTERS} characters.`, {
      issues: [{ pointer: '', message: `has ${body.length} characters; at most ${MAX_BODY_CHARACTERS} are allowed` }],
    });
  }
  return body;
}

/** @throws ProblemError malformed_body | validation_failed */
function parse(schema: z.ZodType, text: string): unknown {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    throw new ProblemError('malformed_body', 'The body must be one JSON object.', {
      issues: [{ pointer: '', message: 'is not JSON' }],
      cause,
    });
  }
  const result = schema.safeParse(json);
  if (result.success) return result.data;
  throw new ProblemError('validation_failed', 'Correct the parts named in errors and send the request again.', {
    issues: validationIssues(result.error),
  });
}
