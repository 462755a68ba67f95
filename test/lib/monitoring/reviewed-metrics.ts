import { metricCodes } from '../../../core/contract/metric-codes.ts';
import { METRIC_NAMESPACE, metrics } from '../../../core/contract/metrics.ts';
import type { AskedMetric } from './template-metrics.ts';

/**
 * What AWS's services write, as their pages name it: a metric or a set of dimensions that is not there is no error on AWS, but
 * an alarm that never goes off. Each with the sets of dimensions it may be asked for by.
 */
const serviceMetrics: Readonly<Record<string, { readonly names: readonly string[]; readonly dimensions: string[][] }>> =
  {
    // https://docs.aws.amazon.com/step-functions/latest/dg/procedure-cw-metrics.html
    'AWS/States': {
      names: ['ExecutionsFailed', 'ExecutionsSucceeded', 'ExecutionsTimedOut', 'ExecutionsAborted'],
      dimensions: [['StateMachineArn']],
    },
    // https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-metrics.html
    'AWS/ApiGateway': { names: ['4xx', '5xx', 'Count', 'Latency'], dimensions: [['ApiId', 'Stage']] },
    // https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-types.html
    'AWS/Lambda': {
      names: ['Errors', 'Throttles', 'Duration', 'AsyncEventsDropped'],
      dimensions: [['FunctionName']],
    },
    // https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/metrics-dimensions.html
    'AWS/DynamoDB': {
      names: ['ReadThrottleEvents', 'WriteThrottleEvents'],
      dimensions: [['TableName'], ['GlobalSecondaryIndexName', 'TableName']],
    },
    // https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Container-Insights-metrics-ECS.html
    'ECS/ContainerInsights': {
      names: ['MemoryUtilized', 'MemoryReserved', 'CpuReserved'],
      dimensions: [['ClusterName', 'TaskDefinitionFamily']],
    },
    // https://docs.aws.amazon.com/AmazonECS/latest/developerguide/monitoring-fargate-usage.html
    'AWS/Usage': { names: ['ResourceCount'], dimensions: [['Class', 'Resource', 'Service', 'Type']] },
    // https://docs.aws.amazon.com/ses/latest/dg/reputationdashboard-cloudwatch-alarm.html
    'AWS/SES': {
      names: ['Reputation.BounceRate', 'Reputation.ComplaintRate'],
      dimensions: [['ses:configuration-set']],
    },
  };

/** Why nothing writes such a metric; undefined when something does. */
export function whyNeverWritten({ namespace, name, dimensions }: AskedMetric): string | undefined {
  const asked = Object.keys(dimensions).sort();
  if (namespace === METRIC_NAMESPACE) {
    if (!Object.hasOwn(metrics, name)) return `${name} is not in the contract`;
    const codes: readonly string[] = metricCodes[name as keyof typeof metricCodes] ?? [];
    const isKnown =
      asked.join() === 'Stage' || (asked.join() === 'Code,Stage' && codes.includes(dimensions.Code ?? ''));
    return isKnown ? undefined : `${name} is not told apart by ${JSON.stringify(dimensions)}`;
  }
  const service = serviceMetrics[namespace];
  if (!service?.names.includes(name)) return `${namespace} ${name} was not reviewed`;
  const isKnown = service.dimensions.some((set) => set.join() === asked.join());
  return isKnown ? undefined : `${namespace} ${name} has no dimensions ${asked.join()}`;
}
