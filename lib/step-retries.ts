import { Duration } from 'aws-cdk-lib';
import * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import { nonRetryableErrors, STEP_BACKOFF_RATE, STEP_MAX_DELAY_SECONDS } from '../core/contract/step-errors.ts';
import type { Deployment } from './deployment.ts';

/** A step that can be tried again. */
interface Retriable {
  addRetry(props: sfn.RetryProps): unknown;
}

/** @see core/contract/step-errors.ts for the waits this adds up to */
export function addRetries(step: Retriable, maxAttempts: number, { config }: Deployment): void {
  // The first retrier that matches decides, so what is hopeless comes first.
  step.addRetry({ errors: [...nonRetryableErrors], maxAttempts: 0 });
  step.addRetry({
    errors: [sfn.Errors.ALL],
    maxAttempts,
    interval: Duration.seconds(config.stepRetryIntervalSeconds),
    backoffRate: STEP_BACKOFF_RATE,
    maxDelay: Duration.seconds(STEP_MAX_DELAY_SECONDS),
    jitterStrategy: sfn.JitterType.FULL,
  });
}
