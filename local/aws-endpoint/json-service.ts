import * as z from 'zod';
import { readJsonBody, replyJson, replyJsonError, targetOperation } from './json-protocol.ts';
import { AwsError, type AwsRequest, type AwsService } from './service.ts';

/** Answers one operation; it calls the request's gate before it reads or changes anything. */
export type JsonOperation = (input: Record<string, unknown>, request: AwsRequest) => Promise<object>;

/** Makes a service of AWS JSON out of its operations. */
export function jsonService(
  signingName: string,
  operations: Readonly<Record<string, JsonOperation>>,
  version: '1.0' | '1.1' = '1.1',
): AwsService {
  const contentType = `application/x-amz-json-${version}`;
  return {
    signingName,
    async handle(request, response) {
      try {
        const name = targetOperation(request);
        const operation = Object.hasOwn(operations, name) ? operations[name] : undefined;
        if (!operation) {
          throw new AwsError('UnknownOperationException', 400, `The local ${signingName} has no operation ${name}.`);
        }
        replyJson(response, await operation(await readJsonBody(request), request), contentType);
      } catch (error) {
        replyJsonError(response, error, contentType);
      }
    },
  };
}

/**
 * Parses the input of an operation.
 * @throws AwsError `ValidationException`
 */
export function parseInput<Schema extends z.ZodType>(schema: Schema, input: unknown): z.output<Schema> {
  const result = schema.safeParse(input);
  if (result.success) return result.data;
  throw new AwsError('ValidationException', 400, z.prettifyError(result.error));
}
