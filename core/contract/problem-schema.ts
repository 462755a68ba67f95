import * as z from 'zod';
import { problems } from '../domain/problem.ts';
import { count } from './schema-fields.ts';

export const problemView = z
  .object({
    type: z.string(),
    title: z.string(),
    status: z.number().int(),
    detail: z.string(),
    code: z.enum(Object.keys(problems) as [string, ...string[]]),
    errors: z.array(z.object({ pointer: z.string(), message: z.string() })).optional(),
    requestId: z.string(),
    retryAfterSeconds: count.optional(),
    exportId: z.string().optional(),
    reportId: z.string().optional(),
    reportTitle: z.string().optional(),
    expiredAt: z.string().optional(),
    fileAvailable: z.boolean().optional(),
    partFiles: count.optional(),
  })
  .meta({ id: 'Problem' });

export type ProblemView = z.output<typeof problemView>;
