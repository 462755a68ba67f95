import * as z from 'zod';

const text = z.string().min(1);
const cap = z.int().positive();

/** What the operator's command line needs to know of a deployment, as JSON in one SSM parameter. */
export const operations = z.object({
  tableName: text,
  bucketName: text,
  stateMachineArn: text,
  /** Name of the SSM parameter with the rollout flags. */
  flagsParameter: text,
  /** How many exports may run: in all, and in one account. */
  poolCap: cap,
  accountCap: cap,
  /** How many exports one person may have queued or running. */
  userCap: cap,
});

export type Operations = z.output<typeof operations>;

/** Named by the stage alone, so that the stage is all an operator has to know; one of each in an account and region. */
export function operationsParameter(stage: string): string {
  return `/waybill/${stage}/operations`;
}
