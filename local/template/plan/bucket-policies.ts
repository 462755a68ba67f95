import * as z from 'zod';
import { readProperties, text } from '../properties.ts';
import type { ResolvedResource } from '../resolve.ts';
import { problem } from '../template-error.ts';

/** What a bucket's policy adds to the policies of the callers. */
export interface BucketPolicyPlan {
  readonly bucketName: string;
  readonly maxReadSignatureAgeMs?: number;
}

const statementSchema = z.strictObject({
  Action: z.union([text, z.array(text)]),
  Condition: z.record(text, z.record(text, z.unknown())).default({}),
  Effect: z.enum(['Allow', 'Deny']),
  Principal: z.union([z.literal('*'), z.record(text, z.union([text, z.array(text)]))]),
  Resource: z.union([text, z.array(text)]),
  Sid: text.optional(),
});

const schema = z.strictObject({
  Bucket: text,
  PolicyDocument: z.looseObject({ Statement: z.array(z.unknown()) }),
});

type Statement = z.output<typeof statementSchema>;

/**
 * Reads one `AWS::S3::BucketPolicy`. Local buckets honour what has a meaning here and refuse the rest.
 * @param deploymentRoleArns roles that only act while a stack is deployed or deleted
 * @throws TemplateError for a statement that would change who may do what
 */
export function planBucketPolicy(
  resource: ResolvedResource,
  deploymentRoleArns: ReadonlySet<string>,
): BucketPolicyPlan {
  const { Bucket: bucketName, PolicyDocument: document } = readProperties(resource, schema);
  let plan: BucketPolicyPlan = { bucketName };
  for (const [position, raw] of document.Statement.entries()) {
    const statement = statementSchema.safeParse(raw).data;
    const maxReadSignatureAgeMs = statement && readSignatureAge(statement);
    if (maxReadSignatureAgeMs !== undefined) plan = { bucketName, maxReadSignatureAgeMs };
    else if (!statement || !isWithoutEffect(statement, deploymentRoleArns)) {
      const place = { ...resource, path: `Properties.PolicyDocument.Statement.${position}` };
      throw problem(place, `the statement is not known: ${JSON.stringify(raw)}`);
    }
  }
  return plan;
}

/** `Deny s3:GetObject` to everyone when `s3:signatureAge` is above a number of milliseconds. */
function readSignatureAge(statement: Statement): number | undefined {
  const isForReads = statement.Effect === 'Deny' && ['s3:GetObject', 's3:*'].includes(String(statement.Action));
  const age = z
    .strictObject({ NumericGreaterThan: z.strictObject({ 's3:signatureAge': z.coerce.number().int() }) })
    .safeParse(statement.Condition).data;
  return isForReads && isForEveryone(statement) ? age?.NumericGreaterThan['s3:signatureAge'] : undefined;
}

function isWithoutEffect(statement: Statement, deploymentRoleArns: ReadonlySet<string>): boolean {
  const condition = JSON.stringify(statement.Condition);
  // The loopback interface needs no TLS.
  if (statement.Effect === 'Deny' && condition === '{"Bool":{"aws:SecureTransport":"false"}}') return true;
  if (statement.Effect === 'Deny' && condition === '{"NumericLessThan":{"s3:TlsVersion":1.2}}') return true;
  if (statement.Effect !== 'Allow' || typeof statement.Principal === 'string') return false;
  const principals = Object.entries(statement.Principal).flatMap(([kind, names]) =>
    [names].flat().map((name) => [kind, name] as const),
  );
  return principals.every(([kind, name]) => kind === 'Service' || (kind === 'AWS' && deploymentRoleArns.has(name)));
}

function isForEveryone({ Principal: principal }: Statement): boolean {
  return principal === '*' || principal.AWS === '*';
}
