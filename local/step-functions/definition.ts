import * as z from 'zod';
import { choiceRule } from './choice-rule.ts';
import { dataPath, path, taskTemplate, template } from './data-flow-schema.ts';
import type { Json } from './json.ts';
import { templatePaths } from './payload-template.ts';
import { checkTaskParameters, parseTaskResource } from './task-resource.ts';

/**
 * The part of the Amazon States Language this endpoint honours, as strict schemas: whatever they do not name is refused
 * when the state machine is loaded, so nothing in a definition is ever ignored.
 * @see https://states-language.net/spec.html
 */

const comment = { Comment: z.string().optional(), QueryLanguage: z.literal('JSONPath').optional() };
const transition = { Next: z.string().optional(), End: z.literal(true).optional() };
const inputOutput = { InputPath: path.nullish(), OutputPath: path.nullish() };
const result = { Parameters: template.optional(), ResultSelector: template.optional(), ResultPath: dataPath.nullish() };
const seconds = z.int().min(1).max(99_999_999);

const retrier = z.strictObject({
  Comment: z.string().optional(),
  ErrorEquals: z.array(z.string()).min(1),
  IntervalSeconds: seconds.optional(),
  MaxAttempts: z.int().min(0).max(99_999_999).optional(),
  BackoffRate: z.number().min(1).optional(),
  MaxDelaySeconds: seconds.optional(),
  JitterStrategy: z.enum(['NONE', 'FULL']).optional(),
});
const catcher = z.strictObject({
  Comment: z.string().optional(),
  ErrorEquals: z.array(z.string()).min(1),
  Next: z.string(),
  ResultPath: dataPath.nullish(),
});

const wildcardIsLast = (rules: readonly { readonly ErrorEquals: readonly string[] }[]): boolean =>
  rules.every(
    ({ ErrorEquals }, index) =>
      !ErrorEquals.includes('States.ALL') || (ErrorEquals.length === 1 && index === rules.length - 1),
  );
const WILDCARD_RULE = 'States.ALL must stand alone and in the last place';
const recovery = {
  Retry: z.array(retrier).refine(wildcardIsLast, WILDCARD_RULE).optional(),
  Catch: z.array(catcher).refine(wildcardIsLast, WILDCARD_RULE).optional(),
};

const taskState = z
  .strictObject({
    Type: z.literal('Task'),
    ...comment,
    ...transition,
    ...inputOutput,
    ...result,
    ...recovery,
    Resource: z.string().refine((arn) => parseTaskResource(arn) !== undefined, {
      error: ({ input }) => `${JSON.stringify(input)} is no resource that the local cloud can run`,
    }),
    Parameters: taskTemplate,
    TimeoutSeconds: seconds.optional(),
    HeartbeatSeconds: seconds.optional(),
  })
  .superRefine((state, check) => {
    const resource = parseTaskResource(state.Resource);
    if (!resource) return;
    const issue = (field: string, message: string) => check.addIssue({ code: 'custom', message, path: [field] });
    const readsToken = templatePaths(state.Parameters as Json).includes('$$.Task.Token');
    const waits = resource.pattern === 'waitForTaskToken';
    if (waits && !readsToken) issue('Parameters', 'must pass on $$.Task.Token');
    if (!waits && readsToken) issue('Parameters', '$$.Task.Token exists only with .waitForTaskToken');
    if (!waits && state.HeartbeatSeconds) issue('HeartbeatSeconds', 'is supported only with .waitForTaskToken');
    for (const problem of checkTaskParameters(resource, state.Parameters as Json)) issue('Parameters', problem);
  });

const passState = z.strictObject({
  Type: z.literal('Pass'),
  ...comment,
  ...transition,
  ...inputOutput,
  Parameters: template.optional(),
  ResultPath: dataPath.nullish(),
  Result: z.json().optional(),
});
const waitState = z
  .strictObject({
    Type: z.literal('Wait'),
    ...comment,
    ...transition,
    ...inputOutput,
    Seconds: z.int().min(0).optional(),
    SecondsPath: path.optional(),
    Timestamp: z.iso.datetime({ offset: true }).optional(),
    TimestampPath: path.optional(),
  })
  .refine(
    ({ Seconds, SecondsPath, Timestamp, TimestampPath }) =>
      [Seconds, SecondsPath, Timestamp, TimestampPath].filter((field) => field !== undefined).length === 1,
    'needs exactly one of Seconds, SecondsPath, Timestamp, TimestampPath',
  );
const succeedState = z.strictObject({ Type: z.literal('Succeed'), ...comment, ...inputOutput });
const failState = z.strictObject({
  Type: z.literal('Fail'),
  ...comment,
  Error: z.string().optional(),
  ErrorPath: path.optional(),
  Cause: z.string().optional(),
  CausePath: path.optional(),
});

const choiceState = z.strictObject({
  Type: z.literal('Choice'),
  ...comment,
  ...inputOutput,
  Choices: z.array(choiceRule.and(z.looseObject({ Next: z.string() }))).min(1),
  Default: z.string().optional(),
});

const graph: z.ZodType<Graph> = z.lazy((): z.ZodType<Graph> => z.strictObject(graphFields));
const parallelState = z.strictObject({
  Type: z.literal('Parallel'),
  ...comment,
  ...transition,
  ...inputOutput,
  ...result,
  ...recovery,
  Branches: z.array(graph).min(1),
});
const itemProcessor: z.ZodType<ItemProcessor> = z.lazy(
  (): z.ZodType<ItemProcessor> =>
    z.strictObject({
      ...graphFields,
      ProcessorConfig: z
        .discriminatedUnion('Mode', [
          z.strictObject({ Mode: z.literal('INLINE') }),
          z.strictObject({ Mode: z.literal('DISTRIBUTED'), ExecutionType: z.literal('STANDARD') }),
        ])
        .optional(),
    }),
);
const mapState = z.strictObject({
  Type: z.literal('Map'),
  ...comment,
  ...transition,
  ...inputOutput,
  ...recovery,
  ItemsPath: path.optional(),
  ItemSelector: template.optional(),
  MaxConcurrency: z.int().min(0).optional(),
  ResultSelector: template.optional(),
  ResultPath: dataPath.nullish(),
  ItemProcessor: itemProcessor,
});

const state = z.discriminatedUnion(
  'Type',
  [taskState, passState, waitState, choiceState, succeedState, failState, parallelState, mapState],
  { error: (issue) => (issue.code === 'invalid_union' ? 'is no type of state that is supported' : undefined) },
);
const graphFields = {
  Comment: z.string().optional(),
  QueryLanguage: z.literal('JSONPath').optional(),
  StartAt: z.string(),
  States: z.record(z.string(), state),
};

/** A whole definition. */
export const definitionSchema = z.strictObject({
  ...graphFields,
  Version: z.literal('1.0').optional(),
  TimeoutSeconds: seconds.optional(),
});

export type TaskState = z.infer<typeof taskState>;
export type WaitState = z.infer<typeof waitState>;
export type ChoiceState = z.infer<typeof choiceState>;
export type FailState = z.infer<typeof failState>;
export type ParallelState = z.infer<typeof parallelState>;
export type MapState = z.infer<typeof mapState>;
export type Retrier = z.infer<typeof retrier>;
export type Catcher = z.infer<typeof catcher>;
export type State =
  | TaskState
  | z.infer<typeof passState>
  | WaitState
  | ChoiceState
  | z.infer<typeof succeedState>
  | FailState
  | ParallelState
  | MapState;

/** States and where to begin: the whole machine, a branch or a map's processor. */
export interface Graph {
  readonly StartAt: string;
  readonly States: Readonly<Record<string, State>>;
}

/** What a Map state does with each item. */
export interface ItemProcessor extends Graph {
  readonly ProcessorConfig?: { readonly Mode: 'INLINE' | 'DISTRIBUTED' } | undefined;
}

/** A checked definition. */
export interface Definition extends Graph {
  readonly TimeoutSeconds?: number | undefined;
}
