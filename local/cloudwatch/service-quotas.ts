import type { MetricId } from './metric.ts';

/** The default quota of each usage metric, by `<Service> <Resource> <Class>`. */
const defaultQuotas: Readonly<Record<string, number>> = {
  'Fargate vCPU Standard/OnDemand': 6,
  'Fargate vCPU Standard/Spot': 6,
};

/**
 * What `SERVICE_QUOTA` gives for a metric of `AWS/Usage`: AWS's default; undefined when it is not known here.
 * @see https://docs.aws.amazon.com/general/latest/gr/ecs-service.html#service-quotas-fargate
 */
export function serviceQuotaOf({ namespace, name, dimensions }: MetricId): number | undefined {
  if (namespace !== 'AWS/Usage' || name !== 'ResourceCount') return undefined;
  return defaultQuotas[`${dimensions.Service} ${dimensions.Resource} ${dimensions.Class}`];
}
