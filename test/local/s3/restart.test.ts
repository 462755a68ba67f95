import { appendFile, cp, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  GetObjectCommand,
  GetObjectTaggingCommand,
  ListMultipartUploadsCommand,
  ListObjectsV2Command,
  ListPartsCommand,
  PutObjectCommand,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { BUCKET, failureOf, type LocalS3, startLocalS3 } from './local-s3.ts';

let directory: string;
let s3: LocalS3;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'waybill-s3-restart-'));
  s3 = await startLocalS3({ directory });
});
afterEach(async () => {
  await s3[Symbol.asyncDispose]();
  await rm(directory, { recursive: true });
});

async function restart(whileStopped: () => Promise<unknown> = async () => {}): Promise<void> {
  await s3[Symbol.asyncDispose]();
  await whileStopped();
  s3 = await startLocalS3({ directory });
}

const folder = (name: string) => join(directory, BUCKET, name);
const textOf = async (Key: string) =>
  (await s3.client.send(new GetObjectCommand({ Bucket: BUCKET, Key }))).Body?.transformToString();
const keys = async () =>
  (await s3.client.send(new ListObjectsV2Command({ Bucket: BUCKET }))).Contents?.map(({ Key }) => Key);

/** An upload with one part, ready to be completed. */
async function startUpload(Key: string, Body: string) {
  const upload = { Bucket: BUCKET, Key };
  const { UploadId } = await s3.client.send(new CreateMultipartUploadCommand(upload));
  const { ETag } = await s3.client.send(new UploadPartCommand({ ...upload, UploadId, PartNumber: 1, Body }));
  return { ...upload, UploadId, MultipartUpload: { Parts: [{ PartNumber: 1, ETag }] } };
}

it('finds objects, tags and uploads again', async () => {
  await s3.client.send(
    new PutObjectCommand({ Bucket: BUCKET, Key: 'kept/é', Body: 'text', ContentType: 'text/csv', Tagging: 'a=b' }),
  );
  const upload = await startUpload('parts', 'first');
  await restart();
  expect(await textOf('kept/é')).toBe('text');
  const object = { Bucket: BUCKET, Key: 'kept/é' };
  expect(await s3.client.send(new GetObjectCommand(object))).toMatchObject({ ContentType: 'text/csv' });
  expect((await s3.client.send(new GetObjectTaggingCommand(object))).TagSet).toEqual([{ Key: 'a', Value: 'b' }]);
  await s3.client.send(new CompleteMultipartUploadCommand(upload));
  expect(await textOf('parts')).toBe('first');
  await restart();
  expect(await textOf('parts')).toBe('first');
  expect(await keys()).toEqual(['kept/é', 'parts']);
});

it('clears what a crash left half-written', async () => {
  await s3.client.send(new PutObjectCommand({ Bucket: BUCKET, Key: 'kept', Body: 'text' }));
  await restart(async () => {
    await writeFile(join(folder('data'), 'half-received-body'), 'te');
    await writeFile(join(folder('objects'), 'half-written-record.json.tmp'), '{"key":"ke');
    await writeFile(join(folder('uploads'), 'half-written-journal.jsonl'), '{"id":"half');
  });
  expect(await keys()).toEqual(['kept']);
  expect(await readdir(folder('data'))).toHaveLength(1);
  expect(await readdir(folder('objects'))).toHaveLength(1);
  expect(await readdir(folder('uploads'))).toEqual([]);
});

it('drops a part whose record was cut off, and takes it again', async () => {
  const upload = await startUpload('parts', 'first');
  await restart(() => appendFile(join(folder('uploads'), `${upload.UploadId}.jsonl`), '{"partNumber":2,"et'));
  const again = { Bucket: BUCKET, Key: 'parts', UploadId: upload.UploadId };
  await s3.client.send(new UploadPartCommand({ ...again, PartNumber: 3, Body: 'third' }));
  await restart();
  const { Parts } = await s3.client.send(new ListPartsCommand(again));
  expect(Parts?.map(({ PartNumber }) => PartNumber)).toEqual([1, 3]);
});

it('does not hand the parts of an object back to the upload they came from', async () => {
  const upload = await startUpload('finished', 'text');
  const journal = join(folder('uploads'), `${upload.UploadId}.jsonl`);
  const beforeCompletion = await readFile(journal);
  await s3.client.send(new CompleteMultipartUploadCommand(upload));
  // As if the process had died between the two writes of the completion.
  await restart(() => writeFile(journal, beforeCompletion));
  expect((await s3.client.send(new ListMultipartUploadsCommand({ Bucket: BUCKET }))).Uploads).toBeUndefined();
  expect(await failureOf(s3.client.send(new AbortMultipartUploadCommand(upload)))).toBe('404 NoSuchUpload');
  expect(await textOf('finished')).toBe('text');
});

it('reads a copy of its folder', async () => {
  await s3.client.send(new PutObjectCommand({ Bucket: BUCKET, Key: 'kept', Body: 'text' }));
  const original = directory;
  directory = await mkdtemp(join(tmpdir(), 'waybill-s3-copy-'));
  await restart(() => cp(original, directory, { recursive: true }));
  await rm(original, { recursive: true });
  expect(await textOf('kept')).toBe('text');
});
