import { crc32 } from 'node:zlib';
import { encodeCrc32 } from '../../core/domain/checksum.ts';
import { ExportFailedError } from '../../core/domain/errors.ts';
import { MIN_PART_BYTES, type SentPart } from '../../core/domain/part-range.ts';
import {
  type FileStore,
  type JoinedUpload,
  ObjectExistsError,
  type PartUpload,
  type UploadOptions,
} from '../../core/ports/file-store.ts';

interface StoredObject {
  readonly body: Buffer;
  readonly options: UploadOptions;
}

/** A bucket in memory. Tests may replace `beforeCall` to make calls fail or wait. */
export class MemoryFiles implements FileStore {
  readonly objects = new Map<string, StoredObject>();
  readonly uploads = new Map<string, { key: string; parts: Map<number, Buffer> }>();
  /** Runs before each operation, which fails with what it throws. */
  beforeCall: (operation: keyof FileStore | 'part' | 'complete', key: string) => Promise<void> | void = () => {};
  /** What uploads that are begun from now on say. */
  mayHaveTwin = false;
  #uploadCount = 0;

  async beginUpload(key: string, options: UploadOptions): Promise<PartUpload> {
    await this.beforeCall('beginUpload', key);
    const uploadId = `upload-${++this.#uploadCount}`;
    const parts = new Map<number, Buffer>();
    this.uploads.set(uploadId, { key, parts });
    const aborting = new AbortController();
    const aborted = new Promise<never>((_, reject) => {
      aborting.signal.addEventListener('abort', () => reject(unavailable('aborted')));
    });
    aborted.catch(() => {});
    const send = async (number: number, body: Uint8Array) => {
      await Promise.race([this.beforeCall('part', key), aborted]);
      if (!this.uploads.has(uploadId)) throw unavailable('no such upload');
      parts.set(number, Buffer.from(body));
    };
    return {
      id: uploadId,
      mayHaveTwin: this.mayHaveTwin,
      part: send,
      complete: async (expected, sent) => {
        await this.beforeCall('complete', key);
        if (!this.uploads.has(uploadId)) throw unavailable('no such upload');
        const body = Buffer.concat(sent ? bodiesOf(sent, parts) : bodiesInOrder(parts));
        if (body.length !== expected.bytes || encodeCrc32(crc32(body)) !== expected.crc32) throw unavailable('differs');
        this.#store(key, body, options);
        this.uploads.delete(uploadId);
      },
      abort: async () => {
        this.uploads.delete(uploadId);
        aborting.abort();
      },
    };
  }

  joinUpload(key: string, uploadId: string, signal: AbortSignal): JoinedUpload {
    const sent: SentPart[] = [];
    return {
      get sent() {
        return sent.toSorted((a, b) => a.number - b.number);
      },
      part: async (number, body) => {
        await this.beforeCall('part', key);
        const upload = this.uploads.get(uploadId);
        if (upload?.key !== key || signal.aborted) throw unavailable('no such upload');
        const part = Buffer.from(body);
        upload.parts.set(number, part);
        sent.push({ number, etag: etagOf(part), crc32: encodeCrc32(crc32(part)), bytes: part.length });
      },
    };
  }

  async *read(key: string) {
    await this.beforeCall('read', key);
    const object = this.objects.get(key);
    if (object === undefined) throw unavailable('no such object');
    yield new Uint8Array(object.body);
  }

  async head(key: string) {
    await this.beforeCall('head', key);
    const object = this.objects.get(key);
    return object && { bytes: object.body.length, crc32: encodeCrc32(crc32(object.body)) };
  }

  async putText(key: string, text: string, options: UploadOptions) {
    await this.beforeCall('putText', key);
    this.#store(key, Buffer.from(text), options);
  }

  async readText(key: string) {
    await this.beforeCall('readText', key);
    return this.objects.get(key)?.body.toString('utf8');
  }

  async remove(keys: readonly string[]) {
    for (const key of keys) {
      await this.beforeCall('remove', key);
      this.objects.delete(key);
    }
  }

  async contents(prefix: string) {
    const keys = [...this.objects.keys()].filter((key) => key.startsWith(prefix));
    const uploads = [...this.uploads].map(([uploadId, { key }]) => ({ key, uploadId }));
    return { keys, uploads: uploads.filter(({ key }) => key.startsWith(prefix)) };
  }

  async abortUpload(_key: string, uploadId: string) {
    this.uploads.delete(uploadId);
  }

  async presignDownload(key: string) {
    return `memory:${key}`;
  }

  #store(key: string, body: Buffer, options: UploadOptions): void {
    if (this.objects.has(key)) throw new ObjectExistsError(key);
    this.objects.set(key, { body, options });
  }
}

function bodiesInOrder(parts: ReadonlyMap<number, Buffer>): Buffer[] {
  return [...parts].toSorted(([a], [b]) => a - b).map(([, part]) => part);
}

/** As S3 does: numbers ascend, each part is what its tag says, and only the last may be short. */
function bodiesOf(sent: readonly SentPart[], parts: ReadonlyMap<number, Buffer>): Buffer[] {
  return sent.map(({ number, etag }, index) => {
    const part = parts.get(number);
    if (part === undefined || etagOf(part) !== etag) throw unavailable(`InvalidPart ${number}`);
    if (index > 0 && number <= (sent[index - 1]?.number ?? 0)) throw unavailable('InvalidPartOrder');
    if (index < sent.length - 1 && part.length < MIN_PART_BYTES) throw unavailable(`EntityTooSmall ${number}`);
    return part;
  });
}

function etagOf(part: Buffer): string {
  return `"${crc32(part)}-${part.length}"`;
}

export function unavailable(reason: string): ExportFailedError {
  return new ExportFailedError('storage_unavailable', { retryable: true, cause: new Error(reason) });
}
