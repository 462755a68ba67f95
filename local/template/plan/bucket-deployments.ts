import * as z from 'zod';
import type { Assets } from '../assets.ts';
import { boolean, irrelevant, readProperties, text } from '../properties.ts';
import type { ResolvedResource } from '../resolve.ts';
import { problem } from '../template-error.ts';

/** Files of the assembly that a deployment copies to a bucket. */
export interface DeployedSource {
  readonly directory: string;
  /** What stands in its files for values that are known only when the stack is deployed, and those values. */
  readonly markers: Readonly<Record<string, string>>;
  /** The files are JSON, so what replaces a marker is escaped. */
  readonly escapeJson: boolean;
}

/** Files that are put into a bucket; later sources replace files of earlier ones. */
export interface BucketDeploymentPlan {
  readonly logicalId: string;
  readonly bucketName: string;
  /** Before the path of each file; empty, or ending in a slash. */
  readonly keyPrefix: string;
  readonly cacheControl: string;
  readonly sources: readonly DeployedSource[];
}

const schema = z.strictObject({
  DestinationBucketKeyPrefix: text.optional(),
  DestinationBucketName: text,
  OutputObjectKeys: irrelevant('nothing refers to them'),
  Prune: boolean.pipe(z.literal(false, 'files that are no longer in a source stay')),
  RetainOnDelete: irrelevant('it acts only when a stack is deleted'),
  ServiceToken: irrelevant('the local cloud copies the files'),
  SourceBucketNames: irrelevant('files are read from the assembly'),
  SourceMarkers: z.array(z.record(text, text)).optional(),
  SourceMarkersConfig: z.array(z.strictObject({ jsonEscape: boolean.default(false) })).optional(),
  SourceObjectKeys: z.array(text),
  SystemMetadata: z.strictObject({ 'cache-control': text }),
  WaitForDistributionInvalidation: irrelevant('nothing is cached here'),
});

/** Plans one `Custom::CDKBucketDeployment`. @throws TemplateError */
export function planBucketDeployment(resource: ResolvedResource, assets: Assets): BucketDeploymentPlan {
  const properties = readProperties(resource, schema);
  const { DestinationBucketKeyPrefix: prefix, SourceMarkers: markers, SourceMarkersConfig: escapes } = properties;
  return {
    logicalId: resource.logicalId,
    bucketName: properties.DestinationBucketName,
    keyPrefix: prefix ? `${prefix}/` : '',
    cacheControl: properties.SystemMetadata['cache-control'],
    sources: properties.SourceObjectKeys.map((key, index) => {
      const directory = assets.directoryOfKey.get(key);
      const place = { ...resource, path: 'Properties.SourceObjectKeys' };
      if (directory === undefined) throw problem(place, `the assembly has no asset with the key ${key}`);
      return { directory, markers: markers?.[index] ?? {}, escapeJson: escapes?.[index]?.jsonEscape ?? false };
    }),
  };
}
