import * as z from 'zod';
import { type ExportId, exportIdSchema } from '../domain/export-id.ts';
import { routes } from '../domain/export-record.ts';
import { statuses } from '../domain/lifecycle.ts';

const exportId = exportIdSchema.transform((id) => id as ExportId);

/** The state machine's input. */
export const exportInput = z.object({ accountId: z.string().min(1), exportId });

/** What each step is told; the execution is for its log. */
export const stepInput = exportInput.extend({ executionArn: z.string().min(1) });

/** Queued: the token with which the execution is let go on, and what tells its place among the export's tokens. */
export const enqueueInput = stepInput.extend({
  taskToken: z.string().min(1),
  executionName: z.string().regex(/-\d+$/),
  retryCount: z.number().int().nonnegative(),
});

/** Waiting for the lead of several workers: the token to go on with, and what this run of the two of them is called. */
export const awaitRangesInput = stepInput.extend({
  taskToken: z.string().min(1),
  handover: z.string().min(1),
});

/** What the lead answers: the numbers of the workers that are wanted. */
export const awaitRangesOutput = z.object({ workers: z.array(z.number().int().positive()) });

/** The first step of Running decides where the file is produced. */
export const measureOutput = z.object({ route: z.enum(routes) });

/**
 * What a function has thrown, as Lambda writes it into the Cause of a caught error.
 * @see https://docs.aws.amazon.com/lambda/latest/dg/nodejs-exceptions.html
 */
export const functionError = z.object({ errorMessage: z.string() });

/** RecordOutcome gets the state as it is; its `error` is there when a step was caught. */
export const recordOutcomeInput = stepInput.extend({
  state: z.object({ error: z.object({ Error: z.string().optional(), Cause: z.string().optional() }).optional() }),
});

/** The state machine ends in the state of this name, after it has told whoever is to be told. */
export const recordOutcomeOutput = z.object({
  status: z.enum(statuses),
  code: z.string(),
  message: z.string(),
  announce: z.boolean(),
});

/** EventBridge's "Step Functions Execution Status Change". */
export const executionStatusChange = z.object({
  'detail-type': z.literal('Step Functions Execution Status Change'),
  detail: z.object({
    executionArn: z.string(),
    name: z.string(),
    status: z.enum(['RUNNING', 'SUCCEEDED', 'FAILED', 'TIMED_OUT', 'ABORTED', 'PENDING_REDRIVE']),
    input: z.string().nullish(),
  }),
});

const addressees = z.array(z.object({ emailAddress: z.string() }));

const mailEventDetail = z.discriminatedUnion('eventType', [
  z.object({
    eventType: z.literal('Bounce'),
    bounce: z.object({ bounceType: z.string(), bounceSubType: z.string(), bouncedRecipients: addressees }),
  }),
  z.object({
    eventType: z.literal('Complaint'),
    complaint: z.object({ complaintSubType: z.string().nullish(), complainedRecipients: addressees }),
  }),
  z.object({ eventType: z.enum(['Send', 'Delivery', 'DeliveryDelay', 'Reject', 'Rendering Failure']) }),
]);

/**
 * What SES tells EventBridge of a mail, as far as it is read.
 * @see https://docs.aws.amazon.com/ses/latest/dg/event-publishing-retrieving-sns-contents.html
 */
export const mailEvent = z.object({
  time: z.iso.datetime({ offset: true }),
  detail: mailEventDetail.and(z.object({ mail: z.object({ tags: z.record(z.string(), z.array(z.string())) }) })),
});

export type MailEventDetail = z.output<typeof mailEvent>['detail'];

/**
 * What Secrets Manager tells a rotation function.
 * @see https://docs.aws.amazon.com/secretsmanager/latest/userguide/rotate-secrets_lambda-functions.html
 */
export const secretRotation = z.object({
  Step: z.enum(['createSecret', 'setSecret', 'testSecret', 'finishSecret']),
  SecretId: z.string().min(1),
  /** The id of the new version. */
  ClientRequestToken: z.string().min(1),
});

/** Below, not every value that is hard to export finds its place. */
const orders = z.int().positive();

/** Fewer orders than usual make seeding quicker; below 1,000 some nasty values find no place: `{"orders":{"acme":60000,"globex":5000}}`. */
export const sampleSeeding = z.strictObject({ orders: z.strictObject({ acme: orders, globex: orders }).optional() });

export type SecretRotation = z.output<typeof secretRotation>;
export type ExportInput = z.output<typeof exportInput>;
export type MeasureOutput = z.output<typeof measureOutput>;
export type RecordOutcomeOutput = z.output<typeof recordOutcomeOutput>;

/**
 * What Cognito tells before it issues tokens, as far as it is read here; all of it is handed back.
 * @see https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-lambda-pre-token-generation.html
 */
export const tokenGeneration = z.looseObject({
  request: z.looseObject({ userAttributes: z.looseObject({ 'custom:account_id': z.string().min(1).optional() }) }),
});
