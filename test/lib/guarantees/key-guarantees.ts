import { flatten, type Json } from '../synthesize.ts';
import { allOf, anyOf, asList, functionIn, type Guarantee, type Synthesized } from './guarantee.ts';

interface RoleGrants {
  readonly files: Set<string>;
  readonly key: Set<string>;
  readonly others: string[];
}

/** What each role may do with the files, with their key, and with keys otherwise. */
function grantsByRole(stack: Synthesized): Map<string, RoleGrants> {
  const [bucketId = ''] = allOf(stack, 'AWS::S3::Bucket').find(([id]) => id.startsWith('FileBucket')) ?? [];
  const keyArn = keyOf(stack);
  const byRole = new Map<string, RoleGrants>();
  for (const [, { Properties }] of allOf(stack, 'AWS::IAM::Policy')) {
    for (const { Ref: role } of Properties.Roles) {
      const grants = byRole.get(role) ?? { files: new Set(), key: new Set(), others: [] };
      byRole.set(role, grants);
      for (const statement of Properties.PolicyDocument.Statement) {
        const actions: string[] = asList(statement.Action);
        const resources = asList(statement.Resource).map(flatten);
        const isFiles = resources.some((resource) => resource.startsWith(`<${bucketId}.Arn>/`));
        const isThroughS3 = flatten(statement.Condition?.StringEquals?.['kms:ViaService'] ?? '').startsWith('s3.');
        const isKey = resources.length === 1 && resources[0] === keyArn && isThroughS3;
        for (const action of actions) {
          if (isFiles) grants.files.add(action);
          if (action.startsWith('kms:') && isKey) grants.key.add(action);
          if (action.startsWith('kms:') && !isKey) grants.others.push(action);
        }
      }
    }
  }
  return byRole;
}

/** The key of the bucket with the finished files. */
function keyOf(stack: Synthesized): string {
  const [rule] = anyOf(stack, 'AWS::S3::Bucket', 'FileBucket').Properties.BucketEncryption
    .ServerSideEncryptionConfiguration;
  return flatten(rule.ServerSideEncryptionByDefault.KMSMasterKeyID ?? 'none');
}

function keyGrants(stack: Synthesized): string[] {
  const byRole = [...grantsByRole(stack)];
  const writers = byRole.filter(([, { files }]) => files.has('s3:PutObject'));
  const wrong = byRole.flatMap(([role, { files, key, others }]) => {
    const needed = files.has('s3:PutObject')
      ? ['kms:GenerateDataKey', 'kms:Decrypt']
      : files.has('s3:GetObject')
        ? ['kms:Decrypt']
        : [];
    return [
      ...needed.filter((action) => !key.has(action)).map((action) => `${role} lacks ${action}`),
      ...[...key].filter((action) => !needed.includes(action)).map((action) => `${role} has ${action}`),
      ...others.map((action) => `${role} has ${action} on more than the key, or by itself`),
    ];
  });
  // The worker and the function for small exports.
  return writers.length === 2 ? wrong : [...wrong, `${writers.length} roles write files`];
}

function ownKey(stack: Synthesized): string[] {
  const keys = allOf(stack, 'AWS::KMS::Key');
  const used = keyOf(stack);
  return [
    ...(keys.some(([id]) => used === `<${id}.Arn>`) ? [] : ['files are not encrypted with the deployment’s key']),
    ...keys.filter(([, { Properties }]) => Properties.EnableKeyRotation !== true).map(([id]) => `${id} never rotates`),
  ];
}

/** The statement on keys of a function's role. */
function keyStatement(stack: Synthesized, workload: string): Json {
  const [role] = functionIn(stack, workload).Properties.Role['Fn::GetAtt'];
  const [, policy] =
    allOf(stack, 'AWS::IAM::Policy').find(([, { Properties }]) => Properties.Roles[0].Ref === role) ?? [];
  const all: Json[] = policy.Properties.PolicyDocument.Statement;
  const found = all.find(({ Action }) => asList(Action).some((action) => action.startsWith('kms:')));
  if (found) return found;
  const added = structuredClone(keyStatement(stack, 'get-waybill'));
  all.push(added);
  return added;
}

const change = (workload: string, part: object) => (stack: Synthesized) => {
  Object.assign(keyStatement(stack, workload), part);
};

export const keyGuarantees: Guarantee[] = [
  {
    name: 'lets writers encrypt, signers decrypt, and nobody else use the key',
    violations: keyGrants,
    twins: {
      'a writer cannot encrypt': change('run-small-export', { Action: 'kms:Decrypt' }),
      'a writer cannot put parts together': change('run-small-export', { Action: 'kms:GenerateDataKey' }),
      'a signer can encrypt': change('download-export', { Action: ['kms:Decrypt', 'kms:GenerateDataKey'] }),
      'a signer cannot decrypt': change('open-download-link', { Action: 'kms:DescribeKey' }),
      'the sweeper can decrypt': (stack) => void keyStatement(stack, 'sweep-exports'),
      'a signer can call KMS by itself': change('download-export', { Condition: undefined }),
      'a signer can use every key': change('download-export', { Resource: '*' }),
    },
  },
  {
    name: 'encrypts files with its own key, which rotates',
    violations: ownKey,
    twins: {
      'the files have S3’s key': (stack) => {
        const [rule] = anyOf(stack, 'AWS::S3::Bucket', 'FileBucket').Properties.BucketEncryption
          .ServerSideEncryptionConfiguration;
        rule.ServerSideEncryptionByDefault = { SSEAlgorithm: 'AES256' };
      },
      'the key stays the same': (stack) => {
        anyOf(stack, 'AWS::KMS::Key').Properties.EnableKeyRotation = false;
      },
    },
  },
];
