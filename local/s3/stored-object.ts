/** A run of an object's bytes: one file of the data folder. */
export interface Segment {
  readonly file: string;
  readonly sizeBytes: number;
}

/** How the CRC-32 of a multipart object was made: over all its bytes, or over the checksums of its parts. */
export type ChecksumType = 'FULL_OBJECT' | 'COMPOSITE';

/** A checksum the uploader asked for. */
export interface StoredChecksum {
  /** Base64; of a COMPOSITE with its `-<parts>` suffix. */
  readonly crc32: string;
  readonly type: ChecksumType;
}

export interface Tag {
  readonly key: string;
  readonly value: string;
}

/** An object as it is kept on disk; its bytes are its segments in order. */
export interface StoredObject {
  readonly key: string;
  /** Without the quotes. */
  readonly etag: string;
  readonly sizeBytes: number;
  readonly lastModifiedMs: number;
  /** Response headers given by the uploader, lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
  readonly tags: readonly Tag[];
  readonly checksum?: StoredChecksum;
  readonly segments: readonly Segment[];
}

/** An uploaded part that no completion has taken yet. */
export interface UploadedPart {
  readonly partNumber: number;
  /** Without the quotes. */
  readonly etag: string;
  readonly lastModifiedMs: number;
  readonly crc32: number;
  /** Whether the uploader sent the CRC-32, and so hears of it again. */
  readonly hasChecksum: boolean;
  readonly segment: Segment;
}

/** A multipart upload in progress. */
export interface MultipartUpload {
  readonly id: string;
  readonly key: string;
  readonly initiatedMs: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly tags: readonly Tag[];
  readonly checksumType?: ChecksumType;
  readonly parts: ReadonlyMap<number, UploadedPart>;
}
