import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import {
  CreateMultipartUploadCommand,
  ListMultipartUploadsCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { BUCKET, type LocalS3, startLocalS3 } from './local-s3.ts';

const DAY_SECONDS = 86_400;

let s3: LocalS3;
beforeEach(async () => {
  s3 = await startLocalS3({
    lifecycleRules: [
      { prefix: 'exports/', tags: [{ key: 'retention', value: '7' }], expirationDays: 8 },
      { prefix: 'temporary/', expirationDays: 1 },
      { abortIncompleteMultipartUploadDays: 2 },
    ],
  });
  const objects: [string, string?][] = [
    ['exports/tagged', 'retention=7&kind=csv'],
    ['exports/untagged'],
    ['exports/otherwise', 'retention=30'],
    ['elsewhere/tagged', 'retention=7'],
    ['temporary/x'],
  ];
  for (const [Key, Tagging] of objects) {
    await s3.client.send(new PutObjectCommand({ Bucket: BUCKET, Key, Body: Key, Tagging }));
  }
});
afterEach(() => s3[Symbol.asyncDispose]());

const keys = async () =>
  (await s3.client.send(new ListObjectsV2Command({ Bucket: BUCKET }))).Contents?.map(({ Key }) => Key);

/** Moves the clock to just before or at midnight UTC, `days` whole days after today's midnight. */
function advanceTo(days: number, secondsBefore: number): void {
  const midnightMs = Math.floor(Date.now() / (DAY_SECONDS * 1000)) * DAY_SECONDS * 1000;
  const targetMs = midnightMs + (days * DAY_SECONDS - secondsBefore) * 1000;
  s3.clock.advance(Math.ceil((targetMs - s3.clock.now()) / 1000));
}

it('expires objects by prefix and tag at the midnight after their last day', async () => {
  expect(await s3.service.sweep()).toEqual([{ bucket: BUCKET, expiredKeys: [], abortedUploadIds: [] }]);
  advanceTo(2, 10);
  expect((await s3.service.sweep())[0]?.expiredKeys).toEqual([]);
  advanceTo(2, 0);
  expect((await s3.service.sweep())[0]?.expiredKeys).toEqual(['temporary/x']);
  advanceTo(9, 10);
  expect((await s3.service.sweep())[0]?.expiredKeys).toEqual([]);
  advanceTo(9, 0);
  expect((await s3.service.sweep())[0]?.expiredKeys).toEqual(['exports/tagged']);
  s3.client.config.systemClockOffset = s3.clock.offsetMs;
  expect(await keys()).toEqual(['elsewhere/tagged', 'exports/otherwise', 'exports/untagged']);
  expect(await readdir(join(s3.directory, BUCKET, 'data'))).toHaveLength(3);
});

it('aborts uploads that were never completed, and frees their parts', async () => {
  const upload = { Bucket: BUCKET, Key: 'exports/abandoned' };
  const { UploadId } = await s3.client.send(new CreateMultipartUploadCommand(upload));
  await s3.client.send(new UploadPartCommand({ ...upload, UploadId, PartNumber: 1, Body: 'x' }));
  advanceTo(3, 10);
  expect((await s3.service.sweep())[0]?.abortedUploadIds).toEqual([]);
  advanceTo(3, 0);
  expect((await s3.service.sweep())[0]?.abortedUploadIds).toEqual([UploadId]);
  s3.client.config.systemClockOffset = s3.clock.offsetMs;
  const { Uploads } = await s3.client.send(new ListMultipartUploadsCommand({ Bucket: BUCKET }));
  expect(Uploads).toBeUndefined();
  expect(await readdir(join(s3.directory, BUCKET, 'data'))).toHaveLength(4);
});
