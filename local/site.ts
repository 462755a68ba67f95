import * as z from 'zod';
import type { LocalClock } from './clock.ts';
import { answerFromBucket } from './cloudfront/bucket-origin.ts';
import { deployFiles } from './cloudfront/deploy-files.ts';
import type { Bucket } from './s3/bucket.ts';
import type { BucketDeploymentPlan } from './template/plan/bucket-deployments.ts';

/** The part of the page's config.json that the local identity provider needs. */
const webConfigSchema = z.looseObject({ clientId: z.string() });

/**
 * Puts the report center's files into their bucket.
 * @returns the client id by which the page will ask the identity provider
 */
export async function deploySite(
  deployments: readonly BucketDeploymentPlan[],
  buckets: (name: string) => Bucket,
  clock: LocalClock,
): Promise<{ clientId: string }> {
  for (const deployment of deployments) await deployFiles(deployment, buckets(deployment.bucketName), clock.now());
  for (const { bucketName } of deployments) {
    const { status, body } = await answerFromBucket(buckets(bucketName), 'config.json', ['s3:GetObject']);
    if (status === 200) return webConfigSchema.parse(JSON.parse(body.toString('utf8')));
  }
  throw new Error('The template deploys no config.json for the report center.');
}
