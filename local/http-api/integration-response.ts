import * as z from 'zod';

/** What a client is sent for a function's result. */
export interface IntegrationResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly cookies: readonly string[];
  readonly body: Buffer;
}

/** A result with a `statusCode` follows the format; everything else is a JSON body. */
const formatSchema = z.object({
  statusCode: z
    .union([
      z.int(),
      z
        .string()
        .regex(/^\d{3}$/)
        .transform(Number),
    ])
    .pipe(z.int().min(100).max(599)),
  headers: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).nullish(),
  cookies: z.array(z.string()).nullish(),
  body: z.string().nullish(),
  isBase64Encoded: z.boolean().nullish(),
});

/** A result that API Gateway would not understand. */
class MalformedResponseError extends Error {
  override readonly name = 'MalformedResponseError';
}

/**
 * Reads a function's result by the rules of payload format 2.0.
 * @throws MalformedResponseError
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
 */
export function integrationResponse(result: unknown): IntegrationResponse {
  if (!isFormatted(result)) return inferredResponse(result);
  const parsed = formatSchema.safeParse(result);
  if (!parsed.success) throw new MalformedResponseError(z.prettifyError(parsed.error));
  const { statusCode, headers, cookies, body, isBase64Encoded } = parsed.data;
  const named = Object.entries(headers ?? {}).map(([name, value]) => [name.toLowerCase(), String(value)]);
  return {
    status: statusCode,
    headers: { 'content-type': 'text/plain;charset=utf-8', ...Object.fromEntries(named) },
    cookies: cookies ?? [],
    body: Buffer.from(body ?? '', isBase64Encoded ? 'base64' : 'utf8'),
  };
}

function isFormatted(result: unknown): boolean {
  return typeof result === 'object' && result !== null && 'statusCode' in result;
}

function inferredResponse(result: unknown): IntegrationResponse {
  const text = typeof result === 'string' ? result : JSON.stringify(result);
  return { status: 200, headers: { 'content-type': 'application/json' }, cookies: [], body: Buffer.from(text) };
}
