import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  GetObjectTaggingCommand,
  HeadBucketCommand,
  HeadObjectCommand,
  ListMultipartUploadsCommand,
  ListObjectsV2Command,
  ListPartsCommand,
  PutObjectCommand,
  PutObjectTaggingCommand,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { RequiredPermission } from '../../../local/aws-endpoint/service.ts';
import { AwsError } from '../../../local/aws-endpoint/service.ts';
import { BUCKET, BUCKET_ARN, failureOf, type LocalS3, ROLE_ARN, startLocalS3 } from './local-s3.ts';

const KEY = 'exports/a b.csv';
const OBJECT = { Bucket: BUCKET, Key: KEY };
const OBJECT_ARN = `${BUCKET_ARN}/${KEY}`;

let asked: RequiredPermission[] = [];
let refusedActions: string[] = [];
let operations: string[] = [];
let injected: AwsError | undefined;
let s3: LocalS3;

beforeAll(async () => {
  s3 = await startLocalS3({
    authorize: (_, permission) => {
      asked.push(permission);
      return !refusedActions.includes(permission.action);
    },
    intercept: async ({ operation }) => {
      operations.push(operation);
      if (injected) throw injected;
      return {};
    },
  });
});
afterAll(() => s3[Symbol.asyncDispose]());
beforeEach(() => {
  [asked, refusedActions, operations, injected] = [[], [], [], undefined];
});

/** Every operation, once, and what AWS documents that it needs. */
const CALLS: [string, (uploadId: string) => Promise<unknown>, [action: string, resource: string][]][] = [
  ['HeadBucket', () => s3.client.send(new HeadBucketCommand({ Bucket: BUCKET })), [['s3:ListBucket', BUCKET_ARN]]],
  [
    'ListMultipartUploads',
    () => s3.client.send(new ListMultipartUploadsCommand({ Bucket: BUCKET })),
    [['s3:ListBucketMultipartUploads', BUCKET_ARN]],
  ],
  [
    'DeleteObjects',
    () =>
      s3.client.send(new DeleteObjectsCommand({ Bucket: BUCKET, Delete: { Objects: [{ Key: 'x' }, { Key: 'y' }] } })),
    [
      ['s3:DeleteObject', `${BUCKET_ARN}/x`],
      ['s3:DeleteObject', `${BUCKET_ARN}/y`],
    ],
  ],
  ['PutObject', () => s3.client.send(new PutObjectCommand({ ...OBJECT, Body: 'x' })), [['s3:PutObject', OBJECT_ARN]]],
  ['GetObject', () => s3.client.send(new GetObjectCommand(OBJECT)), [['s3:GetObject', OBJECT_ARN]]],
  ['HeadObject', () => s3.client.send(new HeadObjectCommand(OBJECT)), [['s3:GetObject', OBJECT_ARN]]],
  [
    'GetObjectTagging',
    () => s3.client.send(new GetObjectTaggingCommand(OBJECT)),
    [['s3:GetObjectTagging', OBJECT_ARN]],
  ],
  [
    'PutObjectTagging',
    () => s3.client.send(new PutObjectTaggingCommand({ ...OBJECT, Tagging: { TagSet: [] } })),
    [['s3:PutObjectTagging', OBJECT_ARN]],
  ],
  [
    'CreateMultipartUpload',
    () => s3.client.send(new CreateMultipartUploadCommand({ ...OBJECT, Tagging: 'a=b' })),
    [
      ['s3:PutObject', OBJECT_ARN],
      ['s3:PutObjectTagging', OBJECT_ARN],
    ],
  ],
  [
    'UploadPart',
    (UploadId) => s3.client.send(new UploadPartCommand({ ...OBJECT, UploadId, PartNumber: 1, Body: 'x' })),
    [['s3:PutObject', OBJECT_ARN]],
  ],
  [
    'ListParts',
    (UploadId) => s3.client.send(new ListPartsCommand({ ...OBJECT, UploadId })),
    [['s3:ListMultipartUploadParts', OBJECT_ARN]],
  ],
  [
    'AbortMultipartUpload',
    (UploadId) => s3.client.send(new AbortMultipartUploadCommand({ ...OBJECT, UploadId })),
    [['s3:AbortMultipartUpload', OBJECT_ARN]],
  ],
  ['DeleteObject', () => s3.client.send(new DeleteObjectCommand(OBJECT)), [['s3:DeleteObject', OBJECT_ARN]]],
];

async function newUpload(): Promise<string> {
  await s3.client.send(new PutObjectCommand({ ...OBJECT, Body: 'x' }));
  const { UploadId = '' } = await s3.client.send(new CreateMultipartUploadCommand(OBJECT));
  [asked, operations] = [[], []];
  return UploadId;
}

describe.each(CALLS)('%s', (operation, call, permissions) => {
  it('asks for what AWS asks for, and is intercepted by name', async () => {
    await call(await newUpload());
    expect(asked).toEqual(permissions.map(([action, resource]) => ({ action, resource })));
    expect(operations).toEqual([operation]);
  });

  it('is refused, and does nothing, without it', async () => {
    const uploadId = await newUpload();
    refusedActions = permissions.map(([action]) => action);
    // HEAD answers carry no body, so no code either.
    expect(await failureOf(call(uploadId))).toMatch(/^403 (AccessDenied|403|Unknown|UnknownError)$/);
    expect(operations).toEqual([]);
    refusedActions = [];
    expect(await s3.client.send(new ListPartsCommand({ ...OBJECT, UploadId: uploadId }))).toMatchObject({ Key: KEY });
    expect(await s3.client.send(new HeadObjectCommand(OBJECT))).toMatchObject({ ContentLength: 1 });
  });
});

it('CompleteMultipartUpload needs s3:PutObject', async () => {
  const UploadId = await newUpload();
  const { ETag } = await s3.client.send(new UploadPartCommand({ ...OBJECT, UploadId, PartNumber: 1, Body: 'new' }));
  const complete = () =>
    s3.client.send(
      new CompleteMultipartUploadCommand({
        ...OBJECT,
        UploadId,
        MultipartUpload: { Parts: [{ PartNumber: 1, ETag }] },
      }),
    );
  refusedActions = ['s3:PutObject'];
  expect(await failureOf(complete())).toBe('403 AccessDenied');
  [asked, refusedActions] = [[], []];
  await complete();
  expect(asked).toEqual([{ action: 's3:PutObject', resource: OBJECT_ARN }]);
});

it('ListObjectsV2 tells the policy its prefix, when there is one', async () => {
  await s3.client.send(new ListObjectsV2Command({ Bucket: BUCKET, Prefix: 'exports/' }));
  await s3.client.send(new ListObjectsV2Command({ Bucket: BUCKET }));
  expect(asked).toEqual([
    { action: 's3:ListBucket', resource: BUCKET_ARN, context: { 's3:prefix': 'exports/' } },
    { action: 's3:ListBucket', resource: BUCKET_ARN },
  ]);
});

it('a refusal says who may not do what', async () => {
  refusedActions = ['s3:GetObject'];
  await expect(s3.client.send(new GetObjectCommand(OBJECT))).rejects.toThrow(
    `${ROLE_ARN} is not authorized to perform s3:GetObject on ${OBJECT_ARN}`,
  );
});

it('a missing key is 403 to those who may not list the bucket', async () => {
  const missing = { Bucket: BUCKET, Key: 'missing' };
  expect(await failureOf(s3.client.send(new GetObjectCommand(missing)))).toBe('404 NoSuchKey');
  refusedActions = ['s3:ListBucket'];
  expect(await failureOf(s3.client.send(new GetObjectCommand(missing)))).toBe('403 AccessDenied');
  expect(await failureOf(s3.client.send(new HeadObjectCommand(missing)))).toMatch(/^403/);
});

it('the number of tags is told only to those who may read them', async () => {
  await s3.client.send(new PutObjectCommand({ ...OBJECT, Body: 'x', Tagging: 'a=b' }));
  expect((await s3.client.send(new HeadObjectCommand(OBJECT))).TagCount).toBe(1);
  refusedActions = ['s3:GetObjectTagging'];
  expect((await s3.client.send(new HeadObjectCommand(OBJECT))).TagCount).toBeUndefined();
});

it('an intercepted call fails with the injected error, and changes nothing', async () => {
  const untouched = { Bucket: BUCKET, Key: 'untouched' };
  injected = new AwsError('SlowDown', 503, 'Please reduce your request rate.');
  expect(await failureOf(s3.client.send(new PutObjectCommand({ ...untouched, Body: 'x' })))).toBe('503 SlowDown');
  injected = undefined;
  expect(await failureOf(s3.client.send(new HeadObjectCommand(untouched)))).toBe('404 NotFound');
});
