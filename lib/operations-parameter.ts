import { Stack } from 'aws-cdk-lib';
import { StringParameter } from 'aws-cdk-lib/aws-ssm';
import { Construct } from 'constructs';
import { type Operations, operationsParameter } from '../core/contract/operations.ts';
import type { Deployment } from './deployment.ts';
import type { ExportExecutions } from './export-executions.ts';
import type { ExportTable } from './export-table.ts';
import type { FileBucket } from './file-bucket.ts';
import type { RolloutFlags } from './rollout-flags.ts';

export interface OperationsParameterProps {
  readonly deployment: Deployment;
  readonly table: ExportTable;
  readonly bucket: FileBucket;
  readonly flags: RolloutFlags;
  readonly executions: ExportExecutions;
}

/** Names and caps for the operator's command line, which finds them by the stage. No function reads it. */
export class OperationsParameter extends Construct {
  constructor(scope: Construct, id: string, props: OperationsParameterProps) {
    super(scope, id);
    const { deployment, table, bucket, flags, executions } = props;
    const { poolCap, accountCap, userCap } = deployment.config;
    const value: Operations = {
      tableName: table.tableName,
      bucketName: bucket.bucketName,
      stateMachineArn: executions.stateMachineArn,
      flagsParameter: flags.parameterName,
      ...{ poolCap, accountCap, userCap },
    };
    new StringParameter(this, 'Parameter', {
      parameterName: operationsParameter(deployment.stage),
      description: 'Where Waybill is, for npm run ops',
      stringValue: Stack.of(this).toJsonString(value),
    });
  }
}
