import { Duration } from 'aws-cdk-lib';
import * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import * as tasks from 'aws-cdk-lib/aws-stepfunctions-tasks';
import type { Construct } from 'constructs';
import { RUN_LARGE_MAX_RETRIES, STEP_MAX_RETRIES } from '../core/contract/step-errors.ts';
import type { Deployment } from './deployment.ts';
import type { Network } from './network.ts';
import { partitionedSteps } from './partitioned-steps.ts';
import type { StepHandlers } from './step-handlers.ts';
import { addRetries } from './step-retries.ts';
import { workerStep } from './worker-steps.ts';
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
  const { network, worker } = props;
  const runLarge = workerStep(scope, 'RunLarge', {
    network,
    worker,
    role: 'alone',
    executionArn: stepInput.executionArn,
    mayBeInterrupted: true,
  });
  for (const step of [measure, runSmall]) addRetries(step, STEP_MAX_RETRIES, props.deployment);
  addRetries(runLarge, RUN_LARGE_MAX_RETRIES, props.deployment);

  const route = '$.measure.route';
  return measure.next(
    new sfn.Choice(scope, 'Route')
      .when(sfn.Condition.stringEquals(route, 'small'), runSmall)
      .when(sfn.Condition.stringEquals(route, 'large'), runLarge)
      .when(sfn.Condition.stringEquals(route, 'partitioned'), partitionedSteps(scope, props))
      .otherwise(new sfn.Fail(scope, 'UnknownRoute', { error: 'UnknownRoute', causePath: route })),
  );
}
