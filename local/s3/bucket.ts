import { join } from 'node:path';
import { type CompiledStatement, compileStatement } from '../iam/compiled-statement.ts';
import type { PolicyStatement } from '../iam/policy-document.ts';
import type { CorsRule } from './cors.ts';
import { DataFiles } from './data-files.ts';
import { ObjectIndex } from './object-index.ts';
import type { MultipartUpload, Segment, StoredObject, Tag, UploadedPart } from './stored-object.ts';
import { UploadIndex } from './upload-index.ts';

/** One enabled lifecycle rule of a bucket. */
export interface LifecycleRule {
  /** @default every key */
  readonly prefix?: string;
  /** The object must carry all of these tags. */
  readonly tags?: readonly Tag[];
  readonly expirationDays?: number;
  readonly abortIncompleteMultipartUploadDays?: number;
}

/** A bucket as the template declares it. */
export interface BucketOptions {
  readonly name: string;
  readonly arn: string;
  readonly lifecycleRules: readonly LifecycleRule[];
  /** What its policy refuses everybody. @default nothing */
  readonly denials?: readonly PolicyStatement[];
  /** What pages of other origins may ask of it. @default nothing */
  readonly corsRules?: readonly CorsRule[];
  /** A key of KMS that is asked for by each call that reads or writes. @default S3's own, for which nobody asks */
  readonly kmsKeyArn?: string;
}

/**
 * One bucket on disk: small records of objects and uploads, and the files with the bytes.
 *
 * The parts of a multipart upload stay the files they arrived as. Completing an upload only writes a record that lists
 * them, so it takes the same moment for a gigabyte as for a byte, and its one rename is all there is to be atomic.
 */
export class Bucket {
  readonly name: string;
  readonly arn: string;
  readonly lifecycleRules: readonly LifecycleRule[];
  readonly denials: readonly CompiledStatement[];
  readonly corsRules: readonly CorsRule[];
  readonly kmsKeyArn: string | undefined;
  readonly files: DataFiles;
  readonly #objects: ObjectIndex;
  readonly #uploads: UploadIndex;

  /** Opens the bucket's folder, creating it when missing and clearing what a crash left behind. */
  constructor(options: BucketOptions, directory: string) {
    this.name = options.name;
    this.arn = options.arn;
    this.lifecycleRules = options.lifecycleRules;
    this.denials = (options.denials ?? []).map(compileStatement);
    this.corsRules = options.corsRules ?? [];
    this.kmsKeyArn = options.kmsKeyArn;
    this.files = new DataFiles(join(directory, 'data'));
    this.#objects = new ObjectIndex(join(directory, 'objects'));
    this.#uploads = new UploadIndex(join(directory, 'uploads'));
    const named = new Set([...this.#objects.values()].flatMap(({ segments }) => segments.map(({ file }) => file)));
    for (const upload of [...this.#uploads.values()]) {
      const files = segmentsOf(upload).map(({ file }) => file);
      // A crash came between the record of the object and the end of the upload: its parts are the object's by now.
      if (files.some((file) => named.has(file))) this.#uploads.delete(upload.id);
      else for (const file of files) named.add(file);
    }
    this.files.collectGarbage(named);
  }

  object(key: string): StoredObject | undefined {
    return this.#objects.get(key);
  }

  objects(): readonly StoredObject[] {
    return [...this.#objects.values()];
  }

  sortedKeys(): readonly string[] {
    return this.#objects.sortedKeys();
  }

  upload(id: string): MultipartUpload | undefined {
    return this.#uploads.get(id);
  }

  uploads(): readonly MultipartUpload[] {
    return [...this.#uploads.values()];
  }

  /**
   * Stores an object in place of an earlier one.
   * @param onlyIfAbsent store nothing when the key exists
   * @returns false when it existed
   */
  async putObject(object: StoredObject, onlyIfAbsent: boolean): Promise<boolean> {
    const replaced = this.#objects.get(object.key);
    if (replaced && onlyIfAbsent) return false;
    this.#objects.put(object);
    if (replaced) await this.files.discard(replaced.segments);
    return true;
  }

  /** @returns false when there is no such object */
  replaceTags(key: string, tags: readonly Tag[]): boolean {
    const object = this.#objects.get(key);
    if (object) this.#objects.put({ ...object, tags });
    return object !== undefined;
  }

  async deleteObject(key: string): Promise<void> {
    const object = this.#objects.get(key);
    if (!object) return;
    this.#objects.delete(key);
    await this.files.discard(object.segments);
  }

  createUpload(upload: Omit<MultipartUpload, 'parts'>): void {
    this.#uploads.create(upload);
  }

  /** @returns false when the upload has ended meanwhile */
  async putPart(uploadId: string, part: UploadedPart): Promise<boolean> {
    const replaced = this.#uploads.get(uploadId)?.parts.get(part.partNumber);
    const isOpen = this.#uploads.putPart(uploadId, part);
    await this.files.discard(isOpen ? (replaced ? [replaced.segment] : []) : [part.segment]);
    return isOpen;
  }

  /**
   * Turns parts of an upload into an object and ends the upload; parts the object does not name are removed.
   * @returns false when `onlyIfAbsent` and the key existed: the upload then stays open
   */
  async completeUpload(upload: MultipartUpload, object: StoredObject, onlyIfAbsent: boolean): Promise<boolean> {
    const replaced = this.#objects.get(object.key);
    if (replaced && onlyIfAbsent) return false;
    this.#objects.put(object);
    this.#uploads.delete(upload.id);
    const kept = new Set(object.segments.map(({ file }) => file));
    const unused = segmentsOf(upload).filter(({ file }) => !kept.has(file));
    await this.files.discard([...(replaced?.segments ?? []), ...unused]);
    return true;
  }

  async abortUpload(upload: MultipartUpload): Promise<void> {
    this.#uploads.delete(upload.id);
    await this.files.discard(segmentsOf(upload));
  }
}

function segmentsOf(upload: MultipartUpload): Segment[] {
  return [...upload.parts.values()].map(({ segment }) => segment);
}
