// @module-tag database-down
// @module-tag local-access-denied

import { setTimeout as sleep } from 'node:timers/promises';
import { ListMultipartUploadsCommand, ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3';
import { afterEach, expect, test } from 'vitest';
import { failureMessages } from '../../core/domain/failure.ts';
import type { Template } from '../../local/template/template.ts';
import { startTestCloud, type TestCloud } from './test-cloud.ts';

let cloud: TestCloud;
afterEach(() => cloud?.stop());

/** What is in the bucket: objects, and uploads that were not completed. */
async function contents(): Promise<{ objects: number; uploads: number }> {
  const {
    AWS_REGION: region = '',
    AWS_ACCESS_KEY_ID: accessKeyId = '',
    AWS_SECRET_ACCESS_KEY: secretAccessKey = '',
  } = cloud.operatorEnvironment as Record<string, string>;
  const s3 = new S3Client({ region, endpoint: cloud.origin, credentials: { accessKeyId, secretAccessKey } });
  const Bucket = cloud.info().bucketName;
  const objects = await s3.send(new ListObjectsV2Command({ Bucket }));
  const uploads = await s3.send(new ListMultipartUploadsCommand({ Bucket }));
  s3.destroy();
  return { objects: objects.KeyCount ?? 0, uploads: uploads.Uploads?.length ?? 0 };
}

async function until<Value>(look: () => Value | undefined): Promise<Value> {
  for (;;) {
    const seen = look();
    if (seen !== undefined) return seen;
    await sleep(20);
  }
}

test('a database that goes down during a run: source_unavailable in safe words, and nothing left behind', async () => {
  cloud = await startTestCloud({ acmeOrders: 200_000 });
  const created = await cloud.create('ada', { report: 'orders' });
  await until(() => cloud.output.find((line) => line.includes('attempt claimed')));
  await cloud.database.server.crash();

  const view = await cloud.ended('ada', created.body.id);
  expect(view).toMatchObject({
    status: 'failed',
    failure: { code: 'source_unavailable', message: failureMessages.source_unavailable, retryable: true },
  });
  expect(await contents()).toEqual({ objects: 0, uploads: 0 });
  const events = await cloud.call<{ data: { type: string }[] }>('ada', 'GET', `/v1/exports/${view.id}/events`);
  expect(events.body.data.map(({ type }) => type)).toContain('failed');
  expect(JSON.stringify(events.body)).not.toMatch(/ECONN|127\.0\.0\.1|password/);
}, 600_000);

test('a grant that the template lacks is AccessDenied here as on AWS, and the export says so safely', async () => {
  cloud = await startTestCloud({
    changeTemplate: (template) => removeGrant(template, 'RunSmallExport', 's3:PutObject'),
  });
  const created = await cloud.create('ada', { report: 'orders', filters: { placedFrom: '2025-01-01' } });
  const view = await cloud.ended('ada', created.body.id);
  expect(view).toMatchObject({ status: 'failed', failure: { code: 'storage_unavailable' } });
  expect(view.failure?.message).not.toContain('arn:');
  const denials = cloud.authorizer.usage().flatMap((role) => role.denials.map((denial) => denial.action));
  expect(denials).toContain('s3:PutObject');
  expect(cloud.output.some((line) => line.includes('AccessDenied'))).toBe(true);
}, 600_000);

test('with every grant in place nothing is denied', async () => {
  cloud = await startTestCloud();
  const created = await cloud.create('ada', { report: 'orders', filters: { placedFrom: '2025-01-01' } });
  expect((await cloud.ended('ada', created.body.id)).status).toBe('ready');
  expect(cloud.authorizer.usage().flatMap((role) => role.denials)).toEqual([]);
}, 600_000);

test.each([
  [
    'resource type',
    (template: Template) => {
      template.Resources.Queue = { Type: 'AWS::SQS::Queue', Properties: {}, Metadata: {} };
    },
    /Queue.*AWS::SQS::Queue|AWS::SQS::Queue.*Queue/s,
  ],
  [
    'intrinsic',
    (template: Template) => {
      const [bucket] = Object.values(template.Resources).filter(({ Type }) => Type === 'AWS::S3::Bucket');
      if (bucket?.Properties) bucket.Properties.BucketName = { 'Fn::Base64': 'files' };
    },
    /Fn::Base64/,
  ],
  [
    'policy operator',
    (template: Template) => {
      const [statement] = statementsOf(template, '');
      if (statement) statement.Condition = { NumericLessThan: { 'aws:MultiFactorAuthAge': '60' } };
    },
    /NumericLessThan/,
  ],
])(
  'an unknown %s stops the start with its name',
  async (_, changeTemplate, message) => {
    await expect(startTestCloud({ changeTemplate })).rejects.toThrow(message);
  },
  600_000,
);

interface Statement {
  Action: string | string[];
  Condition?: object;
}

/** The statements of every policy whose logical id contains `part`. */
function statementsOf(template: Template, part: string): Statement[] {
  return Object.entries(template.Resources)
    .filter(([logicalId, { Type }]) => Type === 'AWS::IAM::Policy' && logicalId.includes(part))
    .flatMap(([, { Properties }]) => (Properties.PolicyDocument as { Statement: Statement[] }).Statement);
}

/** Takes one action out of the policies of a function's role. */
function removeGrant(template: Template, functionPart: string, action: string): void {
  const granting = statementsOf(template, functionPart).filter(({ Action }) => [Action].flat().includes(action));
  if (granting.length === 0) throw new Error(`No policy of ${functionPart} grants ${action}`);
  for (const statement of granting) statement.Action = [statement.Action].flat().filter((each) => each !== action);
}
