import type { Measure } from '../cloudwatch/metric.ts';
import type { StatusChangeEvent } from './status-change-event.ts';

const metricOfStatus: Readonly<Record<string, string>> = {
  RUNNING: 'ExecutionsStarted',
  SUCCEEDED: 'ExecutionsSucceeded',
  FAILED: 'ExecutionsFailed',
  TIMED_OUT: 'ExecutionsTimedOut',
  ABORTED: 'ExecutionsAborted',
};

/**
 * Counts executions by what became of them.
 * @see https://docs.aws.amazon.com/step-functions/latest/dg/procedure-cw-metrics.html
 */
export function executionMetrics(measure: Measure): (event: StatusChangeEvent) => void {
  return ({ detail: { status, stateMachineArn } }) => {
    const name = metricOfStatus[status];
    if (name === undefined) return;
    measure({ namespace: 'AWS/States', name, dimensions: { StateMachineArn: stateMachineArn } }, 1, 'Count');
  };
}
