import { ArnFormat, Duration, Stack } from 'aws-cdk-lib';
import { Grant } from 'aws-cdk-lib/aws-iam';
import * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import * as tasks from 'aws-cdk-lib/aws-stepfunctions-tasks';
import { Construct, type IConstruct } from 'constructs';
import { DISMISSED_ERROR } from '../core/contract/step-errors.ts';
import { acknowledgeWildcard, acknowledgeWildcardOf } from './acknowledge.ts';
import { DeploymentLogGroup } from './deployment-log-group.ts';
import type { ExportExecutions } from './export-executions.ts';
import { type RunningStepsProps, runningSteps, stepInput } from './running-steps.ts';
import type { Webhooks } from './webhooks.ts';

/** The backstop of an export's wait. What is stuck is found, and ended, long before. */
const QUEUED_TIMEOUT = Duration.days(7);

export interface ExportStateMachineProps extends RunningStepsProps {
  readonly executions: ExportExecutions;
  readonly webhooks: Webhooks;
}

/**
 * The way of one export: Queued, Running, RecordOutcome, Announce, DeliverWebhooks, and then Ready, Failed or Cancelled.
 */
export class ExportStateMachine extends Construct {
  readonly stateMachine: sfn.StateMachine;

  constructor(scope: Construct, id: string, props: ExportStateMachineProps) {
    super(scope, id);
    const recordOutcome = this.recordOutcome(props);
    const definition = this.queued(props)
      .addCatch(recordOutcome, { resultPath: '$.error' })
      .next(this.running(props).addCatch(recordOutcome, { resultPath: '$.error' }))
      .next(recordOutcome)
      .next(this.announced(props, this.outcome()));
    const { stateMachineName } = props.executions;
    this.stateMachine = new sfn.StateMachine(this, 'StateMachine', {
      stateMachineName,
      definitionBody: sfn.DefinitionBody.fromChainable(definition),
      tracingEnabled: true,
      logs: {
        destination: new DeploymentLogGroup(this, 'Logs', {
          deployment: props.deployment,
          // With this prefix the group needs no entry of its own in the account's log policy, whose size is limited.
          logGroupName: `/aws/vendedlogs/states/${stateMachineName}`,
        }),
        level: sfn.LogLevel.ALL,
        includeExecutionData: false,
      },
    });
    this.grantWorker(props);
    this.acknowledgeWildcards(props);
    this.acknowledgeMapRuns();
  }

  /** The step names the family alone, which on AWS is its newest revision; that may be newer than this policy. */
  private grantWorker({ worker }: ExportStateMachineProps): void {
    const anyRevision = Stack.of(this).formatArn({
      service: 'ecs',
      resource: 'task-definition',
      resourceName: `${worker.taskDefinition.family}:*`,
    });
    Grant.addToPrincipal({ grantee: this.stateMachine, actions: ['ecs:RunTask'], resourceArns: [anyRevision] });
    acknowledgeWildcard(this.stateMachine, [anyRevision], 'Revisions are numbered by ECS when they are registered.');
  }

  private acknowledgeWildcards({ handlers, webhooks }: ExportStateMachineProps): void {
    const functions = [
      handlers.enqueueExport,
      handlers.measureExport,
      handlers.awaitRanges,
      handlers.runSmallExport,
      handlers.recordOutcome,
      handlers.announceExport,
      webhooks.deliverWebhooks,
    ];
    acknowledgeWildcard(
      this.stateMachine,
      functions.map(({ handler }) => `${handler.functionArn}:*`),
      'The versions of the functions that the steps call; none of another function.',
    );
    acknowledgeWildcard(
      this.stateMachine,
      ['*'],
      'Log delivery and X-Ray have no resources; the tasks that are watched and stopped do not exist before.',
    );
  }

  /** A distributed map starts executions of its own machine, and has to find those again. */
  private acknowledgeMapRuns(): void {
    const stack = Stack.of(this);
    const { resourceName = '' } = stack.splitArn(this.stateMachine.stateMachineArn, ArnFormat.COLON_RESOURCE_NAME);
    const executions = [`${resourceName}:*`, `${resourceName}/*:*`].map((name) =>
      stack.formatArn({
        service: 'states',
        resource: 'execution',
        resourceName: name,
        arnFormat: ArnFormat.COLON_RESOURCE_NAME,
      }),
    );
    const policy: IConstruct = this.stateMachine.node.findChild('DistributedMapPolicy');
    acknowledgeWildcardOf(
      policy as Construct,
      executions,
      'Executions and map runs do not exist before; of this machine.',
    );
  }

  /** Waits for a slot; whoever admits the export answers the token. */
  private queued({ handlers }: ExportStateMachineProps): tasks.LambdaInvoke {
    const queued = new tasks.LambdaInvoke(this, 'Queued', {
      integrationPattern: sfn.IntegrationPattern.WAIT_FOR_TASK_TOKEN,
      lambdaFunction: handlers.enqueueExport.handler,
      payload: sfn.TaskInput.fromObject({
        ...stepInput,
        taskToken: sfn.JsonPath.taskToken,
        executionName: sfn.JsonPath.executionName,
        retryCount: sfn.JsonPath.stateRetryCount,
      }),
      resultPath: sfn.JsonPath.DISCARD,
      taskTimeout: sfn.Timeout.duration(QUEUED_TIMEOUT),
      retryOnServiceExceptions: false,
    });
    queued.addRetry({ errors: [DISMISSED_ERROR], maxAttempts: 0 });
    // 2 + 4 + 8 + 16 + 32 and five times 60 s: 6 minutes in all. Enqueueing again only replaces the token, never a later one.
    queued.addRetry({
      errors: [
        'Lambda.ClientExecutionTimeoutException',
        'Lambda.ServiceException',
        'Lambda.AWSLambdaException',
        'Lambda.SdkClientException',
        'Lambda.TooManyRequestsException',
        sfn.Errors.TASKS_FAILED,
      ],
      interval: Duration.seconds(2),
      backoffRate: 2,
      maxAttempts: 10,
      maxDelay: Duration.seconds(60),
    });
    return queued;
  }

  /** A group, so that every way out of its steps is caught in one place. */
  private running(props: ExportStateMachineProps): sfn.Parallel {
    return new sfn.Parallel(this, 'Running', { resultPath: sfn.JsonPath.DISCARD }).branch(runningSteps(this, props));
  }

  /** The record knows how the export ended; what the steps threw is passed on for the case that it does not. */
  private recordOutcome({ handlers }: ExportStateMachineProps): tasks.LambdaInvoke {
    const recordOutcome = new tasks.LambdaInvoke(this, 'RecordOutcome', {
      lambdaFunction: handlers.recordOutcome.handler,
      payload: sfn.TaskInput.fromObject({ ...stepInput, state: sfn.JsonPath.objectAt('$') }),
      resultSelector: {
        status: sfn.JsonPath.stringAt('$.Payload.status'),
        code: sfn.JsonPath.stringAt('$.Payload.code'),
        message: sfn.JsonPath.stringAt('$.Payload.message'),
        announce: sfn.JsonPath.stringAt('$.Payload.announce'),
      },
      resultPath: '$.outcome',
      taskTimeout: sfn.Timeout.duration(Duration.minutes(1)),
      retryOnServiceExceptions: false,
    });
    // 1 + 2 + 4 + 8 + 16 + 32 = 63 s. After that the execution fails, and its status change ends the export.
    recordOutcome.addRetry({
      errors: [sfn.Errors.ALL],
      interval: Duration.seconds(1),
      backoffRate: 2,
      maxAttempts: 6,
    });
    return recordOutcome;
  }

  /** Tells whoever is to be told. That mail does not go out is no matter of the export: the sweeper goes on trying. */
  private announced({ handlers, webhooks }: ExportStateMachineProps, outcome: sfn.Choice): sfn.Choice {
    const announce = new tasks.LambdaInvoke(this, 'Announce', {
      lambdaFunction: handlers.announceExport.handler,
      payload: sfn.TaskInput.fromObject(stepInput),
      resultPath: sfn.JsonPath.DISCARD,
      taskTimeout: sfn.Timeout.duration(Duration.minutes(2)),
      retryOnServiceExceptions: false,
    });
    // 20 + 40 = 60 s: by then what a try that broke off has taken on is free again.
    announce.addRetry({
      errors: [sfn.Errors.ALL],
      interval: Duration.seconds(20),
      backoffRate: 2,
      maxAttempts: 2,
    });
    // A first try at once; all others are made by the minute.
    const deliver = new tasks.LambdaInvoke(this, 'DeliverWebhooks', {
      lambdaFunction: webhooks.deliverWebhooks.handler,
      payload: sfn.TaskInput.fromObject(stepInput),
      resultPath: sfn.JsonPath.DISCARD,
      taskTimeout: sfn.Timeout.duration(Duration.minutes(1)),
      retryOnServiceExceptions: false,
    });
    announce.addCatch(deliver, { resultPath: sfn.JsonPath.DISCARD });
    announce.next(deliver);
    deliver.addCatch(outcome, { resultPath: sfn.JsonPath.DISCARD });
    deliver.next(outcome);
    return new sfn.Choice(this, 'AnyoneToTell')
      .when(sfn.Condition.booleanEquals('$.outcome.announce', true), announce)
      .otherwise(outcome);
  }

  private outcome(): sfn.Choice {
    const failed = new sfn.Fail(this, 'Failed', { errorPath: '$.outcome.code', causePath: '$.outcome.message' });
    const ready = new sfn.Succeed(this, 'Ready');
    const status = (value: string) => sfn.Condition.stringEquals('$.outcome.status', value);
    return (
      new sfn.Choice(this, 'Outcome')
        .when(status('ready'), ready)
        // Deleted, or past its time, before this step had its turn; the file was there.
        .when(status('expired'), ready)
        .when(status('cancelled'), new sfn.Succeed(this, 'Cancelled'))
        .otherwise(failed)
    );
  }
}
