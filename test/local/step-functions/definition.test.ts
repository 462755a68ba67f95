// @module-tag unknown-to-the-local-cloud

import { describe, expect, test } from 'vitest';
import { loadStateMachine } from '../../../local/step-functions/state-machine.ts';
import { ecsTask, lambdaTask, MACHINE_ARN, only, ROLE_ARN, tokenTask } from './cloud.ts';
import { EXPORT_MACHINE } from './export-machine.ts';

const load = (definition: unknown) =>
  loadStateMachine({ arn: MACHINE_ARN, name: 'exports', roleArn: ROLE_ARN, definition });

const pass = { Type: 'Pass', End: true };
const map = (more: object = {}, processor: object = {}) => ({
  Type: 'Map',
  ItemProcessor: { StartAt: 'Part', States: { Part: pass }, ...processor },
  ...more,
});

test('a whole machine is accepted, as JSON and as its text', () => {
  expect(load(EXPORT_MACHINE).definition.StartAt).toBe('Queued');
  expect(load(JSON.stringify(EXPORT_MACHINE)).definition).toEqual(load(EXPORT_MACHINE).definition);
});

describe('what cannot be honoured is refused by machine, state and field', () => {
  const nested = { StartAt: 'Deep', States: { Deep: { ...pass, Assign: {} } } };
  test.for<[field: string, state: object, name?: string]>([
    ['QueryLanguage', lambdaTask('f', { QueryLanguage: 'JSONata' })],
    ['Arguments', lambdaTask('f', { Arguments: {} })],
    ['Assign', lambdaTask('f', { Assign: {} })],
    ['Credentials', lambdaTask('f', { Credentials: {} })],
    ['TimeoutSecondsPath', lambdaTask('f', { TimeoutSecondsPath: '$.t' })],
    ['HeartbeatSecondsPath', tokenTask('f', { HeartbeatSecondsPath: '$.t' })],
    ['HeartbeatSeconds', lambdaTask('f', { HeartbeatSeconds: 5 })],
    ['Resource', lambdaTask('f', { Resource: 'arn:aws:states:eu-central-1:000000000000:activity:work' })],
    ['Resource', lambdaTask('f', { Resource: 'arn:aws:states:::sqs:sendMessage' })],
    ['Resource', lambdaTask('f', { Resource: 'arn:aws:lambda:eu-central-1:000000000000:function:f' })],
    ['Resource', lambdaTask('f', { Resource: 'arn:aws:states:::ecs:runTask' })],
    ['Parameters', lambdaTask('f', { Parameters: { FunctionName: 'f', InvocationType: 'Event' } })],
    ['Parameters', lambdaTask('f', { Parameters: { Payload: {} } })],
    ['Parameters', lambdaTask('f', { Parameters: { FunctionName: 'f', 'Payload.$': '$.a[*].b' } })],
    ['Parameters', lambdaTask('f', { Parameters: { FunctionName: 'f', 'Payload.$': '$..b' } })],
    ['Parameters', lambdaTask('f', { Parameters: { FunctionName: 'f', 'Payload.$': '$$.State.Colour' } })],
    ['Parameters', lambdaTask('f', { Parameters: { FunctionName: 'f', 'Payload.$': '$$.Task.Token' } })],
    ['Parameters', lambdaTask('f', { Parameters: { FunctionName: 'f', 'Payload.$': 'States.Hash($.a)' } })],
    ['Parameters', tokenTask('f', { Parameters: { FunctionName: 'f', Payload: {} } })],
    ['Parameters', ecsTask([], { Parameters: { Cluster: 'c', TaskDefinition: 't', Count: 2 } })],
    ['Parameters', ecsTask([], { Parameters: { Cluster: 'c', TaskDefinition: 't', Overrides: { TaskRoleArn: 'r' } } })],
    [
      'Parameters',
      ecsTask([], {
        Parameters: {
          Cluster: 'c',
          TaskDefinition: 't',
          Overrides: { ContainerOverrides: [{ Name: 'w', Command: ['x'] }] },
        },
      }),
    ],
    ['ResultSelector', lambdaTask('f', { ResultSelector: { 'token.$': '$$.Task.Token' } })],
    ['ResultPath', lambdaTask('f', { ResultPath: '$$.Execution.Id' })],
    ['Retry', lambdaTask('f', { Retry: [{ ErrorEquals: ['States.ALL'] }, { ErrorEquals: ['X'] }] })],
    ['Retry.0.Delay', lambdaTask('f', { Retry: [{ ErrorEquals: ['X'], Delay: 1 }] })],
    ['Catch.0.Assign', lambdaTask('f', { Catch: [{ ErrorEquals: ['X'], Next: 'Only', Assign: {} }] })],
    ['Catch', lambdaTask('f', { Catch: [{ ErrorEquals: ['X'], Next: 'Nowhere' }] })],
    ['Next', { Type: 'Pass', Next: 'Nowhere' }],
    ['ItemReader', map({ ItemReader: {} })],
    ['ItemBatcher', map({ ItemBatcher: {} })],
    ['ResultWriter', map({ ResultWriter: {} })],
    ['ToleratedFailurePercentage', map({ ToleratedFailurePercentage: 5 })],
    [
      'ItemProcessor.ProcessorConfig.ExecutionType',
      map({}, { ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'EXPRESS' } }),
    ],
    ['Iterator', { Type: 'Map', Iterator: { StartAt: 'Part', States: { Part: pass } } }],
    ['Choices.0', { Type: 'Choice', Choices: [{ Variable: '$.a', StringLike: 'x', Next: 'Only' }] }],
    [
      'Choices.0.And.1',
      { Type: 'Choice', Choices: [{ And: [{ Variable: '$.a', IsNull: true }, { Variable: '$.a' }], Next: 'Only' }] },
    ],
    ['Choices', { Type: 'Choice', Choices: [{ Variable: '$.a', IsNull: true, Next: 'Nowhere' }] }],
    ['Type', { Type: 'Sleep' }],
    ['Assign', { Type: 'Parallel', Branches: [nested] }, 'Deep'],
    ['Assign', map({}, nested), 'Deep'],
    ['States', map({}, { StartAt: 'Only', States: { Only: pass } })],
  ])('%s', ([field, state, name = 'Only']) => {
    const isChoice = 'Choices' in state;
    const definition = isChoice ? { StartAt: 'Only', States: { Only: state } } : only(state);
    if ('Next' in state) delete (definition.States.Only as { End?: true }).End;
    expect(() => load(definition)).toThrow(`state machine "exports", state "${name}", field "${field}": `);
  });

  test.for([
    ['Variables', { ...only(pass), Variables: {} }],
    ['StartAt', { StartAt: 'Nowhere', States: { Only: pass } }],
    ['QueryLanguage', { ...only(pass), QueryLanguage: 'JSONata' }],
  ] as const)('%s of the machine itself', ([field, definition]) => {
    expect(() => load(definition)).toThrow(new RegExp(`state machine "exports", .*field "${field}"`));
  });

  test('every problem is told at once', () => {
    const definition = { StartAt: 'A', States: { A: { ...pass, Foo: 1 }, B: { ...pass, Bar: 1 } } };
    expect(() => load(definition)).toThrow(/state "A", field "Foo".*\n.*state "B", field "Bar"/);
  });
});
