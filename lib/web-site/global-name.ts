import { Aws, Names } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';

/** The longest name of a region there is, e.g. `ap-southeast-2`, has 14 characters; some are left for those to come. */
const REGION_LENGTH = 20;

/**
 * A name that stacks of other regions do not have: CloudFront's are those of the whole AWS account, and the ones that
 * CDK makes up are the same in every region.
 */
export function globalName(construct: IConstruct, maxLength: number): string {
  const unique = Names.uniqueResourceName(construct, { maxLength: maxLength - REGION_LENGTH - 1 });
  return `${unique}-${Aws.REGION}`;
}
