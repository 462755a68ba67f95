import * as z from 'zod';

export const faultKinds = [
  /** The service's own 500; nothing was applied. */
  'error',
  /** The service's own throttling error. */
  'throttle',
  /** DynamoDB: the write met another transaction on the same items. Other calls are left alone. */
  'transaction-conflict',
  /** DynamoDB: a query of an index does not know items that were written in the last moments. Other calls are left alone. */
  'stale-index-read',
  /** Carried out, but the connection breaks in place of the reply. */
  'timeout-after-apply',
  /** The connection breaks, and nothing is carried out. For `postgresql`: the session is ended on the server. */
  'connection-cut',
  /** The calling process is killed, and nothing is carried out. */
  'kill',
  /** Carried out, and the calling process is killed before it learns so. */
  'kill-after-apply',
  /** Carried out after a wait. */
  'delay',
] as const;

export type FaultKind = (typeof faultKinds)[number];

/** The name under which rules mean sessions of the sample database, which no AWS endpoint sees. */
export const POSTGRESQL = 'postgresql';

const count = z.int().nonnegative();

/** Which calls meet which fault. A rule names as much of a call as it wants; what it leaves out matches everything. */
export const faultRule = z.strictObject({
  kind: z.enum(faultKinds),
  /** The signing name: `dynamodb`, `s3`, `states`, `secretsmanager`, `ses`, `ssm`; or `postgresql`. */
  service: z.string().min(1).optional(),
  /** e.g. `TransactWriteItems` */
  operation: z.string().min(1).optional(),
  /** A part of the calling role's name, in any case: `worker`, `CreateExport`; tasks have what they do at its end: `/lead`. */
  principal: z.string().min(1).optional(),
  /** The share of matching calls that meet the fault. */
  rate: z.number().min(0).max(1).default(1),
  /** The first calls of each caller to each operation that are let through. */
  skip: count.default(0),
  /** The most calls that meet the fault. */
  limit: count.optional(),
  /** Whether the fault meets the first try of a call, so that an SDK's retry gets through, or all of its tries. */
  tries: z.enum(['first', 'all']).default('first'),
  /** How long a call waits that is delayed, in milliseconds. @default 5,000 */
  delayMs: count.optional(),
});

export type FaultRule = z.output<typeof faultRule>;

export const faultSettings = z.strictObject({
  seed: z.int().default(1),
  rules: z.array(faultRule).max(100),
});

/** Faults for the local cloud; without rules there are none. */
export type FaultSettings = z.input<typeof faultSettings>;
