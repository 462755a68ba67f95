import type * as z from 'zod';
import type { ZodOpenApiResponsesObject } from 'zod-openapi';
import type { ProblemCode } from '../domain/problem.ts';

/** What the description of the API says of one route. */
export interface Operation {
  readonly summary: string;
  readonly description?: string;
  readonly success: ZodOpenApiResponsesObject;
  readonly body?: z.ZodType;
  readonly query?: z.ZodObject;
  readonly headers?: z.ZodObject;
  readonly problems: readonly ProblemCode[];
}

export const jsonOf = (description: string, schema: z.ZodType) => ({
  description,
  content: { 'application/json': { schema } },
});

/** What any route with a body may answer. */
export const badBody = ['validation_failed', 'malformed_body', 'body_too_large', 'unsupported_media_type'] as const;
