import type { ServerResponse } from 'node:http';
import * as z from 'zod';
import { readSignedBody } from './read-body.ts';
import { AwsError, type AwsRequest, type AwsService } from './service.ts';
import { renderXml, type XmlChildren } from './xml.ts';

/** Far more than any call of this protocol has to say; a mail is the largest. */
const LIMIT_BYTES = 16 * 1024 * 1024;

/** The endpoint's codes under the names by which services of this protocol report them. */
const QUERY_ERRORS: Readonly<Record<string, { code: string; statusCode: number }>> = {
  AuthorizationHeaderMalformed: { code: 'IncompleteSignature', statusCode: 400 },
  InvalidAccessKeyId: { code: 'InvalidClientTokenId', statusCode: 403 },
  InternalError: { code: 'InternalFailure', statusCode: 500 },
  RequestTimeTooSkewed: { code: 'RequestExpired', statusCode: 400 },
};

/**
 * Answers one operation with the content of its result; it calls the request's gate before it reads or changes anything.
 * @param input the parameters as a tree: `Tags.member.1.Name=a` is `{ Tags: [{ Name: 'a' }] }`
 */
export type QueryOperation = (input: object, request: AwsRequest) => Promise<XmlChildren>;

export interface QueryServiceOptions {
  readonly signingName: string;
  /** Of the answers, e.g. `http://ses.amazonaws.com/doc/2010-12-01/` */
  readonly namespace: string;
  readonly operations: Readonly<Record<string, QueryOperation>>;
}

/**
 * Makes a service of the AWS Query protocol out of its operations: parameters of a form, answers in XML.
 * @see https://smithy.io/2.0/aws/protocols/aws-query-protocol.html
 */
export function queryService({ signingName, namespace, operations }: QueryServiceOptions): AwsService {
  const refuse = (error: AwsError, response: ServerResponse) => {
    const { code, statusCode } = QUERY_ERRORS[error.code] ?? error;
    const RequestId = String(response.getHeader('x-amzn-requestid'));
    const Type = statusCode < 500 ? 'Sender' : 'Receiver';
    const children = { Error: { Type, Code: code, Message: error.message }, RequestId };
    send(response, statusCode, renderXml('ErrorResponse', children, namespace));
  };
  return {
    signingName,
    refuse,
    async handle(request, response) {
      try {
        const { Action: name, Version: _, ...input } = await readForm(request);
        const operation = Object.hasOwn(operations, String(name)) ? operations[String(name)] : undefined;
        if (!operation) throw new AwsError('InvalidAction', 400, `The local ${signingName} has no operation ${name}.`);
        const children = {
          [`${name}Result`]: await operation(input, request),
          ResponseMetadata: { RequestId: request.requestId },
        };
        send(response, 200, renderXml(`${name}Response`, children, namespace));
      } catch (error) {
        if (!(error instanceof AwsError)) throw error;
        refuse(error, response);
      }
    },
  };
}

/**
 * Parses the input of an operation.
 * @throws AwsError `ValidationError`
 */
export function parseQueryInput<Schema extends z.ZodType>(schema: Schema, input: object): z.output<Schema> {
  const result = schema.safeParse(input);
  if (result.success) return result.data;
  throw new AwsError('ValidationError', 400, z.prettifyError(result.error));
}

interface Tree {
  [name: string]: string | Tree;
}

async function readForm(request: AwsRequest): Promise<Record<string, unknown>> {
  const body = await readSignedBody(request, LIMIT_BYTES);
  const tree: Tree = {};
  for (const [path, value] of new URLSearchParams(body.toString('utf8'))) put(tree, path, value);
  return withLists(tree) as Record<string, unknown>;
}

function put(tree: Tree, path: string, value: string): void {
  const names = path.split('.');
  const last = names.pop() ?? '';
  let branch = tree;
  for (const name of names) {
    const next = Object.hasOwn(branch, name) ? branch[name] : {};
    if (typeof next !== 'object' || name.startsWith('_')) throw malformed(path);
    branch[name] = next;
    branch = next;
  }
  if (last.startsWith('_') || Object.hasOwn(branch, last)) throw malformed(path);
  branch[last] = value;
}

/** A list is written as a branch `member` with a branch for each number. */
function withLists(value: string | Tree): unknown {
  if (typeof value === 'string') return value;
  const { member } = value;
  if (typeof member === 'object') return Object.values(member).map(withLists);
  return Object.fromEntries(Object.entries(value).map(([name, child]) => [name, withLists(child)]));
}

function malformed(path: string): AwsError {
  return new AwsError('MalformedQueryString', 400, `The parameter ${path} cannot be read.`);
}

function send(response: ServerResponse, statusCode: number, document: string): void {
  const body = Buffer.from(document);
  response.writeHead(statusCode, { 'content-type': 'text/xml', 'content-length': body.length }).end(body);
}
