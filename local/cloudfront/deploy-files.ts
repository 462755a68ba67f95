import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Bucket } from '../s3/bucket.ts';
import { storeObject } from '../s3/store-object.ts';
import type { BucketDeploymentPlan, DeployedSource } from '../template/plan/bucket-deployments.ts';
import { contentTypeOf } from './content-types.ts';

/** Puts the files of a deployment into its bucket, as the deployment's helper does on AWS. */
export async function deployFiles(deployment: BucketDeploymentPlan, bucket: Bucket, nowMs: number): Promise<void> {
  const { keyPrefix, cacheControl, sources } = deployment;
  for (const source of sources) {
    for (const file of filesIn(source.directory)) {
      const headers = { 'content-type': contentTypeOf(file), 'cache-control': cacheControl };
      await storeObject(bucket, `${keyPrefix}${file}`, headers, contentOf(source, file), nowMs);
    }
  }
}

/** Paths with forward slashes, from the directory on. */
function filesIn(directory: string): string[] {
  return readdirSync(directory, { recursive: true, encoding: 'utf8' })
    .filter((file) => statSync(join(directory, file)).isFile())
    .map((file) => file.replaceAll('\\', '/'));
}

function contentOf({ directory, markers, escapeJson }: DeployedSource, file: string): Buffer {
  const content = readFileSync(join(directory, file));
  const values = Object.entries(markers);
  if (values.length === 0) return content;
  const text = values.reduce(
    (replaced, [marker, value]) =>
      replaced.replaceAll(marker, () => (escapeJson ? JSON.stringify(value).slice(1, -1) : value)),
    content.toString('utf8'),
  );
  return Buffer.from(text);
}
