import type { MetricId } from './metric.ts';

/** Of the whole account: its metric has no dimensions. */
const LAMBDA_CONCURRENCY = 1000;

/** The default quota of each usage metric, by `<Service> <Resource> <Class>`. */
const defaultQuotas: Readonly<Record<string, number>> = {
  'Fargate vCPU Standard/OnDemand': 6,
  'Fargate vCPU Standard/Spot': 6,
};

/**
 * What `SERVICE_QUOTA` gives for a usage metric: AWS's default; undefined when it is not known here.
 * @see https://docs.aws.amazon.com/general/latest/gr/ecs-service.html#service-quotas-fargate
 * @see https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
 */
export function serviceQuotaOf({ namespace, name, dimensions }: MetricId): number | undefined {
  const isAccounts = Object.keys(dimensions).length === 0;
  if (namespace === 'AWS/Lambda' && name === 'ConcurrentExecutions' && isAccounts) return LAMBDA_CONCURRENCY;
  if (namespace !== 'AWS/Usage' || name !== 'ResourceCount') return undefined;
  return defaultQuotas[`${dimensions.Service} ${dimensions.Resource} ${dimensions.Class}`];
}
