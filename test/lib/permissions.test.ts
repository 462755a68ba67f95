// @module-tag webhook-caller-rights
// @module-tag sample-seeding

import { describe, expect, it } from 'vitest';
import { environments, type Workload } from '../../core/contract/env.ts';
import type { ItemAction } from '../../lib/export-table.ts';
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

const table = (...actions: ItemAction[]) => actions.map((action) => `dynamodb:${action} on table`);
const change = table('GetItem', 'PutItem', 'UpdateItem');
const produce = [...change, ...table('BatchGetItem')];
const endExport = [...produce, ...table('Query', 'DeleteItem', 'ConditionCheckItem')];
const flags = ['ssm:GetParameter on flags'];
const start = ['states:StartExecution on stateMachine'];
const answer = ['states:SendTaskFailure on *', 'states:SendTaskSuccess on *'];
const resume = ['states:SendTaskSuccess on *'];
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
const deleteFiles = ['s3:DeleteObject on files', 's3:ListBucket on bucket', 's3:ListBucketMultipartUploads on bucket'];

const expected: Record<Workload, string[]> = {
  'get-me': [...table('GetItem'), ...flags],
  'list-members': table('GetItem', 'Query'),
  'put-member': table('GetItem', 'Query', 'PutItem', 'UpdateItem'),
  'delete-member': table('GetItem', 'Query', 'UpdateItem', 'DeleteItem'),
  'list-webhook-endpoints': table('GetItem', 'Query'),
  'list-webhook-deliveries': table('GetItem', 'Query'),
  'create-webhook-endpoint': table('GetItem', 'PutItem', 'UpdateItem'),
  'rotate-webhook-secret': table('GetItem', 'UpdateItem'),
  'test-webhook-endpoint': table('GetItem', 'PutItem'),
  'enable-webhook-endpoint': table('GetItem', 'UpdateItem'),
  'delete-webhook-endpoint': table('GetItem', 'UpdateItem', 'DeleteItem'),
  'deliver-webhooks': [...table('GetItem', 'Query', 'UpdateItem'), 'dynamodb:Query on due'],
  'list-reports': table('GetItem'),
  'get-report': table('GetItem'),
  'get-api-description': [],
  'route-not-found': [],
  'list-exports': [
    ...table('GetItem', 'BatchGetItem', 'Query'),
    'dynamodb:Query on listed-by-account',
    'dynamodb:Query on listed-by-requester',
  ],
  'get-export': table('GetItem', 'BatchGetItem', 'Query'),
  'list-export-events': table('GetItem', 'BatchGetItem', 'Query'),
  'request-access': [
    ...table('GetItem', 'Query', 'PutItem'),
    'ses:SendEmail on configurationSet',
    'ses:SendEmail on sender',
  ],
  'list-choices': [...table('GetItem'), ...signIn],
  'create-export': [...produce, ...table('Query'), ...start, ...flags, ...signIn],
  'retry-export': [...produce, ...table('Query'), ...start, ...flags],
  'rerun-export': [...produce, ...table('Query'), ...start, ...flags],
  'cancel-export': [...endExport, ...answer, ...flags],
  'delete-export': [...produce, ...table('DeleteItem'), ...deleteFiles],
  'resend-notifications': [...produce, ...table('Query'), ...sendMail],
  'download-export': [...change, ...readFiles, ...flags],
  'create-download-link': [...change, ...readFiles, ...flags],
  'open-download-link': [...change, ...readFiles, ...flags, 'secretsmanager:GetSecretValue on linkKeys'],
  'send-feedback': produce,
  'list-feedback': table('GetItem', 'Query'),
  'get-waybill': [...table('GetItem', 'BatchGetItem'), ...readFiles],
  'enqueue-export': [...change, ...table('Query', 'DeleteItem'), ...answer, ...flags],
  'estimate-export': [...table('GetItem'), ...signIn],
  'measure-export': [...change, ...signIn],
  'await-ranges': [...table('UpdateItem'), ...resume],
  'run-small-export': [...produce, ...writeFiles, ...signIn],
  'record-outcome': [...endExport, ...answer, ...flags],
  'announce-export': [...change, ...table('Query'), ...sendMail],
  'record-mail-event': change,
  'sweep-exports': [
    ...endExport,
    'dynamodb:Query on due',
    ...deleteFiles,
    's3:AbortMultipartUpload on files',
    ...start,
    'states:DescribeExecution on executions',
    ...answer,
    ...flags,
    ...sendMail,
  ],
  'reconcile-execution': [...endExport, ...answer, ...flags],
  'rotate-link-key': [
    'secretsmanager:DescribeSecret on linkKeys',
    'secretsmanager:GetSecretValue on linkKeys',
    'secretsmanager:PutSecretValue on linkKeys',
    'secretsmanager:UpdateSecretVersionStage on linkKeys',
  ],
  'add-account-claim': [],
  'seed-sample-database': [...signIn, 'secretsmanager:GetSecretValue on admin'],
  worker: [...produce, ...table('Query', 'ConditionCheckItem'), ...writeFiles, ...signIn, ...resume],
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
    const more = table('PutItem');
    expect(grantsOf(statementsOf(claims, 'get-me'))).toEqual([...expected['get-me'], ...more].sort());
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
