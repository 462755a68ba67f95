import * as z from 'zod';
import { commonProperties, integer, irrelevant, readProperties, text } from '../properties.ts';
import type { ResolvedResource } from '../resolve.ts';

/** How often, and for how long, a delivery is tried again. */
export interface RetryPlan {
  readonly maximumAttempts?: number;
  readonly maximumEventAgeSeconds?: number;
}

/** Who gets an event, and in which form: as it is, unless one of the inputs is there. */
export interface TargetPlan {
  readonly id: string;
  readonly arn: string;
  /** A constant JSON text. */
  readonly input?: string;
  /** A JSONPath into the event. */
  readonly inputPath?: string;
  /** `pathsMap` names parts of the event by JSONPath, `template` is JSON text with `<name>` for each. */
  readonly inputTransformer?: { readonly pathsMap: Readonly<Record<string, string>>; readonly template: string };
  readonly roleArn?: string;
  readonly retry: RetryPlan;
}

/** A rule of the default event bus: it has a pattern, a schedule, or both. */
export interface RulePlan {
  readonly logicalId: string;
  readonly name: string;
  readonly arn: string;
  readonly enabled: boolean;
  readonly eventPattern?: Readonly<Record<string, unknown>>;
  /** `rate(1 minute)` or `cron(0 12 * * ? *)`, in UTC. */
  readonly scheduleExpression?: string;
  readonly targets: readonly TargetPlan[];
}

/** A schedule of EventBridge Scheduler. */
export interface SchedulePlan {
  readonly logicalId: string;
  readonly name: string;
  readonly arn: string;
  readonly enabled: boolean;
  /** `rate(...)`, `cron(...)` or `at(...)` */
  readonly scheduleExpression: string;
  /** An IANA time zone for cron and at. */
  readonly timeZone: string;
  readonly target: {
    readonly arn: string;
    readonly roleArn: string;
    readonly input?: string;
    readonly retry: RetryPlan;
  };
}

const retryPolicy = z
  .strictObject({ MaximumEventAgeInSeconds: integer.optional(), MaximumRetryAttempts: integer.optional() })
  .default({})
  .transform(
    (policy): RetryPlan => ({
      ...(policy.MaximumRetryAttempts !== undefined && { maximumAttempts: policy.MaximumRetryAttempts }),
      ...(policy.MaximumEventAgeInSeconds !== undefined && { maximumEventAgeSeconds: policy.MaximumEventAgeInSeconds }),
    }),
  );

const targetSchema = z
  .strictObject({
    Arn: text,
    Id: text,
    Input: text.optional(),
    InputPath: text.optional(),
    InputTransformer: z
      .strictObject({ InputPathsMap: z.record(text, text).default({}), InputTemplate: text })
      .optional(),
    RetryPolicy: retryPolicy,
    RoleArn: text.optional(),
  })
  .transform(
    (target): TargetPlan => ({
      id: target.Id,
      arn: target.Arn,
      ...(target.Input !== undefined && { input: target.Input }),
      ...(target.InputPath !== undefined && { inputPath: target.InputPath }),
      ...(target.InputTransformer && {
        inputTransformer: {
          pathsMap: target.InputTransformer.InputPathsMap,
          template: target.InputTransformer.InputTemplate,
        },
      }),
      ...(target.RoleArn !== undefined && { roleArn: target.RoleArn }),
      retry: target.RetryPolicy,
    }),
  );

const ruleSchema = z.strictObject({
  ...commonProperties,
  Description: irrelevant('for people'),
  EventBusName: z.literal('default', 'only the default bus runs locally').optional(),
  EventPattern: z.record(text, z.unknown()).optional(),
  Name: irrelevant('read through the resource name'),
  ScheduleExpression: text.optional(),
  State: z.enum(['ENABLED', 'DISABLED']).default('ENABLED'),
  Targets: z.array(targetSchema).default([]),
});

const scheduleSchema = z.strictObject({
  Description: irrelevant('for people'),
  FlexibleTimeWindow: z.strictObject({ Mode: z.literal('OFF', 'only exact schedules run locally') }),
  GroupName: z.literal('default').optional(),
  Name: irrelevant('read through the resource name'),
  ScheduleExpression: text,
  ScheduleExpressionTimezone: text.default('UTC'),
  State: z.enum(['ENABLED', 'DISABLED']).default('ENABLED'),
  Target: z.strictObject({ Arn: text, Input: text.optional(), RetryPolicy: retryPolicy, RoleArn: text }),
});

/** Plans one `AWS::Events::Rule`. @throws TemplateError */
export function planRule(resource: ResolvedResource): RulePlan {
  const properties = readProperties(resource, ruleSchema);
  return {
    logicalId: resource.logicalId,
    name: resource.ref(),
    arn: resource.attribute('Arn'),
    enabled: properties.State === 'ENABLED',
    ...(properties.EventPattern && { eventPattern: properties.EventPattern }),
    ...(properties.ScheduleExpression !== undefined && { scheduleExpression: properties.ScheduleExpression }),
    targets: properties.Targets,
  };
}

/** Plans one `AWS::Scheduler::Schedule`. @throws TemplateError */
export function planSchedule(resource: ResolvedResource): SchedulePlan {
  const properties = readProperties(resource, scheduleSchema);
  const { Arn: arn, Input: input, RetryPolicy: retry, RoleArn: roleArn } = properties.Target;
  return {
    logicalId: resource.logicalId,
    name: resource.ref(),
    arn: resource.attribute('Arn'),
    enabled: properties.State === 'ENABLED',
    scheduleExpression: properties.ScheduleExpression,
    timeZone: properties.ScheduleExpressionTimezone,
    target: { arn, roleArn, ...(input !== undefined && { input }), retry },
  };
}
