import { RemovalPolicy } from 'aws-cdk-lib';
import type { WaybillConfig } from './config/config.ts';

/** What every construct of one deployment shares. */
export interface Deployment {
  /** Unique in the account and region: names that are chosen, not made up by CloudFormation, begin with it. */
  readonly name: string;
  /** e.g. `dev`; part of each log line. */
  readonly stage: string;
  readonly config: WaybillConfig;
  /** Where the bundles of the workloads are. */
  readonly bundleDirectory: string;
}

/** What happens to data and logs when the stack, or the resource in it, is deleted. */
export function removalPolicyOf(deployment: Deployment): RemovalPolicy {
  return deployment.config.retainData ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY;
}

/** What decides whether several tasks make a file, for those who tell and those who decide. */
export function partitionEnvironment({ config: { partitionAboveRows } }: Deployment): {
  PARTITION_ABOVE_ROWS?: string;
} {
  return partitionAboveRows === undefined ? {} : { PARTITION_ABOVE_ROWS: String(partitionAboveRows) };
}
