import { RemovalPolicy } from 'aws-cdk-lib';
import type { StageConfig } from './config.ts';

/** What every construct of one deployment shares. */
export interface Deployment {
  /** e.g. `dev`; part of the stack's name and of each log line. */
  readonly stage: string;
  readonly config: StageConfig;
  /** Where the bundles of the workloads are. */
  readonly bundleDirectory: string;
}

/** What happens to data and logs when the stack, or the resource in it, is deleted. */
export function removalPolicyOf(deployment: Deployment): RemovalPolicy {
  return deployment.config.retainData ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY;
}
