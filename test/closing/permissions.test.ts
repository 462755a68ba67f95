// @module-tag least-privilege

import { expect, it } from 'vitest';
import {
  type PermissionUse,
  permissionUseOf,
  type RolePermission,
  recordedPermissionUse,
} from '../e2e/permission-use.ts';

/** What no local run can use, and why a role has it all the same. */
const excused: readonly { readonly role?: RegExp; readonly action: RegExp; readonly reason: string }[] = [
  { action: /^logs:/, reason: 'local lines go to the terminal, not to CloudWatch Logs' },
  { action: /^xray:/, reason: 'traces are sent by the runtime of Lambda, and by Step Functions' },
  { action: /^ec2:/, reason: 'Lambda itself makes the network interfaces of functions in a VPC' },
  { action: /^ecr:/, reason: 'Fargate itself pulls the image' },
  {
    role: /^ExportStateMachine/,
    action: /^(lambda:InvokeFunction|ecs:|iam:PassRole|events:|states:)/,
    reason: 'Step Functions itself calls what its states name, and starts what its maps hold',
  },
  {
    role: /^StepHandlersAwaitRanges/,
    action: /^states:SendTaskSuccess$/,
    reason: 'it answers its own token where the lead was faster',
  },
  {
    role: /^(WorkerTask|StepHandlersRunSmall|SweeperSweep)/,
    action: /^s3:(AbortMultipartUpload|DeleteObject)$/,
    reason: 'what a killed worker or a lost race has left is taken back by whoever finds it first',
  },
  {
    role: /^(WorkerTask|StepHandlersRunSmall)/,
    action: /^dynamodb:GetItem$/,
    reason: 'read after a reply was lost, to find out whose the write was',
  },
  {
    role: /^SweeperSweepExports/,
    action: /^(states:(StartExecution|SendTask\w+)|dynamodb:ConditionCheckItem|ses:\w+|secretsmanager:GetSecretValue)$/,
    reason: 'it starts, answers, ends and tells of only what others have lost',
  },
  {
    role: /^(StepHandlersRecordOutcome|ReconcilerReconcileExecution|OperatorOfThePage)/,
    action: /^states:SendTask(Success|Failure)$/,
    reason: 'who ends an export lets the next one start, if one waits, and lets the ended one go, if it waited',
  },
];

const isExcused = (permission: RolePermission) =>
  excused.some(({ role = /./, action }) => action.test(permission.action) && role.test(permission.role));
const sentences = (permissions: readonly RolePermission[]) =>
  permissions.map(({ role, action, resource }) => `${role}: ${action} on ${resource}`).sort();
const unusedOf = (use: PermissionUse) => sentences(use.unused.filter((permission) => !isExcused(permission)));

const use = recordedPermissionUse();

it('no role was refused anything it asked for', () => {
  expect(use.clouds, 'run the whole suite: there are no records of permissions').toBeGreaterThan(0);
  expect(sentences(use.denied)).toEqual([]);
});

it('no role may do what no test has made it do, but for what the platform does', () => {
  expect(use.granted.length).toBeGreaterThan(100);
  expect(unusedOf(use)).toEqual([]);
});

it('every excuse is for something that is granted', () => {
  const idle = excused.filter(
    ({ role = /./, action }) => !use.granted.some((granted) => role.test(granted.role) && action.test(granted.action)),
  );
  expect(idle.map(({ reason }) => reason)).toEqual([]);
});

it('would notice a grant too many, and a refusal', () => {
  const grants = [
    { source: 'policy', action: 's3:GetObject', resource: 'files', uses: 1 },
    { source: 'policy', action: 's3:ListBucket', resource: 'files', uses: 0 },
    { source: 'policy', action: 'logs:PutLogEvents', resource: 'logs', uses: 0 },
  ];
  const role = { roleArn: 'arn:aws:iam::000000000000:role/Reader', grants, denials: [] };
  const refused = { ...role, grants: [], denials: [{ action: 's3:PutObject', resource: 'files', count: 1 }] };
  const damaged = permissionUseOf([[role], [refused]]);
  expect(unusedOf(damaged)).toEqual(['Reader: s3:ListBucket on files']);
  expect(sentences(damaged.denied)).toEqual(['Reader: s3:PutObject on files']);
});

it('takes a grant for used when one of many clouds has used it', () => {
  const grant = { source: 'policy', action: 's3:GetObject', resource: 'files' };
  const cloud = (uses: number) => [{ roleArn: 'role/Reader', grants: [{ ...grant, uses }], denials: [] }];
  expect(permissionUseOf([cloud(0), cloud(2), cloud(0)]).unused).toEqual([]);
});
