import { isDeepStrictEqual } from 'node:util';
import { PRESIGNED_URL_SECONDS, RETENTION_TAG, retentionTagValues } from '../../../core/contract/files.ts';
import { flatten, type Json } from '../synthesize.ts';
import { allOf, anyOf, asList, type Guarantee, type Synthesized } from './guarantee.ts';

const withoutTls = { Bool: { 'aws:SecureTransport': 'false' } };

function statementsOf(stack: Synthesized, bucketId: string): Json[] {
  const policies = allOf(stack, 'AWS::S3::BucketPolicy').map(([, { Properties }]) => Properties);
  return policies
    .filter(({ Bucket }) => Bucket.Ref === bucketId)
    .flatMap(({ PolicyDocument }) => PolicyDocument.Statement);
}

const isEverybody = ({ Principal: principal }: Json) => principal === '*' || isDeepStrictEqual(principal, { AWS: '*' });

/** Whether everybody is denied an action, or all, on a resource. */
function denies(statement: Json, action: string, resource: string): boolean {
  const isMeant = asList(statement.Action).some((denied) => denied === action || denied === 's3:*');
  const isThere = asList(statement.Resource).map(flatten).includes(resource);
  return statement.Effect === 'Deny' && isEverybody(statement) && isMeant && isThere;
}

function neverPublic(stack: Synthesized): string[] {
  return allOf(stack, 'AWS::S3::Bucket').flatMap(([id, { Properties }]) => {
    const block = Properties.PublicAccessBlockConfiguration ?? {};
    const open = ['BlockPublicAcls', 'BlockPublicPolicy', 'IgnorePublicAcls', 'RestrictPublicBuckets'].filter(
      (key) => block[key] !== true,
    );
    const allowing = statementsOf(stack, id).filter((statement) => statement.Effect === 'Allow');
    const invited = allowing.filter(isEverybody).map(() => `${id} allows everybody`);
    return [...open.map((key) => `${id} without ${key}`), ...invited];
  });
}

function onlyOverTls(stack: Synthesized): string[] {
  return allOf(stack, 'AWS::S3::Bucket').flatMap(([id]) =>
    [`<${id}.Arn>`, `<${id}.Arn>/*`]
      .filter((resource) => {
        const denying = statementsOf(stack, id).filter((statement) => denies(statement, 's3:*', resource));
        return !denying.some(({ Condition }) => isDeepStrictEqual(Condition, withoutTls));
      })
      .map((resource) => `${resource} without TLS`),
  );
}

/** The bucket with the finished files. */
const files = 'FileBucket';

function urlsGrowOld(stack: Synthesized): string[] {
  const buckets = allOf(stack, 'AWS::S3::Bucket').filter(([id]) => id.startsWith(files));
  return buckets.flatMap(([id]) => {
    const conditions = statementsOf(stack, id)
      .filter((statement) => denies(statement, 's3:GetObject', `<${id}.Arn>/*`))
      .map(({ Condition }) => Condition);
    const ages = conditions
      .filter((condition) => isDeepStrictEqual(condition.StringEquals, { 's3:authType': 'REST-QUERY-STRING' }))
      .map((condition) => Number(condition.NumericGreaterThan?.['s3:signatureAge']) / 1000);
    // Longer than a URL lives, so that its own end is the one that is met, and not twice as long.
    const isHeld = ages.some((seconds) => seconds > PRESIGNED_URL_SECONDS && seconds < 2 * PRESIGNED_URL_SECONDS);
    const isOldRefused = conditions.some(({ StringEquals }) =>
      isDeepStrictEqual(StringEquals, { 's3:signatureversion': 'AWS' }),
    );
    return [...(isHeld ? [] : [`${id}: signatures of any age`]), ...(isOldRefused ? [] : [`${id}: signatures of v2`])];
  });
}

function lifecycleRules(stack: Synthesized): string[] {
  const { Rules: all } = anyOf(stack, 'AWS::S3::Bucket', files).Properties.LifecycleConfiguration;
  const rules: Json[] = all.filter(({ Status }: Json) => Status === 'Enabled');
  const kept = retentionTagValues.filter((days) => {
    const tags = [{ Key: RETENTION_TAG, Value: String(days) }];
    return !rules.some((rule) => isDeepStrictEqual(rule.TagFilters, tags) && rule.ExpirationInDays === days + 1);
  });
  const aborting = rules.filter((rule) => rule.AbortIncompleteMultipartUpload);
  const plain = aborting.filter((rule) => rule.TagFilters === undefined && rule.ExpirationInDays === undefined);
  return [
    ...kept.map((days) => `files tagged ${days} stay`),
    ...(plain.length > 0 ? [] : ['unfinished uploads stay']),
    ...(aborting.length === plain.length ? [] : ['S3 refuses a rule by tag that aborts uploads']),
  ];
}

const statements = (stack: Synthesized): Json[] =>
  anyOf(stack, 'AWS::S3::BucketPolicy', files).Properties.PolicyDocument.Statement;

function removeStatement(stack: Synthesized, key: string): void {
  const all = statements(stack);
  all.splice(
    all.findIndex(({ Condition }) => JSON.stringify(Condition).includes(key)),
    1,
  );
}

const rulesOf = (stack: Synthesized): Json[] =>
  anyOf(stack, 'AWS::S3::Bucket', files).Properties.LifecycleConfiguration.Rules;

export const bucketGuarantees: Guarantee[] = [
  {
    name: 'has no public bucket',
    violations: neverPublic,
    twins: {
      'a policy may be public': (stack) => {
        anyOf(stack, 'AWS::S3::Bucket').Properties.PublicAccessBlockConfiguration.BlockPublicPolicy = false;
      },
      'a policy invites everybody': (stack) => {
        statements(stack).push({ Effect: 'Allow', Principal: '*', Action: 's3:GetObject', Resource: '*' });
      },
    },
  },
  {
    name: 'serves buckets over TLS only',
    violations: onlyOverTls,
    twins: {
      'the denial is gone': (stack) => removeStatement(stack, 'aws:SecureTransport'),
      'the denial leaves out the objects': (stack) => {
        statements(stack)[0].Resource.pop();
      },
      'the denial is for one action': (stack) => {
        statements(stack)[0].Action = 's3:PutObject';
      },
    },
  },
  {
    name: 'lets presigned URLs grow old',
    violations: urlsGrowOld,
    twins: {
      'the limit is gone': (stack) => removeStatement(stack, 's3:signatureAge'),
      'the limit is a week': (stack) => {
        const limit = statements(stack).find(({ Condition }) => Condition.NumericGreaterThan);
        limit.Condition.NumericGreaterThan['s3:signatureAge'] = 604_800_000;
      },
      'the limit is shorter than the life of a URL': (stack) => {
        const limit = statements(stack).find(({ Condition }) => Condition.NumericGreaterThan);
        limit.Condition.NumericGreaterThan['s3:signatureAge'] = 30_000;
      },
      'signatures without an age are taken': (stack) => removeStatement(stack, 's3:signatureversion'),
    },
  },
  {
    name: 'removes files and unfinished uploads by rules',
    violations: lifecycleRules,
    twins: {
      'one retention has no rule': (stack) => {
        rulesOf(stack).shift();
      },
      'a rule is off': (stack) => {
        rulesOf(stack)[0].Status = 'Disabled';
      },
      'a rule comes before the sweeper': (stack) => {
        rulesOf(stack)[0].ExpirationInDays -= 1;
      },
      'no rule aborts uploads': (stack) => {
        rulesOf(stack).pop();
      },
      'a rule by tag aborts uploads': (stack) => {
        rulesOf(stack)[0].AbortIncompleteMultipartUpload = { DaysAfterInitiation: 1 };
      },
    },
  },
];
