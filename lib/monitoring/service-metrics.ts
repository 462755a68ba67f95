import type { Duration } from 'aws-cdk-lib';
import { Metric } from 'aws-cdk-lib/aws-cloudwatch';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { tableIndexes } from '../../core/contract/table.ts';
import type { MonitoredParts } from './monitored-parts.ts';
import { MINUTE, type Statistic } from './waybill-metric.ts';

/** @see https://docs.aws.amazon.com/step-functions/latest/dg/procedure-cw-metrics.html */
export function executionMetric(
  { executions }: MonitoredParts,
  metricName: 'ExecutionsFailed' | 'ExecutionsSucceeded' | 'ExecutionsTimedOut' | 'ExecutionsAborted',
  period: Duration = MINUTE,
): Metric {
  const dimensionsMap = { StateMachineArn: executions.stateMachineArn };
  return new Metric({ namespace: 'AWS/States', metricName, dimensionsMap, statistic: 'Sum', period });
}

/**
 * An HTTP API has names of its own: `5xx` is `5XXError` with a REST API. Latencies are in milliseconds.
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-metrics.html
 */
export function apiMetric(
  { api }: MonitoredParts,
  metricName: '4xx' | '5xx' | 'Count' | 'Latency',
  statistic: Statistic,
  period: Duration = MINUTE,
): Metric {
  const dimensionsMap = { ApiId: api.apiId, Stage: api.stageName };
  return new Metric({ namespace: 'AWS/ApiGateway', metricName, dimensionsMap, statistic, period });
}

/**
 * Duration is in milliseconds.
 * @see https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-types.html
 */
export function functionMetric(
  handler: IFunction,
  metricName: 'Errors' | 'Throttles' | 'Duration' | 'AsyncEventsDropped',
  period: Duration = MINUTE,
): Metric {
  const dimensionsMap = { FunctionName: handler.functionName };
  return new Metric({ namespace: 'AWS/Lambda', metricName, dimensionsMap, statistic: 'Sum', period });
}

/**
 * Throttled reads and writes of the table, and of each of its indexes, which count for themselves.
 * @returns 2 for the table and 2 for each index: 8, and a math expression of an alarm takes at most 10
 * @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/metrics-dimensions.html
 */
export function throttledRequests({ table }: MonitoredParts, period: Duration = MINUTE): readonly Metric[] {
  const { tableName: TableName } = table;
  const indexes = Object.values(tableIndexes).map(({ name }) => ({
    of: name,
    dimensionsMap: { TableName, GlobalSecondaryIndexName: name },
  }));
  return [{ of: 'table', dimensionsMap: { TableName } }, ...indexes].flatMap(({ of, dimensionsMap }) => {
    const common = { namespace: 'AWS/DynamoDB', dimensionsMap, statistic: 'Sum', period };
    return [
      new Metric({ ...common, metricName: 'ReadThrottleEvents', label: `reads, ${of}` }),
      new Metric({ ...common, metricName: 'WriteThrottleEvents', label: `writes, ${of}` }),
    ];
  });
}

/**
 * Each running task is one value a minute: MiB of memory, units of CPU (1,024 are one vCPU).
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Container-Insights-metrics-ECS.html
 */
export function workerMetric(
  { worker }: MonitoredParts,
  metricName: 'MemoryUtilized' | 'MemoryReserved' | 'CpuReserved',
  statistic: Statistic,
): Metric {
  const dimensionsMap = {
    ClusterName: worker.cluster.clusterName,
    TaskDefinitionFamily: worker.taskDefinition.family,
  };
  return new Metric({ namespace: 'ECS/ContainerInsights', metricName, dimensionsMap, statistic, period: MINUTE });
}

/**
 * vCPUs of all Fargate tasks in this account and region, not Waybill's alone: that is what the quota counts.
 * @see https://docs.aws.amazon.com/AmazonECS/latest/developerguide/monitoring-fargate-usage.html
 */
export function fargateUsage(capacity: 'OnDemand' | 'Spot'): Metric {
  const dimensionsMap = { Service: 'Fargate', Type: 'Resource', Resource: 'vCPU', Class: `Standard/${capacity}` };
  return new Metric({
    namespace: 'AWS/Usage',
    metricName: 'ResourceCount',
    dimensionsMap,
    statistic: 'Maximum',
    period: MINUTE,
  });
}

/**
 * Shares from 0 to 1, over a number of mails that SES chooses.
 * @see https://docs.aws.amazon.com/ses/latest/dg/reputationdashboard-cloudwatch-alarm.html
 */
export function mailReputation(
  { mail }: MonitoredParts,
  metricName: 'Reputation.BounceRate' | 'Reputation.ComplaintRate',
  period: Duration,
): Metric {
  const dimensionsMap = { 'ses:configuration-set': mail.configurationSetName };
  return new Metric({ namespace: 'AWS/SES', metricName, dimensionsMap, statistic: 'Average', period });
}
