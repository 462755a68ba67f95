import { Duration } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import type { Announcements } from './announcements.ts';
import type { Database } from './database.ts';
import { type Deployment, partitionEnvironment } from './deployment.ts';
import type { ExportExecutions } from './export-executions.ts';
import type { ExportTable } from './export-table.ts';
import type { FileBucket } from './file-bucket.ts';
import type { Network } from './network.ts';
import type { RolloutFlags } from './rollout-flags.ts';
import { WaybillFunction } from './waybill-function.ts';

export interface StepHandlersProps {
  readonly deployment: Deployment;
  readonly network: Network;
  readonly table: ExportTable;
  readonly bucket: FileBucket;
  readonly database: Database;
  readonly flags: RolloutFlags;
  readonly executions: ExportExecutions;
  readonly announcements: Announcements;
}

/** The functions the state machine calls. Each ends before its step times out, so that its error is the one seen. */
export class StepHandlers extends Construct {
  readonly enqueueExport: WaybillFunction<'enqueue-export'>;
  readonly measureExport: WaybillFunction<'measure-export'>;
  readonly awaitRanges: WaybillFunction<'await-ranges'>;
  readonly runSmallExport: WaybillFunction<'run-small-export'>;
  readonly recordOutcome: WaybillFunction<'record-outcome'>;
  readonly announceExport: WaybillFunction<'announce-export'>;

  constructor(scope: Construct, id: string, props: StepHandlersProps) {
    super(scope, id);
    const { deployment, network, table, bucket, database, flags, executions, announcements } = props;
    const admission = {
      TABLE_NAME: table.tableName,
      STATE_MACHINE_ARN: executions.stateMachineArn,
      POOL_CAP: String(deployment.config.poolCap),
      ACCOUNT_CAP: String(deployment.config.accountCap),
      FLAGS_PARAMETER: flags.parameterName,
    };
    this.enqueueExport = new WaybillFunction(this, 'EnqueueExport', {
      deployment,
      workload: 'enqueue-export',
      environment: admission,
      timeout: Duration.seconds(30),
    });
    this.recordOutcome = new WaybillFunction(this, 'RecordOutcome', {
      deployment,
      workload: 'record-outcome',
      environment: admission,
      timeout: Duration.seconds(30),
    });
    table.grant(this.enqueueExport, 'GetItem', 'Query', 'PutItem', 'UpdateItem', 'DeleteItem');
    table.grantEnding(this.recordOutcome);
    for (const admitter of [this.enqueueExport, this.recordOutcome]) {
      executions.grantAnswer(admitter);
      flags.grantRead(admitter);
    }

    this.announceExport = new WaybillFunction(this, 'AnnounceExport', {
      deployment,
      workload: 'announce-export',
      environment: { TABLE_NAME: table.tableName, ...announcements.environment },
      timeout: Duration.seconds(100),
    });
    table.grantChange(this.announceExport);
    table.grant(this.announceExport, 'Query');
    announcements.grantSend(this.announceExport);

    this.measureExport = new WaybillFunction(this, 'MeasureExport', {
      deployment,
      workload: 'measure-export',
      environment: { TABLE_NAME: table.tableName, ...database.environment, ...partitionEnvironment(deployment) },
      timeout: Duration.seconds(100),
      network,
    });
    table.grantChange(this.measureExport);
    database.grantSignIn(this.measureExport);

    this.awaitRanges = new WaybillFunction(this, 'AwaitRanges', {
      deployment,
      workload: 'await-ranges',
      environment: { TABLE_NAME: table.tableName },
      timeout: Duration.seconds(30),
    });
    table.grant(this.awaitRanges, 'UpdateItem');
    executions.grantResume(this.awaitRanges);

    this.runSmallExport = new WaybillFunction(this, 'RunSmallExport', {
      deployment,
      workload: 'run-small-export',
      environment: {
        TABLE_NAME: table.tableName,
        BUCKET_NAME: bucket.bucketName,
        ...database.environment,
      },
      timeout: Duration.minutes(5),
      memoryMiB: 1024,
      network,
    });
    table.grantProducing(this.runSmallExport);
    bucket.grantWrite(this.runSmallExport);
    database.grantSignIn(this.runSmallExport);
  }
}
