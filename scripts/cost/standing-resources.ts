import * as z from 'zod';
import type { StandingResources } from './estimate.ts';

const templateSchema = z.object({
  Resources: z.record(
    z.string(),
    z.object({ Type: z.string(), Properties: z.record(z.string(), z.unknown()).default({}) }),
  ),
});

/** Failure codes and problem codes that are metrics of their own: at most so many. */
const CODES = 18;

/** Metrics of the reputation of a configuration set that publishes it, billed as custom ones. */
const REPUTATION_RATES = 2;

/**
 * Counts what a synthesized stack keeps standing.
 * @param template the parsed `<stack>.template.json`
 * @param metricNames the stack's own metrics
 */
export function standingResourcesOf(template: unknown, metricNames: readonly string[]): StandingResources {
  const resources = Object.values(templateSchema.parse(template).Resources);
  const ofType = (type: string) => resources.filter(({ Type }) => Type === type);
  const listLength = (value: unknown) => (Array.isArray(value) ? value.length : 0);
  const sum = (numbers: readonly number[]) => numbers.reduce((total, number) => total + number, 0);
  const clusters = ofType('AWS::RDS::DBCluster') as {
    Properties: { ServerlessV2ScalingConfiguration?: { MinCapacity?: number } };
  }[];
  return {
    endpointZones: sum(
      ofType('AWS::EC2::VPCEndpoint')
        .filter(({ Properties }) => Properties.VpcEndpointType === 'Interface')
        .map(({ Properties }) => listLength(Properties.SubnetIds)),
    ),
    keys: ofType('AWS::KMS::Key').length,
    secrets: ofType('AWS::SecretsManager::Secret').length,
    alarmMetrics: sum(
      ofType('AWS::CloudWatch::Alarm').map(({ Properties }) => {
        const queries = Array.isArray(Properties.Metrics) ? (Properties.Metrics as { MetricStat?: unknown }[]) : [];
        return queries.length === 0 ? 1 : queries.filter(({ MetricStat }) => MetricStat !== undefined).length;
      }),
    ),
    dashboards: ofType('AWS::CloudWatch::Dashboard').length,
    customMetrics: metricNames.length + CODES + REPUTATION_RATES * ofType('AWS::SES::ConfigurationSet').length,
    auroraCapacity: sum(
      clusters.map(({ Properties }) => Properties.ServerlessV2ScalingConfiguration?.MinCapacity ?? 0),
    ),
    minutely: ofType('AWS::Events::Rule').filter(({ Properties }) => Properties.ScheduleExpression === 'rate(1 minute)')
      .length,
  };
}
