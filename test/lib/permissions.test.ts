// @module-tag webhook-caller-rights
// @module-tag sample-seeding

import { describe, expect, it } from 'vitest';
import { environments, type Workload } from '../../core/contract/env.ts';
import { cognitoIdentity, oidcIdentity, type Statement, statementsOf, synthesize } from './synthesize.ts';

// With a user pool, which calls a function of its own, every workload is there.
const template = synthesize({ config: { identity: cognitoIdentity } });
const workloads = Object.keys(environments) as Workload[];

/** What the platform needs to run a function at all; every function has it. */
const platform = /^(logs|xray|ec2):/;

/** `table`, `due`, `listed` ... in place of ARNs, so that a grant reads as a sentence. */
function nameOf(resource: string): string {
  if (/^<ExportTable\w+\.Arn>$/.test(resource)) return 'table';
  const index = /^<ExportTable\w+\.Arn>\/index\/([\w-]+)$/.exec(resource)?.[1];
  if (index) return index;
  if (/^<FileBucket\w+\.Arn>$/.test(resource)) return 'bucket';
  if (/^<FileBucket\w+\.Arn>\/exports\/\*$/.test(resource)) return 'files';
  if (/^<EncryptionKey\w+\.Arn>$/.test(resource)) return 'key';
  if (/:stateMachine:Waybill-local-exports$/.test(resource)) return 'stateMachine';
  if (/:execution:Waybill-local-exports:\*$/.test(resource)) return 'executions';
  if (/^<DatabaseReaderAttachment/.test(resource)) return 'reader';
  if (/^<DatabaseClusterSecretAttachment/.test(resource)) return 'admin';
  if (/^<LinkKeysSecret/.test(resource)) return 'linkKeys';
  if (/:identity\/<MailSender\w+>$/.test(resource)) return 'sender';
  if (/:configuration-set\/<MailConfigurationSet\w+>$/.test(resource)) return 'configurationSet';
  if (/:parameter\/<RolloutFlags/.test(resource)) return 'flags';
  return resource;
}

/** Everything a workload may do, as `action on resource`, sorted. */
function grantsOf(statements: readonly Statement[]): string[] {
  return statements
    .flatMap(({ actions, resources }) =>
      actions.flatMap((action) => resources.map((resource) => `${action} on ${nameOf(resource)}`)),
    )
    .filter((grant) => !platform.test(grant))
    .sort();
}

const read = ['dynamodb:BatchGetItem on table', 'dynamodb:GetItem on table', 'dynamodb:Query on table'];
const readWrite = [
  ...read,
  'dynamodb:ConditionCheckItem on table',
  'dynamodb:DeleteItem on table',
  'dynamodb:PutItem on table',
  'dynamodb:UpdateItem on table',
];
const update = [...read, 'dynamodb:PutItem on table', 'dynamodb:UpdateItem on table'];
const flags = ['ssm:GetParameter on flags'];
const start = ['states:StartExecution on stateMachine'];
const answer = ['states:SendTaskFailure on *', 'states:SendTaskSuccess on *'];
const signIn = ['secretsmanager:GetSecretValue on reader'];
const sendMail = [
  'ses:SendEmail on configurationSet',
  'ses:SendEmail on sender',
  'secretsmanager:GetSecretValue on linkKeys',
];
const readFiles = ['s3:GetObject on files', 'kms:Decrypt on key'];
const writeFiles = [
  ...readFiles,
  's3:AbortMultipartUpload on files',
  's3:DeleteObject on files',
  's3:PutObject on files',
  's3:PutObjectTagging on files',
  'kms:GenerateDataKey on key',
];
const deleteFiles = [
  's3:AbortMultipartUpload on files',
  's3:DeleteObject on files',
  's3:ListBucket on bucket',
  's3:ListBucketMultipartUploads on bucket',
];

const expected: Record<Workload, string[]> = {
  'get-me': [...read, ...flags],
  'list-members': read,
  'put-member': update,
  'delete-member': readWrite,
  'list-webhook-endpoints': read,
  'list-webhook-deliveries': read,
  'create-webhook-endpoint': update,
  'rotate-webhook-secret': update,
  'test-webhook-endpoint': update,
  'enable-webhook-endpoint': update,
  'delete-webhook-endpoint': readWrite,
  'deliver-webhooks': [...update, 'dynamodb:Query on due'],
  'list-reports': read,
  'get-report': read,
  'get-api-description': [],
  'route-not-found': [],
  'list-exports': [...read, 'dynamodb:Query on listed-by-account', 'dynamodb:Query on listed-by-requester'],
  'get-export': read,
  'list-export-events': read,
  'request-access': [
    ...read,
    'dynamodb:PutItem on table',
    'dynamodb:UpdateItem on table',
    'ses:SendEmail on configurationSet',
    'ses:SendEmail on sender',
  ],
  'list-choices': [...read, ...signIn],
  'create-export': [...readWrite, ...start, ...flags, ...signIn],
  'retry-export': [...readWrite, ...start, ...flags],
  'rerun-export': [...readWrite, ...start, ...flags],
  'cancel-export': [...readWrite, ...answer, ...flags],
  'delete-export': [...readWrite, ...deleteFiles],
  'resend-notifications': [...update, ...sendMail],
  'download-export': [...readWrite, ...readFiles, ...flags],
  'create-download-link': [...readWrite, ...readFiles, ...flags],
  'open-download-link': [...readWrite, ...readFiles, ...flags, 'secretsmanager:GetSecretValue on linkKeys'],
  'send-feedback': [...read, 'dynamodb:PutItem on table', 'dynamodb:UpdateItem on table'],
  'list-feedback': read,
  'get-waybill': [...read, ...readFiles],
  'enqueue-export': [...readWrite, ...answer, ...flags],
  'estimate-export': [...read, ...signIn],
  'measure-export': [...update, ...signIn],
  'run-small-export': [...readWrite, ...writeFiles, ...signIn],
  'record-outcome': [...readWrite, ...answer, ...flags],
  'announce-export': [...update, ...sendMail],
  'record-mail-event': update,
  'sweep-exports': [
    ...readWrite,
    'dynamodb:Query on due',
    ...deleteFiles,
    ...start,
    'states:DescribeExecution on executions',
    ...answer,
    ...flags,
    ...sendMail,
  ],
  'reconcile-execution': [...readWrite, ...answer, ...flags],
  'rotate-link-key': [
    'secretsmanager:DescribeSecret on linkKeys',
    'secretsmanager:GetSecretValue on linkKeys',
    'secretsmanager:PutSecretValue on linkKeys',
    'secretsmanager:UpdateSecretVersionStage on linkKeys',
  ],
  'add-account-claim': [],
  'seed-sample-database': [...signIn, 'secretsmanager:GetSecretValue on admin'],
  worker: [...readWrite, ...writeFiles, ...signIn],
};

describe('permissions', () => {
  it.each(workloads)('let %s do its work, and nothing else', (workload) => {
    expect(grantsOf(statementsOf(template, workload))).toEqual([...expected[workload]].sort());
  });

  it.each(workloads)('name the resources of %s, but for what AWS offers none for', (workload) => {
    const onEverything = statementsOf(template, workload).filter(({ resources }) => resources.includes('*'));
    const actions = onEverything.flatMap((statement) => statement.actions);
    expect(
      actions.filter(
        (action) => !/^xray:Put|^ec2:.*(NetworkInterface|Subnets|PrivateIp)|^states:SendTask/.test(action),
      ),
    ).toEqual([]);
  });

  it.each(workloads)('never name actions of %s by a pattern', (workload) => {
    const actions = statementsOf(template, workload).flatMap((statement) => statement.actions);
    expect(actions.filter((action) => action.includes('*'))).toEqual([]);
  });

  it('let get-me note what tokens say where they are what counts', () => {
    const claims = synthesize({ config: { identity: { ...oidcIdentity, memberships: 'claims' } } });
    const more = ['dynamodb:PutItem on table', 'dynamodb:UpdateItem on table'];
    expect(grantsOf(statementsOf(claims, 'get-me'))).toEqual([...new Set([...expected['get-me'], ...more])].sort());
  });

  it('limit listing to the files', () => {
    for (const workload of ['delete-export', 'sweep-exports'] as const) {
      const [listing] = statementsOf(template, workload).filter(({ actions }) => actions.includes('s3:ListBucket'));
      expect(listing?.condition, workload).toEqual({ StringLike: { 's3:prefix': 'exports/*' } });
    }
  });

  it('give network interfaces only to functions in the network', () => {
    const holders = workloads.filter((workload) =>
      statementsOf(template, workload).some(({ actions }) => actions.includes('ec2:CreateNetworkInterface')),
    );
    expect(holders.sort()).toEqual([
      'create-export',
      'estimate-export',
      'list-choices',
      'measure-export',
      'run-small-export',
      'seed-sample-database',
    ]);
  });

  it('would show a grant that is one too many', () => {
    const statements = statementsOf(template, 'list-exports');
    const extra: Statement = { effect: 'Allow', actions: ['dynamodb:PutItem'], resources: ['<ExportTable1.Arn>'] };
    expect(grantsOf([...statements, extra])).not.toEqual([...expected['list-exports']].sort());
  });
});
