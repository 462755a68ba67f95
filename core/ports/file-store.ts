import { WaybillError } from '../domain/errors.ts';
import type { SentPart } from '../domain/part-range.ts';

/** An object is there already under this key; what is published is never overwritten. */
export class ObjectExistsError extends WaybillError {
  override readonly name = 'ObjectExistsError';
  readonly code = 'object_exists';
  readonly retryable = false;

  constructor(key: string, options: { cause?: unknown } = {}) {
    super(`There is an object already: ${key}`, options);
  }
}

/** What a multipart upload is told at its start. */
export interface UploadOptions {
  /** That of the file as it lies there. No content encoding goes with it: a browser would undo it, and save another file. */
  readonly contentType: string;
  /** The value of the tag that lifecycle rules act on, e.g. `30`. */
  readonly retentionDays: number;
}

/** One object on its way; parts may be sent in any order and several at a time. */
export interface PartUpload {
  /** By which other processes join it. */
  readonly id: string;
  /**
   * Whether its beginning was asked for more than once because answers were lost: then there may be another upload
   * under the key, which nobody knows the id of.
   */
  readonly mayHaveTwin: boolean;
  /**
   * @param number from 1 to 10,000
   * @param body at least 5 MiB, but for the last part
   * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/qfacts.html
   */
  part(number: number, body: Uint8Array): Promise<void>;
  /**
   * Puts the parts together under the key, unless an object is there already. The store compares the whole with
   * `expected` before the object becomes visible.
   * @param parts those that make up the object. @default all that were sent through this upload
   * @throws ObjectExistsError when the key is taken: a published object is never overwritten
   */
  complete(expected: FileHead & { readonly crc32: string }, parts?: readonly SentPart[]): Promise<void>;
  /** Discards everything sent, parts under way too. Never throws: what it cannot discard the sweeper will. */
  abort(): Promise<void>;
}

/** Another process's share in an upload, which it can neither complete nor discard. */
export interface JoinedUpload extends Pick<PartUpload, 'part'> {
  /** The parts it has sent, in the order of their numbers. */
  readonly sent: readonly SentPart[];
}

export interface FileHead {
  readonly bytes: number;
  /** Full-object CRC32, base64, if the store keeps one. */
  readonly crc32?: string;
}

export interface DownloadOptions {
  readonly fileName: string;
  readonly contentType: string;
  readonly expiresInSeconds: number;
}

/**
 * The bucket. Every operation throws ExportFailedError storage_unavailable, which is retryable, when storage does not
 * do what was asked. Keys are `exports/<account>/<export>/<attempt>-<claim>/<file name>`.
 */
export interface FileStore {
  beginUpload(key: string, options: UploadOptions): Promise<PartUpload>;
  /** @param signal ends parts that are under way */
  joinUpload(key: string, uploadId: string, signal: AbortSignal): JoinedUpload;
  /** Undefined when there is no such object. */
  head(key: string): Promise<FileHead | undefined>;
  /**
   * Writes a small text object, unless one is there already.
   * @throws ObjectExistsError when the key is taken
   */
  putText(key: string, text: string, options: UploadOptions): Promise<void>;
  /** Undefined when there is no such object. */
  readText(key: string): Promise<string | undefined>;
  /**
   * The object's bytes, as they arrive.
   * @throws ExportFailedError storage_unavailable, also when there is no such object
   */
  read(key: string, signal: AbortSignal): AsyncIterable<Uint8Array>;
  /** Removing what is not there is success. */
  remove(keys: readonly string[]): Promise<void>;
  /** Keys of the objects, and keys with ids of the unfinished uploads, below `prefix`. */
  contents(prefix: string): Promise<{ keys: readonly string[]; uploads: readonly { key: string; uploadId: string }[] }>;
  abortUpload(key: string, uploadId: string): Promise<void>;
  /** A URL that reads exactly this object under exactly this file name, for a short time. */
  presignDownload(key: string, options: DownloadOptions): Promise<string>;
}
