import { isAbsolute } from 'node:path';
import * as z from 'zod';
import type { Assets } from '../assets.ts';
import { commonProperties, integer, irrelevant, readProperties, text } from '../properties.ts';
import type { ResolvedResource } from '../resolve.ts';
import { problem } from '../template-error.ts';

/** A Lambda function. */
export interface FunctionPlan {
  readonly logicalId: string;
  readonly name: string;
  readonly arn: string;
  /** `index.handler`: the file in {@link codeDirectory} without its extension, and its export. */
  readonly handler: string;
  /** Absolute when the assembly directory was. */
  readonly codeDirectory: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly timeoutSeconds: number;
  readonly memoryMb: number;
  readonly roleArn: string;
  /** At most so many run at once; unlimited when left out. */
  readonly reservedConcurrency?: number;
}

const schema = z.strictObject({
  ...commonProperties,
  Architectures: irrelevant('JavaScript runs on any'),
  Code: z.strictObject({ S3Bucket: irrelevant('the code is read from the assembly'), S3Key: text }),
  Description: irrelevant('for people'),
  Environment: z.strictObject({ Variables: z.record(z.string(), text) }).optional(),
  FunctionName: irrelevant('read through the resource name'),
  Handler: text,
  LoggingConfig: irrelevant('logs go to the terminal'),
  MemorySize: integer.default(128),
  ReservedConcurrentExecutions: integer.optional(),
  Role: text,
  Runtime: text.regex(/^nodejs\d+\.x$/, 'only Node.js functions run locally'),
  Timeout: integer.default(3),
  TracingConfig: irrelevant('there is no X-Ray here'),
  VpcConfig: irrelevant('everything local talks over the loopback interface'),
});

/** Plans one `AWS::Lambda::Function`. @throws TemplateError */
export function planFunction(resource: ResolvedResource, assets: Assets): FunctionPlan {
  const properties = readProperties(resource, schema);
  const reservedConcurrency = properties.ReservedConcurrentExecutions;
  return {
    logicalId: resource.logicalId,
    name: resource.ref(),
    arn: resource.attribute('Arn'),
    handler: properties.Handler,
    codeDirectory: codeDirectory(resource, assets, properties.Code.S3Key),
    environment: properties.Environment?.Variables ?? {},
    timeoutSeconds: properties.Timeout,
    memoryMb: properties.MemorySize,
    roleArn: properties.Role,
    ...(reservedConcurrency !== undefined && { reservedConcurrency }),
  };
}

function codeDirectory(resource: ResolvedResource, assets: Assets, key: string): string {
  const directory = assets.directoryOfKey.get(key);
  if (directory !== undefined) return directory;
  // With asset staging disabled, CDK names the source folder here and writes no manifest entry for it.
  const path = resource.metadata['aws:asset:path'];
  if (typeof path === 'string' && isAbsolute(path)) return path;
  throw problem({ ...resource, path: 'Properties.Code.S3Key' }, `the assembly has no asset with the key ${key}`);
}
