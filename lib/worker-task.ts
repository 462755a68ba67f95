import { Duration, Validations } from 'aws-cdk-lib';
import { Platform } from 'aws-cdk-lib/aws-ecr-assets';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import { Construct } from 'constructs';
import type { EnvironmentOf } from '../core/contract/env.ts';
import { acknowledgeWildcard } from './acknowledge.ts';
import { bundleOf } from './bundles.ts';
import type { Database } from './database.ts';
import type { Deployment } from './deployment.ts';
import { DeploymentLogGroup } from './deployment-log-group.ts';
import type { ExportExecutions } from './export-executions.ts';
import type { ExportTable } from './export-table.ts';
import type { FileBucket } from './file-bucket.ts';
import type { Network } from './network.ts';

/** An export stays below 200 MiB whatever its size; this is the smallest size Fargate has with a full vCPU. */
const CPU_UNITS = 1024;
const MEMORY_MIB = 2048;

/**
 * Memory for values that have just been made, in MB: by default V8 lets 16 fill up before it looks which are still needed.
 * Formats make so few that more than the least would only be held, tens of megabytes of a worker.
 * @see https://nodejs.org/api/cli.html#--max-semi-space-sizesize-in-mib
 */
const NODE_OPTIONS = '--max-semi-space-size=1';

/** From SIGTERM to SIGKILL; the worker gives its attempt back in less. */
const STOP_TIMEOUT = Duration.seconds(30);

/** Set for each run by the state machine, everything else in the task definition. */
type PerRun = 'EXPORT_ID' | 'ACCOUNT_ID' | 'EXECUTION_ARN' | 'ROLE' | 'HANDOVER' | 'WORKER_NUMBER';

export interface WorkerTaskProps {
  readonly deployment: Deployment;
  readonly network: Network;
  readonly table: ExportTable;
  readonly bucket: FileBucket;
  readonly database: Database;
  readonly executions: ExportExecutions;
}

/** The Fargate task that produces large files, and the cluster it runs in. */
export class WorkerTask extends Construct {
  readonly cluster: ecs.ICluster;
  readonly taskDefinition: ecs.FargateTaskDefinition;
  readonly container: ecs.ContainerDefinition;

  constructor(scope: Construct, id: string, props: WorkerTaskProps) {
    super(scope, id);
    const { deployment, network, table, bucket, database, executions } = props;
    const nodeImage = deployment.config.worker.nodeImage;
    this.cluster = new ecs.Cluster(this, 'Cluster', {
      vpc: network.vpc,
      enableFargateCapacityProviders: true,
      containerInsightsV2: ecs.ContainerInsights.ENABLED,
      // The class and its interface disagree on what is optional under exactOptionalPropertyTypes.
    }) as ecs.ICluster;
    this.taskDefinition = new ecs.FargateTaskDefinition(this, 'Task', {
      family: `${deployment.name}-worker`,
      cpu: CPU_UNITS,
      memoryLimitMiB: MEMORY_MIB,
      runtimePlatform: {
        cpuArchitecture: ecs.CpuArchitecture.ARM64,
        operatingSystemFamily: ecs.OperatingSystemFamily.LINUX,
      },
    });
    const environment: Omit<EnvironmentOf<'worker'>, PerRun> = {
      STAGE: deployment.stage,
      TABLE_NAME: table.tableName,
      BUCKET_NAME: bucket.bucketName,
      PART_WORKERS: String(deployment.config.partWorkers),
      ...database.environment,
      DATABASE_CONNECTIONS: String(deployment.config.worker.connections),
      NODE_OPTIONS,
    };
    this.container = this.taskDefinition.addContainer('Worker', {
      // Built by the deployment from the same sources as the functions, so that one catalog of reports runs everywhere.
      image: ecs.ContainerImage.fromAsset(bundleOf('worker', deployment.bundleDirectory), {
        platform: Platform.LINUX_ARM64,
        ...(nodeImage !== undefined && { buildArgs: { NODE_IMAGE: nodeImage } }),
      }),
      environment,
      // It starts no other program, and answers SIGTERM itself: there is nothing for an init process to do.
      readonlyRootFilesystem: true,
      user: 'node',
      stopTimeout: STOP_TIMEOUT,
      logging: ecs.LogDrivers.awsLogs({
        logGroup: new DeploymentLogGroup(this, 'Logs', { deployment }),
        streamPrefix: 'worker',
      }),
    });
    table.grantProducing(this.taskDefinition.taskRole);
    table.grantRanges(this.taskDefinition.taskRole);
    executions.grantResume(this.taskDefinition.taskRole);
    bucket.grantWrite(this.taskDefinition.taskRole);
    database.grantSignIn(this.taskDefinition.taskRole);
    acknowledgeWildcard(
      this.taskDefinition.obtainExecutionRole(),
      ['*'],
      'Pulling an image starts with ecr:GetAuthorizationToken, which has no resource.',
    );
    Validations.of(this.taskDefinition).acknowledge({
      id: 'AwsSolutions-ECS2',
      reason: 'The environment names the table, the bucket and the secret; it holds no secret itself.',
    });
  }
}
