import { crc32 } from 'node:zlib';
import {
  AbortMultipartUploadCommand,
  type CompletedPart,
  CompleteMultipartUploadCommand,
  type S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { encodeCrc32 } from '../../core/domain/checksum.ts';
import { type FileHead, ObjectExistsError, type PartUpload } from '../../core/ports/file-store.ts';
import { isPreconditionFailed, storageCall } from './storage-call.ts';

/** A multipart upload that has been created; parts carry their CRC32, and S3 checks the whole against that of the file. */
export class MultipartUpload implements PartUpload {
  readonly #client: S3Client;
  readonly #target: { Bucket: string; Key: string; UploadId: string };
  readonly #parts: CompletedPart[] = [];
  readonly #aborting = new AbortController();
  #aborted: Promise<void> | undefined;

  readonly mayHaveTwin: boolean;

  constructor(
    client: S3Client,
    target: { Bucket: string; Key: string; UploadId: string },
    options: { readonly mayHaveTwin: boolean },
  ) {
    this.#client = client;
    this.#target = target;
    this.mayHaveTwin = options.mayHaveTwin;
  }

  async part(number: number, body: Uint8Array): Promise<void> {
    const ChecksumCRC32 = encodeCrc32(crc32(body));
    const command = new UploadPartCommand({ ...this.#target, PartNumber: number, Body: body, ChecksumCRC32 });
    const { ETag } = await storageCall(() => this.#client.send(command, { abortSignal: this.#aborting.signal }));
    this.#parts.push({ PartNumber: number, ETag, ChecksumCRC32 });
  }

  async complete(expected: FileHead & { crc32: string }): Promise<void> {
    const Parts = this.#parts.toSorted((a, b) => (a.PartNumber ?? 0) - (b.PartNumber ?? 0));
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
