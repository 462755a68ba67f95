import { crc32 } from 'node:zlib';
import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  type S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { encodeCrc32 } from '../../core/domain/checksum.ts';
import { ExportFailedError } from '../../core/domain/errors.ts';
import type { SentPart } from '../../core/domain/part-range.ts';
import { type FileHead, type JoinedUpload, ObjectExistsError, type PartUpload } from '../../core/ports/file-store.ts';
import { isPreconditionFailed, storageCall } from './storage-call.ts';

interface UploadTarget {
  readonly Bucket: string;
  readonly Key: string;
  readonly UploadId: string;
}

/** Sends parts of an upload, each with its CRC32. */
export class PartSender implements JoinedUpload {
  readonly #client: S3Client;
  readonly #target: UploadTarget;
  readonly #signal: AbortSignal;
  readonly #sent: SentPart[] = [];

  constructor(client: S3Client, target: UploadTarget, signal: AbortSignal) {
    this.#client = client;
    this.#target = target;
    this.#signal = signal;
  }

  get sent(): readonly SentPart[] {
    return this.#sent.toSorted((a, b) => a.number - b.number);
  }

  async part(number: number, body: Uint8Array): Promise<void> {
    const ChecksumCRC32 = encodeCrc32(crc32(body));
    const command = new UploadPartCommand({ ...this.#target, PartNumber: number, Body: body, ChecksumCRC32 });
    const { ETag } = await storageCall(() => this.#client.send(command, { abortSignal: this.#signal }));
    if (ETag === undefined) throw new ExportFailedError('storage_unavailable', { retryable: true });
    this.#sent.push({ number, etag: ETag, crc32: ChecksumCRC32, bytes: body.length });
  }
}

/** A multipart upload that has been created; S3 checks the whole against the CRC32 of the file. */
export class MultipartUpload implements PartUpload {
  readonly #client: S3Client;
  readonly #target: UploadTarget;
  readonly #sender: PartSender;
  readonly #aborting = new AbortController();
  #aborted: Promise<void> | undefined;

  readonly mayHaveTwin: boolean;

  constructor(client: S3Client, target: UploadTarget, options: { readonly mayHaveTwin: boolean }) {
    this.#client = client;
    this.#target = target;
    this.#sender = new PartSender(client, target, this.#aborting.signal);
    this.mayHaveTwin = options.mayHaveTwin;
  }

  get id(): string {
    return this.#target.UploadId;
  }

  part(number: number, body: Uint8Array): Promise<void> {
    return this.#sender.part(number, body);
  }

  async complete(
    expected: FileHead & { crc32: string },
    parts: readonly SentPart[] = this.#sender.sent,
  ): Promise<void> {
    const Parts = parts.map(({ number, etag, crc32 }) => ({ PartNumber: number, ETag: etag, ChecksumCRC32: crc32 }));
    const command = new CompleteMultipartUploadCommand({
      ...this.#target,
      MultipartUpload: { Parts },
      ChecksumType: 'FULL_OBJECT',
      ChecksumCRC32: expected.crc32,
      MpuObjectSize: expected.bytes,
      IfNoneMatch: '*',
    });
    try {
      await storageCall(() => this.#client.send(command));
    } catch (error) {
      if (isPreconditionFailed(error)) throw new ObjectExistsError(this.#target.Key, { cause: error });
      throw error;
    }
  }

  abort(): Promise<void> {
    this.#aborted ??= this.#abort();
    return this.#aborted;
  }

  async #abort(): Promise<void> {
    this.#aborting.abort();
    await this.#client.send(new AbortMultipartUploadCommand(this.#target)).catch(() => {});
  }
}
