import { randomUUID } from 'node:crypto';
import type { ExecutionRecord } from './execution-store.ts';

/** How an execution ended, besides its status. */
export interface ExecutionOutcome {
  /** JSON text, when it succeeded. */
  readonly output?: string | undefined;
  readonly error?: string | undefined;
  readonly cause?: string | undefined;
}

/**
 * The EventBridge event of a status change.
 * @see https://docs.aws.amazon.com/step-functions/latest/dg/eventbridge-integration.html
 */
export function statusChangeEvent(record: ExecutionRecord, input: string, outcome: ExecutionOutcome, nowMs: number) {
  const [, , , region, account] = record.arn.split(':');
  const { output, error, cause } = outcome;
  return {
    version: '0',
    id: randomUUID(),
    'detail-type': 'Step Functions Execution Status Change',
    source: 'aws.states',
    account,
    time: `${new Date(nowMs).toISOString().slice(0, 19)}Z`,
    region,
    resources: [record.arn],
    detail: {
      executionArn: record.arn,
      stateMachineArn: record.stateMachineArn,
      stateMachineVersionArn: null,
      stateMachineAliasArn: null,
      name: record.name,
      status: record.status,
      startDate: record.startDate,
      stopDate: record.stopDate ?? null,
      redriveCount: 0,
      redriveDate: null,
      input,
      inputDetails: { included: true },
      output: output ?? null,
      outputDetails: output === undefined ? null : { included: true },
      error: error ?? null,
      cause: cause ?? null,
    },
  };
}

/** See {@link statusChangeEvent}. */
export type StatusChangeEvent = ReturnType<typeof statusChangeEvent>;
