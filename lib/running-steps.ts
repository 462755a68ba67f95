import { Duration } from 'aws-cdk-lib';
import { FargatePlatformVersion } from 'aws-cdk-lib/aws-ecs';
import * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import * as tasks from 'aws-cdk-lib/aws-stepfunctions-tasks';
import type { Construct } from 'constructs';
import {
  nonRetryableErrors,
  RUN_LARGE_MAX_RETRIES,
  STEP_BACKOFF_RATE,
  STEP_MAX_DELAY_SECONDS,
  STEP_MAX_RETRIES,
} from '../core/contract/step-errors.ts';
import type { Deployment } from './deployment.ts';
import type { Network } from './network.ts';
import type { StepHandlers } from './step-handlers.ts';
import type { WorkerTask } from './worker-task.ts';

export interface RunningStepsProps {
  readonly deployment: Deployment;
  readonly network: Network;
  readonly handlers: StepHandlers;
  readonly worker: WorkerTask;
}

/** What every step is told. */
export const stepInput = {
  accountId: sfn.JsonPath.stringAt('$.accountId'),
  exportId: sfn.JsonPath.stringAt('$.exportId'),
  executionArn: sfn.JsonPath.executionId,
};

const MEASURE_TIMEOUT = Duration.minutes(2);
const RUN_SMALL_TIMEOUT = Duration.minutes(6);
const RUN_LARGE_TIMEOUT = Duration.hours(6);

/**
 * The capacity of each try. ECS never moves a task to the other kind when one is short, and would give a retry what it
 * gave the first try; so only the first is made where it is cheap, and may be interrupted.
 * @see https://docs.aws.amazon.com/AmazonECS/latest/developerguide/fargate-capacity-providers.html
 */
const capacityOfTries = ['FARGATE_SPOT', ...Array<string>(RUN_LARGE_MAX_RETRIES).fill('FARGATE')];

/** Measure the export, then produce its file where its size wants it. */
export function runningSteps(scope: Construct, props: RunningStepsProps): sfn.IChainable {
  const { measureExport, runSmallExport } = props.handlers;
  const measure = new tasks.LambdaInvoke(scope, 'Measure', {
    lambdaFunction: measureExport.handler,
    payload: sfn.TaskInput.fromObject(stepInput),
    resultSelector: { route: sfn.JsonPath.stringAt('$.Payload.route') },
    resultPath: '$.measure',
    taskTimeout: sfn.Timeout.duration(MEASURE_TIMEOUT),
    retryOnServiceExceptions: false,
  });
  const runSmall = new tasks.LambdaInvoke(scope, 'RunSmall', {
    lambdaFunction: runSmallExport.handler,
    payload: sfn.TaskInput.fromObject(stepInput),
    resultPath: sfn.JsonPath.DISCARD,
    taskTimeout: sfn.Timeout.duration(RUN_SMALL_TIMEOUT),
    retryOnServiceExceptions: false,
  });
  const runLarge = runLargeStep(scope, props);
  for (const step of [measure, runSmall]) addRetries(step, STEP_MAX_RETRIES, props.deployment);
  addRetries(runLarge, RUN_LARGE_MAX_RETRIES, props.deployment);

  const route = '$.measure.route';
  return measure.next(
    new sfn.Choice(scope, 'Route')
      .when(sfn.Condition.stringEquals(route, 'small'), runSmall)
      .when(sfn.Condition.stringEquals(route, 'large'), runLarge)
      // A route that takes several tasks is one more `when` with steps of its own.
      .otherwise(new sfn.Fail(scope, 'UnknownRoute', { error: 'UnknownRoute', causePath: route })),
  );
}

function runLargeStep(scope: Construct, { network, worker }: RunningStepsProps): tasks.EcsRunTask {
  const capacityOfThisTry = sfn.JsonPath.arrayGetItem(
    sfn.JsonPath.array(...capacityOfTries),
    sfn.JsonPath.numberAt('$$.State.RetryCount'),
  );
  return new tasks.EcsRunTask(scope, 'RunLarge', {
    integrationPattern: sfn.IntegrationPattern.RUN_JOB,
    cluster: worker.cluster,
    taskDefinition: worker.taskDefinition,
    launchTarget: new tasks.EcsFargateLaunchTarget({
      platformVersion: FargatePlatformVersion.LATEST,
      capacityProviderOptions: tasks.CapacityProviderOptions.custom([{ capacityProvider: capacityOfThisTry }]),
    }),
    subnets: network.subnets,
    securityGroups: [network.workloads],
    assignPublicIp: false,
    containerOverrides: [
      {
        containerDefinition: worker.container,
        environment: [
          { name: 'ACCOUNT_ID', value: stepInput.accountId },
          { name: 'EXPORT_ID', value: stepInput.exportId },
          { name: 'EXECUTION_ARN', value: stepInput.executionArn },
        ],
      },
    ],
    resultPath: sfn.JsonPath.DISCARD,
    taskTimeout: sfn.Timeout.duration(RUN_LARGE_TIMEOUT),
  });
}

/** @see core/contract/step-errors.ts for the waits this adds up to */
function addRetries(step: sfn.TaskStateBase, maxAttempts: number, { config }: Deployment): void {
  // The first retrier that matches decides, so what is hopeless comes first.
  step.addRetry({ errors: [...nonRetryableErrors], maxAttempts: 0 });
  step.addRetry({
    errors: [sfn.Errors.ALL],
    maxAttempts,
    interval: Duration.seconds(config.stepRetryIntervalSeconds),
    backoffRate: STEP_BACKOFF_RATE,
    maxDelay: Duration.seconds(STEP_MAX_DELAY_SECONDS),
    jitterStrategy: sfn.JitterType.FULL,
  });
}
