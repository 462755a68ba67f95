import type { Measure } from '../cloudwatch/metric.ts';

/** What an HTTP API tells of its requests. */
export interface ApiMetrics {
  /** @param startedAt as `performance.now()` gave it */
  answered(status: number, startedAt: number): void;
  /** The integration has answered, or failed to. */
  integrated(startedAt: number): void;
}

/**
 * Measures an HTTP API and its only stage. An error is a 1 among the 0s of all other requests, so that the average is a
 * rate.
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-metrics.html
 */
export function apiMetrics(apiId: string, measure: Measure): ApiMetrics {
  const dimensionSets = [{ ApiId: apiId }, { ApiId: apiId, Stage: '$default' }];
  const put = (name: string, value: number, unit: string) => {
    for (const dimensions of dimensionSets) measure({ namespace: 'AWS/ApiGateway', name, dimensions }, value, unit);
  };
  return {
    answered(status, startedAt) {
      put('Count', 1, 'Count');
      put('4xx', Number(status >= 400 && status < 500), 'Count');
      put('5xx', Number(status >= 500), 'Count');
      put('Latency', performance.now() - startedAt, 'Milliseconds');
    },
    integrated: (startedAt) => put('IntegrationLatency', performance.now() - startedAt, 'Milliseconds'),
  };
}
