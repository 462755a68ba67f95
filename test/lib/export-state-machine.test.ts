import { describe, expect, it } from 'vitest';
import {
  awaitRangesInput,
  awaitRangesOutput,
  enqueueInput,
  recordOutcomeInput,
  recordOutcomeOutput,
  stepInput,
} from '../../core/contract/payloads.ts';
import { nonRetryableErrors } from '../../core/contract/step-errors.ts';
import { routes } from '../../core/domain/export-record.ts';
import { isTerminal, statuses } from '../../core/domain/lifecycle.ts';
import { SENDING_CLAIM_MS } from '../../core/domain/notification.ts';
import { flatten, functionOf, type Json, onlyResource, statementsOfRole, synthesize } from './synthesize.ts';

const template = synthesize();
const { Properties: machine } = onlyResource(template, 'AWS::StepFunctions::StateMachine');
const definition = JSON.parse(flatten(machine.DefinitionString));
const { Queued, Running, RecordOutcome, AnyoneToTell, Announce, DeliverWebhooks, Outcome } = definition.States;
const [branch] = Running.Branches;
const { Measure, Route, UnknownRoute, RunSmall, RunLarge, RunPartitioned } = branch.States;
const [leading, following] = RunPartitioned.Branches;
const { Lead } = leading.States;
const { AwaitRanges, RunParts } = following.States;
const { RunPart } = RunParts.ItemProcessor.States;
const variablesOf = ({ Parameters }: Json) => Parameters.Overrides.ContainerOverrides[0].Environment;
const capacityOf = ({ Parameters }: Json) => Parameters.CapacityProviderStrategy[0];

const keysOf = (parameters: object) => Object.keys(parameters).map((key) => key.replace(/\.\$$/, ''));
const targetsOf = (choice: Json) => choice.Choices.map((rule: Json) => [rule.StringEquals, rule.Next]);

describe('states', () => {
  it('are named as users know them', () => {
    expect(definition.StartAt).toBe('Queued');
    expect(Object.keys(definition.States).sort()).toEqual(
      [
        'Queued',
        'Running',
        'RecordOutcome',
        'AnyoneToTell',
        'Announce',
        'DeliverWebhooks',
        'Outcome',
        'Ready',
        'Failed',
        'Cancelled',
      ].sort(),
    );
    expect(branch.StartAt).toBe('Measure');
    expect(Object.keys(branch.States).sort()).toEqual([
      'Measure',
      'Route',
      'RunLarge',
      'RunPartitioned',
      'RunSmall',
      'UnknownRoute',
    ]);
  });

  it('follow one another', () => {
    const steps = [Queued, Running, RecordOutcome, Announce, DeliverWebhooks, Measure];
    expect(steps.map(({ Next }) => Next)).toEqual([
      'Running',
      'RecordOutcome',
      'AnyoneToTell',
      'DeliverWebhooks',
      'Outcome',
      'Route',
    ]);
  });

  it('give each route its step, and name one that is unknown', () => {
    expect(targetsOf(Route)).toEqual([
      ['small', 'RunSmall'],
      ['large', 'RunLarge'],
      ['partitioned', 'RunPartitioned'],
    ]);
    expect(targetsOf(Route).map(([route]: [string]) => route)).toEqual([...routes]);
    expect(Route.Default).toBe('UnknownRoute');
    expect(UnknownRoute).toMatchObject({ Type: 'Fail', Error: 'UnknownRoute', CausePath: Route.Choices[0].Variable });
  });

  it('end in the state of the outcome’s status', () => {
    expect(targetsOf(Outcome)).toEqual([
      ['ready', 'Ready'],
      ['expired', 'Ready'],
      ['cancelled', 'Cancelled'],
    ]);
    expect(Outcome.Default).toBe('Failed');
    const handled = [...targetsOf(Outcome).map(([status]: [string]) => status), 'failed'];
    expect(handled.sort()).toEqual(statuses.filter(isTerminal).sort());
    expect(definition.States.Ready.Type).toBe('Succeed');
    expect(definition.States.Cancelled.Type).toBe('Succeed');
    expect(definition.States.Failed).toEqual({
      Type: 'Fail',
      ErrorPath: '$.outcome.code',
      CausePath: '$.outcome.message',
    });
  });
});

describe('payloads', () => {
  const input = Object.keys(stepInput.shape);

  it('tell each step what its schema asks for', () => {
    expect(keysOf(Queued.Parameters.Payload)).toEqual(Object.keys(enqueueInput.shape));
    expect(keysOf(Measure.Parameters.Payload)).toEqual(input);
    expect(keysOf(RunSmall.Parameters.Payload)).toEqual(input);
    expect(keysOf(AwaitRanges.Parameters.Payload)).toEqual(Object.keys(awaitRangesInput.shape));
    expect(keysOf(Announce.Parameters.Payload)).toEqual(input);
    expect(keysOf(DeliverWebhooks.Parameters.Payload)).toEqual(input);
    expect(keysOf(RecordOutcome.Parameters.Payload)).toEqual(Object.keys(recordOutcomeInput.shape));
    expect(RecordOutcome.Parameters.Payload['state.$']).toBe('$');
    expect(Measure.Parameters.Payload['executionArn.$']).toBe('$$.Execution.Id');
  });

  it('keep the input for the steps that follow', () => {
    const withoutResult = [Queued, Running, RunSmall, RunLarge, RunPartitioned, Announce, DeliverWebhooks];
    expect(withoutResult.map(({ ResultPath }) => ResultPath)).toEqual(Array(7).fill(null));
    expect(RecordOutcome.ResultPath).toBe('$.outcome');
    expect(Measure.ResultPath).toBe('$.measure');
    expect(Measure.ResultSelector).toEqual({ 'route.$': '$.Payload.route' });
    expect(keysOf(RecordOutcome.ResultSelector)).toEqual(Object.keys(recordOutcomeOutput.shape));
  });
});

describe('Queued', () => {
  it('waits for its token, of which it tells the place, for seven days at most', () => {
    expect(Queued.Resource).toMatch(/:states:::lambda:invoke\.waitForTaskToken$/);
    expect(Queued.Parameters.Payload['taskToken.$']).toBe('$$.Task.Token');
    expect(Queued.Parameters.Payload['executionName.$']).toBe('$$.Execution.Name');
    expect(Queued.Parameters.Payload['retryCount.$']).toBe('$$.State.RetryCount');
    expect(Queued.TimeoutSeconds).toBe(7 * 24 * 3600);
  });

  it('gives up at once when dismissed, and otherwise tries for minutes', () => {
    expect(Queued.Retry[0]).toEqual({ ErrorEquals: ['Dismissed'], MaxAttempts: 0 });
    expect(Queued.Retry[1]).toMatchObject({ IntervalSeconds: 2, BackoffRate: 2, MaxAttempts: 10, MaxDelaySeconds: 60 });
    expect(Queued.Retry[1].ErrorEquals).toEqual(
      expect.arrayContaining(['States.TaskFailed', 'Lambda.TooManyRequestsException']),
    );
    expect(Queued.Retry[1].ErrorEquals).not.toContain('States.Timeout');
  });
});

describe('Running', () => {
  it.each([
    { name: 'Measure', step: Measure, retries: 2 },
    { name: 'RunSmall', step: RunSmall, retries: 2 },
    // Stops by Spot use up retries as well.
    { name: 'RunLarge', step: RunLarge, retries: 5 },
  ])('retries $name $retries times, but not what is hopeless', ({ step, retries }) => {
    const backoff = { IntervalSeconds: 1, BackoffRate: 2, MaxDelaySeconds: 600, JitterStrategy: 'FULL' };
    expect(step.Retry).toEqual([
      { ErrorEquals: nonRetryableErrors, MaxAttempts: 0 },
      { ErrorEquals: ['States.ALL'], MaxAttempts: retries, ...backoff },
    ]);
  });

  it('waits longer between tries where the stage says so', () => {
    const { Properties } = onlyResource(synthesize({ stage: 'dev' }), 'AWS::StepFunctions::StateMachine');
    const { States } = JSON.parse(flatten(Properties.DefinitionString));
    expect(States.Running.Branches[0].States.RunLarge.Retry[1].IntervalSeconds).toBe(30);
  });

  it('ends a step that hangs, after its function would have ended by itself', () => {
    expect([Measure.TimeoutSeconds, RunSmall.TimeoutSeconds, RunLarge.TimeoutSeconds]).toEqual([120, 360, 6 * 3600]);
    expect(functionOf(template, 'measure-export').Properties.Timeout).toBeLessThan(120);
    expect(functionOf(template, 'run-small-export').Properties.Timeout).toBeLessThan(360);
    expect(functionOf(template, 'record-outcome').Properties.Timeout).toBeLessThan(RecordOutcome.TimeoutSeconds);
    expect(functionOf(template, 'announce-export').Properties.Timeout).toBeLessThan(Announce.TimeoutSeconds);
    expect(functionOf(template, 'deliver-webhooks').Properties.Timeout).toBeLessThan(DeliverWebhooks.TimeoutSeconds);
  });

  it('runs a large export as one task, first on Spot and then on demand, without a public address', () => {
    expect(RunLarge.Resource).toMatch(/:states:::ecs:runTask\.sync$/);
    const { Parameters } = RunLarge;
    const onDemand = Array(RunLarge.Retry[1].MaxAttempts).fill("'FARGATE'");
    expect(Parameters.CapacityProviderStrategy).toEqual([
      {
        'CapacityProvider.$': `States.ArrayGetItem(States.Array(${["'FARGATE_SPOT'", ...onDemand].join(', ')}), $$.State.RetryCount)`,
      },
    ]);
    expect(Parameters.NetworkConfiguration.AwsvpcConfiguration.AssignPublicIp).not.toBe('ENABLED');
    const container = onlyResource(template, 'AWS::ECS::TaskDefinition').Properties.ContainerDefinitions[0];
    expect(Parameters.Overrides.ContainerOverrides).toEqual([
      {
        Name: container.Name,
        Environment: [
          { Name: 'ROLE', Value: 'alone' },
          { Name: 'ACCOUNT_ID', 'Value.$': '$.accountId' },
          { Name: 'EXPORT_ID', 'Value.$': '$.exportId' },
          { Name: 'EXECUTION_ARN', 'Value.$': '$$.Execution.Id' },
        ],
      },
    ]);
  });
});

describe('RunPartitioned', () => {
  it('has two branches that know each other by the run they belong to', () => {
    expect(keysOf(RunPartitioned.Parameters)).toEqual(['accountId', 'exportId', 'executionArn', 'handover']);
    expect(RunPartitioned.Parameters['handover.$']).toBe(
      "States.Format('{}-{}', $$.Execution.Name, $$.State.RetryCount)",
    );
    expect(variablesOf(Lead)).toContainEqual({ Name: 'HANDOVER', 'Value.$': '$.handover' });
    expect(AwaitRanges.Parameters.Payload['handover.$']).toBe('$.handover');
    expect(AwaitRanges.Resource).toMatch(/:states:::lambda:invoke\.waitForTaskToken$/);
  });

  it('is begun anew as a whole when its lead is lost', () => {
    expect(Lead.Retry).toBeUndefined();
    expect(RunPartitioned.Retry).toEqual(RunLarge.Retry);
    expect(variablesOf(Lead)).toContainEqual({ Name: 'ROLE', Value: 'lead' });
    expect(capacityOf(Lead)).toEqual({ CapacityProvider: 'FARGATE' });
  });

  it('starts as many workers as the lead has called for, and each of them again when it is lost', () => {
    expect(RunParts.ItemsPath).toBe(`$.lead.${Object.keys(awaitRangesOutput.shape)[0]}`);
    expect(AwaitRanges.ResultPath).toBe('$.lead');
    expect(RunParts.MaxConcurrency).toBe(4);
    expect(RunParts.ItemProcessor.ProcessorConfig).toEqual({ Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' });
    expect(RunPart.Retry).toEqual(RunLarge.Retry);
    expect(variablesOf(RunPart)).toContainEqual({ Name: 'ROLE', Value: 'part' });
    expect(capacityOf(RunPart)).toEqual(capacityOf(RunLarge));
  });

  it('tells each worker the execution of the export, not its own', () => {
    expect(RunParts.ItemSelector).toEqual({
      'accountId.$': '$.accountId',
      'exportId.$': '$.exportId',
      'executionArn.$': '$.executionArn',
      'worker.$': '$$.Map.Item.Value',
    });
    expect(RunPartitioned.Parameters['executionArn.$']).toBe('$$.Execution.Id');
    expect(variablesOf(RunPart)).toContainEqual({ Name: 'EXECUTION_ARN', 'Value.$': '$.executionArn' });
  });
});

describe('every way out', () => {
  it('leads through RecordOutcome, with the error', () => {
    const caught = [{ ErrorEquals: ['States.ALL'], ResultPath: '$.error', Next: 'RecordOutcome' }];
    expect(Queued.Catch).toEqual(caught);
    expect(Running.Catch).toEqual(caught);
  });

  it('is recorded even when recording fails for a minute', () => {
    expect(RecordOutcome.Retry).toEqual([
      { ErrorEquals: ['States.ALL'], IntervalSeconds: 1, MaxAttempts: 6, BackoffRate: 2 },
    ]);
    expect(RecordOutcome.Catch).toBeUndefined();
  });
});

describe('Announce', () => {
  it('is taken only where somebody is to be told', () => {
    expect(AnyoneToTell.Choices).toEqual([{ Variable: '$.outcome.announce', BooleanEquals: true, Next: 'Announce' }]);
    expect(AnyoneToTell.Default).toBe('Outcome');
  });

  it('is tried for as long as a broken try keeps others away, and never keeps the export from its outcome', () => {
    const [{ IntervalSeconds, BackoffRate, MaxAttempts, ErrorEquals }] = Announce.Retry;
    const waits = Array.from({ length: MaxAttempts }, (_, n) => IntervalSeconds * BackoffRate ** n);
    expect(ErrorEquals).toEqual(['States.ALL']);
    expect(waits.reduce((sum, wait) => sum + wait, 0) * 1000).toBeGreaterThanOrEqual(SENDING_CLAIM_MS);
    expect(Announce.Catch).toEqual([{ ErrorEquals: ['States.ALL'], ResultPath: null, Next: 'DeliverWebhooks' }]);
  });
});

describe('DeliverWebhooks', () => {
  it('makes the first try, and leaves all others to the schedule', () => {
    expect(DeliverWebhooks.Retry).toBeUndefined();
    expect(DeliverWebhooks.Catch).toEqual([{ ErrorEquals: ['States.ALL'], ResultPath: null, Next: 'Outcome' }]);
  });
});

describe('the state machine', () => {
  const statements = statementsOfRole(template, machine.RoleArn['Fn::GetAtt'][0]);
  const allowing = (action: string) => statements.filter(({ actions }) => actions.includes(action));

  it('logs every step, but no data', () => {
    expect(machine.LoggingConfiguration).toMatchObject({ Level: 'ALL', IncludeExecutionData: false });
  });

  it('is started by the name that functions were given', () => {
    expect(machine.StateMachineName).toBe('Waybill-local-exports');
    const { STATE_MACHINE_ARN } = functionOf(template, 'create-export').Properties.Environment.Variables;
    expect(flatten(STATE_MACHINE_ARN)).toMatch(/:stateMachine:Waybill-local-exports$/);
  });

  it('may run any revision of the worker’s task, and pass on its two roles only', () => {
    const [run] = allowing('ecs:RunTask');
    expect(run?.resources).toContainEqual(expect.stringMatching(/:task-definition\/Waybill-local-worker:\*$/));
    const task = onlyResource(template, 'AWS::ECS::TaskDefinition').Properties;
    expect(
      allowing('iam:PassRole')
        .flatMap(({ resources }) => resources)
        .sort(),
    ).toEqual([flatten(task.ExecutionRoleArn), flatten(task.TaskRoleArn)].sort());
  });

  it('may start executions of itself, and stop those, for its map', () => {
    const [start] = allowing('states:StartExecution');
    expect(start?.resources).toHaveLength(1);
    const own = start?.resources[0] ?? '';
    const [stop] = allowing('states:StopExecution');
    expect(stop?.resources.every((resource) => resource.endsWith(':*') && !resource.endsWith('execution:*'))).toBe(
      true,
    );
    expect(own).toMatch(/ExportStateMachine/);
  });

  it('may hear of the end of a task', () => {
    const [events] = allowing('events:PutRule');
    expect(events?.actions).toEqual(['events:DescribeRule', 'events:PutRule', 'events:PutTargets']);
    expect(events?.resources).toEqual([expect.stringMatching(/:rule\/StepFunctionsGetEventsForECSTaskRule$/)]);
  });
});
