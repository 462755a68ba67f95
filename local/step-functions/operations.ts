import { randomUUID } from 'node:crypto';
import * as z from 'zod';
import { AwsError, type RequiredPermission } from '../aws-endpoint/service.ts';
import type { ExecutionRecord, ExecutionStore } from './execution-store.ts';
import type { Executions } from './executions.ts';
import type { Json } from './json.ts';
import { pageFrom } from './paging.ts';
import { MAX_PAYLOAD_BYTES, StateError } from './state-error.ts';
import type { StateMachine } from './state-machine.ts';
import type { TaskTokens } from './task-tokens.ts';

/** What the operations work on. */
export interface OperationContext {
  readonly machines: ReadonlyMap<string, StateMachine>;
  readonly store: ExecutionStore;
  readonly executions: Executions;
  readonly tokens: TaskTokens;
  /** Epoch milliseconds at which the state machines were loaded. */
  readonly loadedAt: number;
}

/** One API operation. */
export interface Operation {
  /** Checks the shape of a request and binds it. @throws ZodError */
  bind(request: unknown): {
    readonly permission: RequiredPermission;
    /** @throws AwsError with a name of the Step Functions API */
    readonly run: (context: OperationContext) => object;
  };
}

function operation<T>(
  schema: z.ZodType<T>,
  permission: (request: T) => RequiredPermission,
  run: (request: T, context: OperationContext) => object,
): Operation {
  return {
    bind(unchecked) {
      const request = schema.parse(unchecked);
      return { permission: permission(request), run: (context) => run(request, context) };
    },
  };
}

const arn = z.string().min(1).max(256);
const token = z.string().min(1).max(2048);
const paging = { maxResults: z.int().min(0).max(1000).optional(), nextToken: z.string().min(1).optional() };
const error = z.string().max(256).optional();
const cause = z.string().max(32_768).optional();
const payload = z
  .string()
  .refine((text) => Buffer.byteLength(text) <= MAX_PAYLOAD_BYTES, `must have at most ${MAX_PAYLOAD_BYTES} bytes`);

/** These three have no resource type: IAM wants `*` for them. */
const sendPermission = (action: string) => () => ({ action: `states:${action}`, resource: '*' });
const onExecution = (action: string) => (request: { executionArn: string }) => ({
  action: `states:${action}`,
  resource: request.executionArn,
});
const onStateMachine = (action: string) => (request: { stateMachineArn: string }) => ({
  action: `states:${action}`,
  resource: request.stateMachineArn,
});

/**
 * The operations by name, with the permissions IAM documents for them.
 * @see https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsstepfunctions.html
 */
export const OPERATIONS: Readonly<Record<string, Operation>> = {
  StartExecution: operation(
    z.strictObject({ stateMachineArn: arn, name: z.string().optional(), input: payload.optional() }),
    onStateMachine('StartExecution'),
    ({ stateMachineArn, name = randomUUID(), input = '{}' }, context) => {
      const machine = requireMachine(context, stateMachineArn);
      checkName(name);
      parseJson(input, 'InvalidExecutionInput', 'Invalid State Machine Execution Input');
      const { arn: executionArn, startDate } = context.executions.start(machine, name, input);
      return { executionArn, startDate: startDate / 1000 };
    },
  ),
  DescribeExecution: operation(
    z.strictObject({ executionArn: arn }),
    onExecution('DescribeExecution'),
    ({ executionArn }, context) => describeExecution(context, requireExecution(context, executionArn)),
  ),
  StopExecution: operation(
    z.strictObject({ executionArn: arn, error, cause }),
    onExecution('StopExecution'),
    (request, context) => {
      requireExecution(context, request.executionArn);
      context.executions.abort(request.executionArn, request.error, request.cause);
      const { stopDate = 0 } = requireExecution(context, request.executionArn);
      return { stopDate: stopDate / 1000 };
    },
  ),
  ListExecutions: operation(
    z.strictObject({
      stateMachineArn: arn,
      statusFilter: z.enum(['RUNNING', 'SUCCEEDED', 'FAILED', 'TIMED_OUT', 'ABORTED']).optional(),
      ...paging,
    }),
    onStateMachine('ListExecutions'),
    ({ stateMachineArn, statusFilter, ...page }, context) => {
      requireMachine(context, stateMachineArn);
      const matches = ({ status }: ExecutionRecord) => statusFilter === undefined || status === statusFilter;
      const { items, ...rest } = pageFrom(context.store.list(stateMachineArn), { ...page, reverse: true, matches });
      return { executions: items.map(summary), ...rest };
    },
  ),
  GetExecutionHistory: operation(
    z.strictObject({
      executionArn: arn,
      reverseOrder: z.boolean().optional(),
      includeExecutionData: z.literal(true).optional(),
      ...paging,
    }),
    onExecution('GetExecutionHistory'),
    ({ executionArn, reverseOrder = false, maxResults, nextToken }, context) => {
      requireExecution(context, executionArn);
      const page = { maxResults, nextToken, reverse: reverseOrder };
      const { items, ...rest } = pageFrom(context.store.readHistory(executionArn), page);
      return { events: items, ...rest };
    },
  ),
  SendTaskSuccess: operation(
    z.strictObject({ taskToken: token, output: payload }),
    sendPermission('SendTaskSuccess'),
    ({ taskToken, output }, { tokens }) => {
      const holder = tokens.holderOf(taskToken);
      holder.succeed(parseJson(output, 'InvalidOutput', 'Invalid Output'));
      return {};
    },
  ),
  SendTaskFailure: operation(
    z.strictObject({ taskToken: token, error, cause }),
    sendPermission('SendTaskFailure'),
    (request, { tokens }) => {
      tokens.holderOf(request.taskToken).fail(new StateError(request.error ?? 'States.TaskFailed', request.cause));
      return {};
    },
  ),
  SendTaskHeartbeat: operation(
    z.strictObject({ taskToken: token }),
    sendPermission('SendTaskHeartbeat'),
    ({ taskToken }, { tokens }) => {
      tokens.holderOf(taskToken).heartbeat();
      return {};
    },
  ),
  DescribeStateMachine: operation(
    z.strictObject({ stateMachineArn: arn }),
    onStateMachine('DescribeStateMachine'),
    ({ stateMachineArn }, context) => {
      const { name, definitionText, roleArn } = requireMachine(context, stateMachineArn);
      return {
        stateMachineArn,
        name,
        status: 'ACTIVE',
        type: 'STANDARD',
        definition: definitionText,
        roleArn,
        creationDate: context.loadedAt / 1000,
      };
    },
  ),
};

function requireMachine({ machines }: OperationContext, stateMachineArn: string): StateMachine {
  const machine = machines.get(stateMachineArn);
  if (machine) return machine;
  throw new AwsError('StateMachineDoesNotExist', 400, `State Machine Does Not Exist: '${stateMachineArn}'`);
}

function requireExecution({ store }: OperationContext, executionArn: string): ExecutionRecord {
  const record = store.find(executionArn);
  if (record) return record;
  throw new AwsError('ExecutionDoesNotExist', 400, `Execution Does Not Exist: '${executionArn}'`);
}

function checkName(name: string): void {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are among those AWS refuses.
  if (/^[^\s<>{}[\]?*"#%\\^|~`$&,;:/\u0000-\u001f\u007f-\u009f]{1,80}$/.test(name)) return;
  throw new AwsError('InvalidName', 400, `Invalid Name: '${name}'`);
}

function parseJson(text: string, code: string, message: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch (problem) {
    throw new AwsError(code, 400, `${message}: '${problem instanceof Error ? problem.message : problem}'`);
  }
}

function summary({ arn: executionArn, stateMachineArn, name, status, startDate, stopDate }: ExecutionRecord) {
  const stopped = stopDate === undefined ? {} : { stopDate: stopDate / 1000 };
  return { executionArn, stateMachineArn, name, status, startDate: startDate / 1000, ...stopped };
}

/** Input and outcome are not kept apart from the history: its first and last event tell them. */
function describeExecution({ store }: OperationContext, record: ExecutionRecord): object {
  const events = store.readHistory(record.arn);
  const started = events[0]?.executionStartedEventDetails as { input: string } | undefined;
  const last = record.status === 'RUNNING' ? undefined : events.at(-1);
  const detailsField = Object.keys(last ?? {}).find((field) => field.endsWith('EventDetails')) ?? '';
  const { output, error: failure, cause: reason } = (last?.[detailsField] ?? {}) as Record<string, string>;
  return {
    ...summary(record),
    input: started?.input,
    inputDetails: { included: true },
    output,
    ...(output === undefined ? {} : { outputDetails: { included: true } }),
    error: failure,
    cause: reason,
    redriveCount: 0,
  };
}
