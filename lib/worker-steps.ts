import { Duration } from 'aws-cdk-lib';
import { FargatePlatformVersion } from 'aws-cdk-lib/aws-ecs';
import * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import * as tasks from 'aws-cdk-lib/aws-stepfunctions-tasks';
import type { Construct } from 'constructs';
import type { WorkerRole } from '../core/contract/env.ts';
import { RUN_LARGE_MAX_RETRIES } from '../core/contract/step-errors.ts';
import type { Network } from './network.ts';
import type { WorkerTask } from './worker-task.ts';

const TIMEOUT = Duration.hours(6);

/**
 * The capacity of each try. ECS never moves a task to the other kind when one is short, and would give a retry what it
 * gave the first try; so only the first is made where it is cheap, and may be interrupted.
 * @see https://docs.aws.amazon.com/AmazonECS/latest/developerguide/fargate-capacity-providers.html
 */
const capacityOfTries = ['FARGATE_SPOT', ...Array<string>(RUN_LARGE_MAX_RETRIES).fill('FARGATE')];

/** On Spot at first, on demand after. */
const spotFirst = () =>
  sfn.JsonPath.arrayGetItem(sfn.JsonPath.array(...capacityOfTries), sfn.JsonPath.numberAt('$$.State.RetryCount'));

export interface WorkerStepProps {
  readonly network: Network;
  readonly worker: WorkerTask;
  readonly role: WorkerRole;
  /** Where its input has the execution that it belongs to. */
  readonly executionArn: string;
  /** What it is told besides the export. */
  readonly environment?: Readonly<Record<string, string>>;
  /** Whether its first try may be interrupted. */
  readonly mayBeInterrupted: boolean;
}

/** Runs the worker's task, and waits until it has ended. */
export function workerStep(scope: Construct, id: string, props: WorkerStepProps): tasks.EcsRunTask {
  const { network, worker, role, executionArn, environment = {} } = props;
  const variables = {
    ROLE: role,
    ACCOUNT_ID: sfn.JsonPath.stringAt('$.accountId'),
    EXPORT_ID: sfn.JsonPath.stringAt('$.exportId'),
    EXECUTION_ARN: executionArn,
    ...environment,
  };
  return new tasks.EcsRunTask(scope, id, {
    integrationPattern: sfn.IntegrationPattern.RUN_JOB,
    cluster: worker.cluster,
    taskDefinition: worker.taskDefinition,
    launchTarget: new tasks.EcsFargateLaunchTarget({
      platformVersion: FargatePlatformVersion.LATEST,
      capacityProviderOptions: tasks.CapacityProviderOptions.custom([
        { capacityProvider: props.mayBeInterrupted ? spotFirst() : 'FARGATE' },
      ]),
    }),
    subnets: network.subnets,
    securityGroups: [network.workloads],
    assignPublicIp: false,
    containerOverrides: [
      {
        containerDefinition: worker.container,
        environment: Object.entries(variables).map(([name, value]) => ({ name, value })),
      },
    ],
    resultPath: sfn.JsonPath.DISCARD,
    taskTimeout: sfn.Timeout.duration(TIMEOUT),
  });
}
