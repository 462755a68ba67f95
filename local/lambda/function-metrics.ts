import type { Measure } from '../cloudwatch/metric.ts';
import { FunctionError } from './function-error.ts';

/** Measures a function's invocations. */
export interface FunctionMetrics {
  /** Passes on what `invocation` gives. */
  around<Result>(invocation: () => Promise<Result>): Promise<Result>;
  throttled(): void;
}

/**
 * Measures one function; its durations contain the waiting for a thread.
 * @see https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-types.html
 */
export function functionMetrics(functionName: string, measure: Measure): FunctionMetrics {
  const put = (name: string, value: number, unit = 'Count') =>
    measure({ namespace: 'AWS/Lambda', name, dimensions: { FunctionName: functionName } }, value, unit);
  let running = 0;

  function ended(startedAt: number, hasFailed: boolean): void {
    put('Invocations', 1);
    put('Errors', Number(hasFailed));
    put('Throttles', 0);
    put('Duration', performance.now() - startedAt, 'Milliseconds');
  }

  return {
    async around(invocation) {
      const startedAt = performance.now();
      running += 1;
      put('ConcurrentExecutions', running);
      try {
        const result = await invocation();
        ended(startedAt, false);
        return result;
      } catch (error) {
        // Anything else means that the caller left before a thread was free.
        if (error instanceof FunctionError) ended(startedAt, true);
        throw error;
      } finally {
        running -= 1;
      }
    },
    throttled: () => put('Throttles', 1),
  };
}
