import { isDeepStrictEqual } from 'node:util';
import * as z from 'zod';
import { PolicyError, type PolicyStatement, parsePolicyDocument } from '../../iam/policy-document.ts';
import { readProperties, text } from '../properties.ts';
import type { ResolvedResource } from '../resolve.ts';
import { type Place, problem } from '../template-error.ts';

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

/** Denials of what cannot happen: the loopback interface needs no TLS. */
const tlsConditions = [{ Bool: { 'aws:SecureTransport': 'false' } }, { NumericLessThan: { 's3:TlsVersion': '1.2' } }];

/** What the distribution with the given ARN may do with a bucket. */
export interface BucketGrant {
  readonly bucketName: string;
  readonly sourceArn: string;
  readonly actions: readonly string[];
}

/** What a bucket's policy refuses everybody. */
export interface BucketDenial {
  readonly bucketName: string;
  readonly statement: PolicyStatement;
}

/** The keys of a request that local S3 knows; a denial by any other would never apply. */
const requestKeys = new Set(['s3:authType', 's3:signatureAge', 's3:signatureversion']);

export interface BucketPolicyPlan {
  readonly grants: readonly BucketGrant[];
  readonly denials: readonly BucketDenial[];
}

/**
 * Reads an `AWS::S3::BucketPolicy`: what it lets a distribution do, and what it refuses everybody. Roles are allowed
 * things by their own policies alone, so every other statement that would have an effect here is refused.
 * @param deploymentRoleArns roles that only act while a stack is deployed or deleted
 * @throws TemplateError
 */
export function planBucketPolicy(
  resource: ResolvedResource,
  deploymentRoleArns: ReadonlySet<string>,
): BucketPolicyPlan {
  const { Bucket: bucketName, PolicyDocument: document } = readProperties(resource, schema);
  const grants: BucketGrant[] = [];
  const denials: BucketDenial[] = [];
  for (const [position, raw] of document.Statement.entries()) {
    const place = { ...resource, path: `Properties.PolicyDocument.Statement.${position}` };
    const statement = statementSchema.safeParse(raw).data;
    const grant = statement && grantToDistribution(statement, bucketName);
    if (grant) grants.push(grant);
    else if (statement && refusesEverybody(statement)) {
      denials.push({ bucketName, statement: parseDenial(statement, `${resource.logicalId} ${position}`, place) });
    } else if (!statement || !isWithoutEffect(statement, deploymentRoleArns)) {
      throw problem(place, `the statement is not known: ${JSON.stringify(raw)}`);
    }
  }
  return { grants, denials };
}

type Statement = z.output<typeof statementSchema>;

const ofOneDistribution = z.strictObject({ StringEquals: z.strictObject({ 'AWS:SourceArn': text }) });

/** For the objects of the whole bucket, which is how CDK grants. */
function grantToDistribution(statement: Statement, bucketName: string): BucketGrant | undefined {
  const { Effect: effect, Principal: principal, Action: action } = statement;
  if (effect !== 'Allow' || !isDeepStrictEqual(principal, { Service: 'cloudfront.amazonaws.com' })) return undefined;
  const condition = ofOneDistribution.safeParse(statement.Condition).data;
  const isWhole = [statement.Resource].flat().includes(`arn:aws:s3:::${bucketName}/*`);
  if (condition === undefined || !isWhole) return undefined;
  return { bucketName, sourceArn: condition.StringEquals['AWS:SourceArn'], actions: [action].flat() };
}

/** A denial by what local S3 knows of a request. */
function refusesEverybody({ Effect: effect, Principal: principal, Condition: condition }: Statement): boolean {
  const isEverybody = principal === '*' || isDeepStrictEqual(principal, { AWS: '*' });
  return effect === 'Deny' && isEverybody && Object.values(condition).flatMap(Object.keys).every(isRequestKey);
}

const isRequestKey = (key: string) => requestKeys.has(key);

function parseDenial({ Principal: _, ...statement }: Statement, source: string, place: Place): PolicyStatement {
  try {
    const [denial] = parsePolicyDocument({ Statement: statement }, source);
    if (denial) return denial;
    throw new PolicyError(`${source}: it has no statement`);
  } catch (error) {
    throw error instanceof PolicyError ? problem(place, error.message) : error;
  }
}

function isWithoutEffect(statement: Statement, deploymentRoleArns: ReadonlySet<string>): boolean {
  const { Effect: effect, Condition: condition, Principal: principal } = statement;
  if (effect === 'Deny') return tlsConditions.some((known) => isDeepStrictEqual(condition, known));
  if (typeof principal === 'string') return false;
  const principals = Object.entries(principal).flatMap(([kind, names]) =>
    [names].flat().map((name) => [kind, name] as const),
  );
  // Other services of AWS, such as log delivery, do not call local buckets.
  return principals.every(
    ([kind, name]) =>
      (kind === 'Service' && name !== 'cloudfront.amazonaws.com') || (kind === 'AWS' && deploymentRoleArns.has(name)),
  );
}
