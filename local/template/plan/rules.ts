import * as z from 'zod';
import { commonProperties, irrelevant, readProperties, text } from '../properties.ts';
import type { ResolvedResource } from '../resolve.ts';

/** A function that gets the events of a rule. */
export interface TargetPlan {
  readonly id: string;
  readonly functionArn: string;
  /** JSON text that it gets instead of the event. */
  readonly input?: string;
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

const targetSchema = z
  .strictObject({
    Arn: text.regex(/^arn:aws:lambda:/, 'only functions can be targets here'),
    Id: text,
    Input: text.optional(),
    RetryPolicy: irrelevant('the local bus has its own, shorter retries'),
  })
  .transform(
    ({ Id: id, Arn: functionArn, Input: input }): TargetPlan => ({
      id,
      functionArn,
      ...(input !== undefined && { input }),
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
