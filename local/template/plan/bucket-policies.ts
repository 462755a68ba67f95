import { isDeepStrictEqual } from 'node:util';
import * as z from 'zod';
import { irrelevant, readProperties, text } from '../properties.ts';
import type { ResolvedResource } from '../resolve.ts';
import { problem } from '../template-error.ts';

const statementSchema = z.strictObject({
  Action: z.union([text, z.array(text)]),
  Condition: z.record(text, z.record(text, z.unknown())).default({}),
  Effect: z.enum(['Allow', 'Deny']),
  Principal: z.union([z.literal('*'), z.record(text, z.union([text, z.array(text)]))]),
  Resource: z.union([text, z.array(text)]),
  Sid: text.optional(),
});

const schema = z.strictObject({
  Bucket: irrelevant('no statement has an effect'),
  PolicyDocument: z.looseObject({ Statement: z.array(z.unknown()) }),
});

/** Denials of what cannot happen: the loopback interface needs no TLS. */
const tlsConditions = [{ Bool: { 'aws:SecureTransport': 'false' } }, { NumericLessThan: { 's3:TlsVersion': '1.2' } }];

/**
 * Refuses every statement of an `AWS::S3::BucketPolicy` that would have an effect here, because local calls are decided
 * by the policies of the roles alone.
 * @param deploymentRoleArns roles that only act while a stack is deployed or deleted
 * @throws TemplateError
 */
export function checkBucketPolicy(resource: ResolvedResource, deploymentRoleArns: ReadonlySet<string>): void {
  const { PolicyDocument: document } = readProperties(resource, schema);
  for (const [position, raw] of document.Statement.entries()) {
    const statement = statementSchema.safeParse(raw).data;
    if (statement && isWithoutEffect(statement, deploymentRoleArns)) continue;
    const place = { ...resource, path: `Properties.PolicyDocument.Statement.${position}` };
    throw problem(place, `the statement is not known: ${JSON.stringify(raw)}`);
  }
}

function isWithoutEffect(
  statement: z.output<typeof statementSchema>,
  deploymentRoleArns: ReadonlySet<string>,
): boolean {
  const { Effect: effect, Condition: condition, Principal: principal } = statement;
  if (effect === 'Deny') return tlsConditions.some((known) => isDeepStrictEqual(condition, known));
  if (typeof principal === 'string') return false;
  const principals = Object.entries(principal).flatMap(([kind, names]) =>
    [names].flat().map((name) => [kind, name] as const),
  );
  // Services of AWS, such as log delivery, do not call local buckets.
  return principals.every(([kind, name]) => kind === 'Service' || (kind === 'AWS' && deploymentRoleArns.has(name)));
}
