import { describe, expect, it } from 'vitest';
import { operations, operationsParameter } from '../../core/contract/operations.ts';
import { executionStatusChange } from '../../core/contract/payloads.ts';
import { flatten, type Json, resourcesOf, synthesize } from './synthesize.ts';

const template = synthesize();
const functions = resourcesOf(template, 'AWS::Lambda::Function');
const rules: Json[] = Object.values(resourcesOf(template, 'AWS::Events::Rule')).map((rule) => rule.Properties);

function ruleFor(workload: string): Json {
  const [rule] = rules.filter(({ Targets }) =>
    Targets.some(
      (target: Json) => functions[target.Arn['Fn::GetAtt'][0]].Properties.Description === `Waybill ${workload}`,
    ),
  );
  return rule;
}

describe('OperationsParameter', () => {
  it('is found by the stage, and tells names and caps', () => {
    const parameters: Json[] = Object.values(resourcesOf(template, 'AWS::SSM::Parameter'));
    const found = parameters.find(({ Properties }) => Properties.Name === operationsParameter('local'));
    const told = operations.parse(JSON.parse(flatten(found.Properties.Value)));
    expect(told).toMatchObject({ poolCap: 4, accountCap: 5, userCap: 10 });
    expect(told.stateMachineArn).toMatch(/:stateMachine:Waybill-local-exports$/);
    expect(told.flagsParameter).toMatch(/^<RolloutFlagsParameter\w+>$/);
  });
});

describe('Sweeper', () => {
  it('sweeps every minute, and is done before the next', () => {
    expect(ruleFor('sweep-exports')).toMatchObject({ ScheduleExpression: 'rate(1 minute)', State: 'ENABLED' });
    const [sweep] = Object.values(functions).filter(({ Properties }) => /sweep/.test(Properties.Description));
    expect(sweep.Properties.Timeout).toBeLessThan(60);
  });
});

describe('a pass that failed', () => {
  it('is not repeated by Lambda, which would run two at once: only those of each minute say so', () => {
    const configured: Json[] = Object.values(resourcesOf(template, 'AWS::Lambda::EventInvokeConfig'));
    const told = configured.map(({ Properties }) => [
      functions[Properties.FunctionName.Ref].Properties.Description,
      Properties.MaximumRetryAttempts,
      Properties.MaximumEventAgeInSeconds,
    ]);
    expect(told.sort()).toEqual([
      ['Waybill deliver-webhooks', 0, 60],
      ['Waybill sweep-exports', 0, 60],
    ]);
  });
});

describe('Reconciler', () => {
  const { EventPattern } = ruleFor('reconcile-execution');

  it('hears of every execution that is over, of this state machine alone', () => {
    expect(EventPattern.source).toEqual(['aws.states']);
    expect(EventPattern['detail-type']).toEqual([executionStatusChange.shape['detail-type'].value]);
    expect(EventPattern.detail.stateMachineArn.map(flatten)).toEqual([
      expect.stringMatching(/:stateMachine:Waybill-local-exports$/),
    ]);
  });

  it('is not called while an execution runs or can be redriven', () => {
    const { status } = executionStatusChange.shape.detail.shape;
    const notOver = status.options.filter((option) => !EventPattern.detail.status.includes(option));
    expect(notOver.sort()).toEqual(['PENDING_REDRIVE', 'RUNNING']);
  });
});
