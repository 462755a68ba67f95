// @module-tag key-of-files

import {
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { RequiredPermission } from '../../../local/aws-endpoint/service.ts';
import { BUCKET, failureOf, type LocalS3, startLocalS3 } from './local-s3.ts';

const KEY_ARN = 'arn:aws:kms:us-east-1:000000000000:key/0f7e9dd0-1111-4222-8333-444455556666';
const FILE = { Bucket: BUCKET, Key: 'exports/a.csv' };

let asked: RequiredPermission[] = [];
let refusedAction: string | undefined;
let s3: LocalS3;

beforeAll(async () => {
  s3 = await startLocalS3({
    kmsKeyArn: KEY_ARN,
    authorize: (_, permission) => {
      if (permission.action.startsWith('kms:')) asked.push(permission);
      return permission.action !== refusedAction;
    },
  });
});
afterAll(() => s3[Symbol.asyncDispose]());
beforeEach(async () => {
  refusedAction = undefined;
  await s3.client.send(new PutObjectCommand({ ...FILE, Body: 'x' }));
  asked = [];
});

const startUpload = async () => (await s3.client.send(new CreateMultipartUploadCommand(FILE))).UploadId ?? '';
const uploadPart = (UploadId: string) =>
  s3.client.send(new UploadPartCommand({ ...FILE, UploadId, PartNumber: 1, Body: 'x' }));

const calls: [name: string, action: string, prepare: () => Promise<() => Promise<unknown>>][] = [
  [
    'PutObject',
    'kms:GenerateDataKey',
    async () => () => s3.client.send(new PutObjectCommand({ ...FILE, Body: 'new' })),
  ],
  ['GetObject', 'kms:Decrypt', async () => () => s3.client.send(new GetObjectCommand(FILE))],
  [
    'HeadObject with its checksum',
    'kms:Decrypt',
    async () => () => s3.client.send(new HeadObjectCommand({ ...FILE, ChecksumMode: 'ENABLED' })),
  ],
  ['CreateMultipartUpload', 'kms:GenerateDataKey', async () => startUpload],
  [
    'UploadPart',
    'kms:Decrypt',
    async () => {
      const id = await startUpload();
      return () => uploadPart(id);
    },
  ],
  [
    'CompleteMultipartUpload',
    'kms:Decrypt',
    async () => {
      const UploadId = await startUpload();
      const { ETag } = await uploadPart(UploadId);
      const MultipartUpload = { Parts: [{ PartNumber: 1, ETag }] };
      return () => s3.client.send(new CompleteMultipartUploadCommand({ ...FILE, UploadId, MultipartUpload }));
    },
  ],
];

describe.each(calls)('%s in a bucket with a key', (_, action, prepare) => {
  it(`takes ${action}, asked for by S3`, async () => {
    const call = await prepare();
    asked = [];
    await call();
    expect(asked).toEqual([{ action, resource: KEY_ARN, context: { 'kms:ViaService': 's3.us-east-1.amazonaws.com' } }]);
  });

  it('is refused without it', async () => {
    const call = await prepare();
    refusedAction = action;
    expect(await failureOf(call())).toMatch(/^403/);
  });
});

it('what neither reads nor writes a file asks for no key', async () => {
  await s3.client.send(new HeadObjectCommand(FILE));
  await s3.client.send(new ListObjectsV2Command({ Bucket: BUCKET }));
  await s3.client.send(new DeleteObjectCommand(FILE));
  expect(asked).toEqual([]);
});

it('a presigned URL opens a file for as long as its signer may decrypt', async () => {
  const url = await getSignedUrl(s3.client, new GetObjectCommand(FILE));
  expect((await fetch(url)).status).toBe(200);
  refusedAction = 'kms:Decrypt';
  expect((await fetch(url)).status).toBe(403);
});
