import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';

const manifestSchema = z.looseObject({
  files: z
    .record(
      z.string(),
      z.looseObject({
        source: z.looseObject({ path: z.string().optional() }),
        destinations: z.record(z.string(), z.looseObject({ objectKey: z.string() })),
      }),
    )
    .default({}),
  dockerImages: z
    .record(
      z.string(),
      z.looseObject({
        source: z.looseObject({ directory: z.string().optional() }),
        destinations: z.record(z.string(), z.looseObject({ imageTag: z.string() })),
      }),
    )
    .default({}),
});

/** Where on this machine the things are that a deployment would publish. */
export interface Assets {
  /** By the key under which the deployment would find it in the asset bucket, e.g. `<hash>.zip`. */
  readonly directoryOfKey: ReadonlyMap<string, string>;
  /** By the tag of the image; the folder has its Dockerfile. */
  readonly directoryOfImageTag: ReadonlyMap<string, string>;
}

/** Reads the asset manifests (`*.assets.json`) of a cloud assembly. */
export function readAssets(assemblyDirectory: string): Assets {
  const directoryOfKey = new Map<string, string>();
  const directoryOfImageTag = new Map<string, string>();
  for (const name of readdirSync(assemblyDirectory).filter((file) => file.endsWith('.assets.json'))) {
    const manifest = manifestSchema.parse(JSON.parse(readFileSync(join(assemblyDirectory, name), 'utf8')));
    for (const { source, destinations } of Object.values(manifest.files)) {
      if (source.path === undefined) continue;
      for (const { objectKey } of Object.values(destinations)) {
        directoryOfKey.set(objectKey, join(assemblyDirectory, source.path));
      }
    }
    for (const { source, destinations } of Object.values(manifest.dockerImages)) {
      if (source.directory === undefined) continue;
      for (const { imageTag } of Object.values(destinations)) {
        directoryOfImageTag.set(imageTag, join(assemblyDirectory, source.directory));
      }
    }
  }
  return { directoryOfKey, directoryOfImageTag };
}
