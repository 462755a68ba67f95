import { Duration } from 'aws-cdk-lib';
import * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import * as tasks from 'aws-cdk-lib/aws-stepfunctions-tasks';
import type { Construct } from 'constructs';
import { RUN_LARGE_MAX_RETRIES } from '../core/contract/step-errors.ts';
import type { RunningStepsProps } from './running-steps.ts';
import { addRetries } from './step-retries.ts';
import { workerStep } from './worker-steps.ts';

/** As long as the lead, which lets it go, may take. */
const AWAIT_RANGES_TIMEOUT = Duration.hours(6);

/** What every step of one run of the group is told; a run that is repeated is called by another name. */
const groupInput = {
  accountId: sfn.JsonPath.stringAt('$.accountId'),
  exportId: sfn.JsonPath.stringAt('$.exportId'),
  executionArn: sfn.JsonPath.executionId,
  handover: sfn.JsonPath.format('{}-{}', sfn.JsonPath.executionName, sfn.JsonPath.stringAt('$$.State.RetryCount')),
};

const executionArn = sfn.JsonPath.stringAt('$.executionArn');

/**
 * Several tasks make one file: a lead holds the snapshot and the upload, and calls for workers, which share out the rows
 * among themselves. When a worker is lost it alone is started again; with the lead, all of them are.
 */
export function partitionedSteps(scope: Construct, props: RunningStepsProps): sfn.Parallel {
  const { network, worker, deployment } = props;
  // Its loss costs all that the others have made, so it is never interrupted.
  const lead = workerStep(scope, 'Lead', {
    network,
    worker,
    role: 'lead',
    executionArn,
    environment: { HANDOVER: sfn.JsonPath.stringAt('$.handover') },
    mayBeInterrupted: false,
  });
  const partitioned = new sfn.Parallel(scope, 'RunPartitioned', {
    parameters: groupInput,
    resultPath: sfn.JsonPath.DISCARD,
  });
  partitioned.branch(lead, awaitRanges(scope, props).next(workers(scope, props)));
  addRetries(partitioned, RUN_LARGE_MAX_RETRIES, deployment);
  return partitioned;
}

/** Waits for the lead's word; which of the two comes first does not matter. */
function awaitRanges(scope: Construct, { handlers, deployment }: RunningStepsProps): tasks.LambdaInvoke {
  const step = new tasks.LambdaInvoke(scope, 'AwaitRanges', {
    integrationPattern: sfn.IntegrationPattern.WAIT_FOR_TASK_TOKEN,
    lambdaFunction: handlers.awaitRanges.handler,
    payload: sfn.TaskInput.fromObject({
      accountId: groupInput.accountId,
      exportId: groupInput.exportId,
      executionArn,
      taskToken: sfn.JsonPath.taskToken,
      handover: sfn.JsonPath.stringAt('$.handover'),
    }),
    resultPath: '$.lead',
    taskTimeout: sfn.Timeout.duration(AWAIT_RANGES_TIMEOUT),
    retryOnServiceExceptions: false,
  });
  addRetries(step, RUN_LARGE_MAX_RETRIES, deployment);
  return step;
}

/** As many as the lead has called for; each takes ranges until there are none left. */
function workers(scope: Construct, { network, worker, deployment }: RunningStepsProps): sfn.DistributedMap {
  const part = workerStep(scope, 'RunPart', {
    network,
    worker,
    role: 'part',
    executionArn,
    environment: { WORKER_NUMBER: sfn.JsonPath.format('{}', sfn.JsonPath.stringAt('$.worker')) },
    mayBeInterrupted: true,
  });
  addRetries(part, RUN_LARGE_MAX_RETRIES, deployment);
  return new sfn.DistributedMap(scope, 'RunParts', {
    itemsPath: '$.lead.workers',
    itemSelector: {
      accountId: groupInput.accountId,
      exportId: groupInput.exportId,
      executionArn,
      worker: sfn.JsonPath.stringAt('$$.Map.Item.Value'),
    },
    maxConcurrency: deployment.config.partWorkers,
    mapExecutionType: sfn.StateMachineType.STANDARD,
    resultPath: sfn.JsonPath.DISCARD,
  }).itemProcessor(part);
}
