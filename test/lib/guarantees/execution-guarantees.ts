import { flatten, type Json } from '../synthesize.ts';
import { allOf, anyOf, functionIn, type Guarantee, type Synthesized } from './guarantee.ts';

/** What the HTTP API waits for at most. @see https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-quotas.html */
const API_TIMEOUT_SECONDS = 30;

const idIn = (arn: Json) => /<(\w+)\.Arn>/.exec(flatten(arn))?.[1] ?? '';

function answersInTime(stack: Synthesized): string[] {
  return allOf(stack, 'AWS::ApiGatewayV2::Integration').flatMap(([id, { Properties }]) => {
    const limit = (Properties.TimeoutInMillis ?? API_TIMEOUT_SECONDS * 1000) / 1000;
    const seconds = stack.resources[idIn(Properties.IntegrationUri)]?.Properties.Timeout;
    return seconds < limit ? [] : [`${id} waits ${limit} s for a function of ${seconds} s`];
  });
}

/** Every task of a state machine, those of its branches too. */
function tasksOf({ States: states }: Json): [name: string, task: Json][] {
  return Object.entries<Json>(states).flatMap(([name, state]) => [
    ...(state.Type === 'Task' ? [[name, state] as [string, Json]] : []),
    ...(state.Branches ?? []).flatMap(tasksOf),
    ...(state.ItemProcessor ? tasksOf(state.ItemProcessor) : []),
  ]);
}

function stepsOutlastFunctions(stack: Synthesized): string[] {
  const machines = allOf(stack, 'AWS::StepFunctions::StateMachine');
  const tasks = machines.flatMap(([, { Properties }]) => tasksOf(JSON.parse(flatten(Properties.DefinitionString))));
  return tasks.flatMap(([name, { TimeoutSeconds: stepSeconds, Parameters: parameters }]) => {
    if (stepSeconds === undefined) return [`${name} waits for ever`];
    if (parameters.FunctionName === undefined) return [];
    const functionSeconds = stack.resources[idIn(parameters.FunctionName)]?.Properties.Timeout;
    return stepSeconds > functionSeconds
      ? []
      : [`${name} waits ${stepSeconds} s for a function of ${functionSeconds} s`];
  });
}

function logsNoData(stack: Synthesized): string[] {
  return allOf(stack, 'AWS::StepFunctions::StateMachine').flatMap(([id, { Properties }]) => {
    const logging = Properties.LoggingConfiguration;
    return [
      ...(logging?.IncludeExecutionData === false ? [] : [`${id} logs data`]),
      ...(logging?.Level === 'ALL' && logging.Destinations?.length > 0 ? [] : [`${id} does not log every step`]),
    ];
  });
}

const timeout = (workload: string, seconds: number) => (stack: Synthesized) => {
  functionIn(stack, workload).Properties.Timeout = seconds;
};
const logging = (part: object) => (stack: Synthesized) => {
  Object.assign(anyOf(stack, 'AWS::StepFunctions::StateMachine').Properties.LoggingConfiguration, part);
};

export const executionGuarantees: Guarantee[] = [
  {
    name: 'has functions that answer before the API gives up',
    violations: answersInTime,
    twins: {
      'a function takes as long as the API waits': timeout('resend-notifications', API_TIMEOUT_SECONDS),
      'the API waits less long': (stack) => {
        anyOf(stack, 'AWS::ApiGatewayV2::Integration').Properties.TimeoutInMillis = 5_000;
      },
    },
  },
  {
    name: 'has steps that outlast their functions',
    violations: stepsOutlastFunctions,
    twins: {
      'a function within a group takes as long as its step': timeout('measure-export', 120),
      'a function takes longer than its step': timeout('announce-export', 900),
      'a step has no end': (stack) => {
        const { Properties } = anyOf(stack, 'AWS::StepFunctions::StateMachine');
        const text = flatten(Properties.DefinitionString);
        Properties.DefinitionString = text.replace(/,"TimeoutSeconds":21600|"TimeoutSeconds":21600,/, '');
      },
    },
  },
  {
    name: 'logs the steps of executions without their data',
    violations: logsNoData,
    twins: {
      'data are logged': logging({ IncludeExecutionData: true }),
      'only errors are logged': logging({ Level: 'ERROR' }),
    },
  },
];
