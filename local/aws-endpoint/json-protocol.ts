import type { ServerResponse } from 'node:http';
import { readSignedBody } from './read-body.ts';
import { AwsError, type AwsRequest } from './service.ts';

/** The largest body the JSON services take: payloads of Step Functions fit with room to spare. */
const LIMIT_BYTES = 16 * 1024 * 1024;

/** The endpoint's codes under the names by which JSON services report them. */
const JSON_ERRORS: Readonly<Record<string, { code: string; statusCode: number }>> = {
  AccessDenied: { code: 'AccessDeniedException', statusCode: 400 },
  InvalidAccessKeyId: { code: 'UnrecognizedClientException', statusCode: 400 },
  SignatureDoesNotMatch: { code: 'InvalidSignatureException', statusCode: 400 },
  RequestTimeTooSkewed: { code: 'InvalidSignatureException', statusCode: 400 },
  AuthorizationHeaderMalformed: { code: 'IncompleteSignatureException', statusCode: 400 },
  MissingAuthenticationToken: { code: 'MissingAuthenticationTokenException', statusCode: 400 },
};

/** The operation a JSON request names: `StartExecution` of `x-amz-target: AWSStepFunctions.StartExecution`. */
export function targetOperation(request: AwsRequest): string {
  const target = String(request.headers['x-amz-target'] ?? '');
  return target.slice(target.lastIndexOf('.') + 1);
}

/**
 * Reads the body and parses it; an empty body is `{}`.
 * @throws AwsError `SerializationException` when it is no JSON object, `SignatureDoesNotMatch` when it is not the body
 * that was signed, `RequestEntityTooLarge`
 */
export async function readJsonBody(request: AwsRequest): Promise<Record<string, unknown>> {
  const body = await readSignedBody(request, LIMIT_BYTES);
  if (body.length === 0) return {};
  const value = parse(body);
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return { ...value };
  throw new AwsError('SerializationException', 400, 'The request body must be a JSON object.');
}

/** Answers 200 with a JSON document. */
export function replyJson(response: ServerResponse, document: unknown, contentType = 'application/x-amz-json-1.0') {
  send(response, 200, document, contentType);
}

/** Answers `{"__type", "message"}`; what is no {@link AwsError} becomes a 500 that tells nothing. */
export function replyJsonError(response: ServerResponse, error: unknown, contentType = 'application/x-amz-json-1.0') {
  if (!(error instanceof AwsError)) {
    const document = { __type: 'InternalServerError', message: 'The local service failed; see its log.' };
    return send(response, 500, document, contentType);
  }
  const { code, statusCode } = JSON_ERRORS[error.code] ?? error;
  // REST-style JSON services such as Lambda are read by this header instead of __type.
  response.setHeader('x-amzn-errortype', code);
  send(response, statusCode, { __type: code, message: error.message, ...error.details }, contentType);
}

function send(response: ServerResponse, statusCode: number, document: unknown, contentType: string): void {
  const body = Buffer.from(JSON.stringify(document));
  response.writeHead(statusCode, { 'content-type': contentType, 'content-length': body.length }).end(body);
}

function parse(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'));
  } catch {
    throw new AwsError('SerializationException', 400, 'The request body is no valid JSON.');
  }
}
