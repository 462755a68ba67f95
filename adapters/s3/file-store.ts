import {
  AbortMultipartUploadCommand,
  CreateMultipartUploadCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  HeadObjectCommand,
  PutObjectCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import { RETENTION_TAG } from '../../core/contract/files.ts';
import { ExportFailedError } from '../../core/domain/errors.ts';
import { type Clock, systemClock } from '../../core/ports/clock.ts';
import { type FileStore, ObjectExistsError, type UploadOptions } from '../../core/ports/file-store.ts';
import { attachmentDisposition } from './content-disposition.ts';
import { listObjects, listUploads } from './listing.ts';
import { MultipartUpload, PartSender } from './multipart-upload.ts';
import { isNotFound, isPreconditionFailed, storageCall } from './storage-call.ts';

/** @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteObjects.html */
const DELETE_BATCH = 1_000;

/** @param options.clock dates presigned links; others take the SDK's time */
export function s3FileStore(options: { client: S3Client; bucket: string; clock?: Clock }): FileStore {
  const { client, bucket: Bucket, clock = systemClock } = options;

  return {
    async beginUpload(key, upload) {
      const command = new CreateMultipartUploadCommand({
        ...objectOptions(upload),
        Bucket,
        Key: key,
        ChecksumAlgorithm: 'CRC32',
        ChecksumType: 'FULL_OBJECT',
      });
      const { UploadId, $metadata } = await storageCall(() => client.send(command));
      if (UploadId === undefined) throw new ExportFailedError('storage_unavailable', { retryable: true });
      const mayHaveTwin = $metadata.attempts !== 1;
      return new MultipartUpload(client, { Bucket, Key: key, UploadId }, { mayHaveTwin });
    },

    joinUpload: (key, uploadId, signal) => new PartSender(client, { Bucket, Key: key, UploadId: uploadId }, signal),

    async head(key) {
      const command = new HeadObjectCommand({ Bucket, Key: key, ChecksumMode: 'ENABLED' });
      const head = await unlessNotFound(() => client.send(command));
      if (head === undefined) return undefined;
      return { bytes: head.ContentLength ?? 0, ...(head.ChecksumCRC32 && { crc32: head.ChecksumCRC32 }) };
    },

    async putText(key, text, upload) {
      const command = new PutObjectCommand({
        ...objectOptions(upload),
        Bucket,
        Key: key,
        Body: text,
        ChecksumAlgorithm: 'CRC32',
        IfNoneMatch: '*',
      });
      try {
        await storageCall(() => client.send(command));
      } catch (error) {
        if (isPreconditionFailed(error)) throw new ObjectExistsError(key, { cause: error });
        throw error;
      }
    },

    async readText(key) {
      const object = await unlessNotFound(() => client.send(new GetObjectCommand({ Bucket, Key: key })));
      return object && storageCall(async () => object.Body?.transformToString('utf-8'));
    },

    async *read(key, signal) {
      const { Body } = await storageCall(() =>
        client.send(new GetObjectCommand({ Bucket, Key: key }), { abortSignal: signal }),
      );
      const chunks = (Body as AsyncIterable<Uint8Array> | undefined)?.[Symbol.asyncIterator]();
      for (;;) {
        const next = await storageCall(async () => chunks?.next());
        if (next === undefined || next.done) return;
        yield next.value;
      }
    },

    async remove(keys) {
      for (let start = 0; start < keys.length; start += DELETE_BATCH) {
        const Objects = keys.slice(start, start + DELETE_BATCH).map((Key) => ({ Key }));
        const command = new DeleteObjectsCommand({ Bucket, Delete: { Objects, Quiet: true } });
        const { Errors = [] } = await storageCall(() => client.send(command));
        const [first] = Errors;
        if (first)
          throw new ExportFailedError('storage_unavailable', { retryable: true, cause: new Error(first.Code) });
      }
    },

    async contents(prefix) {
      const [keys, uploads] = await storageCall(() =>
        Promise.all([listObjects(client, Bucket, prefix), listUploads(client, Bucket, prefix)]),
      );
      return { keys, uploads };
    },

    async abortUpload(key, uploadId) {
      const command = new AbortMultipartUploadCommand({ Bucket, Key: key, UploadId: uploadId });
      await unlessNotFound(() => client.send(command));
    },

    presignDownload(key, { fileName, contentType, expiresInSeconds }) {
      const command = new GetObjectCommand({
        Bucket,
        Key: key,
        ResponseContentDisposition: attachmentDisposition(fileName),
        ResponseContentType: contentType,
      });
      return getSignedUrl(client, command, { expiresIn: expiresInSeconds, signingDate: new Date(clock.now()) });
    },
  };
}

function objectOptions({ contentType, retentionDays }: UploadOptions) {
  return {
    ContentType: contentType,
    Tagging: `${RETENTION_TAG}=${retentionDays}`,
  };
}

async function unlessNotFound<Result>(call: () => Promise<Result>): Promise<Result | undefined> {
  try {
    return await storageCall(call);
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw error;
  }
}
