import { Duration } from 'aws-cdk-lib';
import { TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import type { AlarmDefinition } from '../alarm-definition.ts';
import type { MonitoredParts } from '../monitored-parts.ts';
import { MINUTE, waybillMetric } from '../waybill-metric.ts';

/** Exports that wait behind each slot before the queue counts as deep: with runs of a minute, a wait of ten. */
const DEEP_QUEUE_PER_SLOT = 10;

/** Whether exports start. What the sweeper measures stays as it was while it is silent, which is an alarm of its own. */
export function queueAlarms({ deployment }: MonitoredParts) {
  const oldest = waybillMetric(deployment, 'OldestQueuedAgeSeconds', 'Maximum');
  const deep = DEEP_QUEUE_PER_SLOT * deployment.config.poolCap;
  return {
    'queue-waits-10-minutes': {
      severity: 'critical',
      meaning: 'An export could have started for 10 minutes and has not; at 15 minutes it fails as stuck.',
      metric: oldest,
      threshold: 600,
      missing: TreatMissingData.IGNORE,
    },
    'queue-waits-5-minutes': {
      severity: 'warning',
      meaning: 'An export could have started for 5 minutes and has not; its reader sees that it takes longer.',
      metric: oldest,
      threshold: 300,
      missing: TreatMissingData.IGNORE,
    },
    'queue-deep': {
      severity: 'warning',
      meaning: `At least ${deep} exports, ${DEEP_QUEUE_PER_SLOT} for each slot, have been waiting for 10 minutes.`,
      metric: waybillMetric(deployment, 'QueuedExports', 'Maximum'),
      threshold: deep,
      evaluationPeriods: 10,
      missing: TreatMissingData.IGNORE,
    },
    'sweeper-silent': {
      severity: 'critical',
      meaning: 'No pass of the sweeper was completed for 5 minutes: nothing repairs, expires or announces.',
      metric: waybillMetric(deployment, 'SweeperRuns', 'Sum', MINUTE),
      threshold: 1,
      breaches: 'below',
      evaluationPeriods: 5,
      missing: TreatMissingData.BREACHING,
    },
    'slot-drift': {
      severity: 'warning',
      meaning: 'Repair gave back a slot that the ending of its export should have given back.',
      metric: waybillMetric(deployment, 'SlotDrift', 'Sum', Duration.minutes(5)),
      threshold: 1,
      missing: TreatMissingData.NOT_BREACHING,
    },
    'expired-files-present': {
      severity: 'warning',
      meaning: 'Files that should have been removed are still there, for 15 minutes.',
      metric: waybillMetric(deployment, 'ExpiredFilesPresent', 'Maximum'),
      threshold: 1,
      evaluationPeriods: 15,
      missing: TreatMissingData.IGNORE,
    },
  } as const satisfies Record<string, AlarmDefinition>;
}
