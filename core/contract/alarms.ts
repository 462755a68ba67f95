/**
 * Every alarm of a deployment, by the heading of docs/runbook.md that tells what to do about it.
 * Ordered as the pages that list them: what users notice first comes first.
 */
export const alarmNames = [
  'queue-waits-10-minutes',
  'queue-waits-5-minutes',
  'queue-deep',
  'sweeper-silent',
  'executions-failing',
  'executions-cut-off',
  'exports-failing',
  'leases-lapsed',
  'slot-drift',
  'worker-memory',
  'fargate-on-demand-quota',
  'fargate-spot-quota',
  'api-errors',
  'api-slow',
  'table-throttled',
  'upkeep-failing',
  'functions-throttled',
  'events-dropped',
  'expired-files-present',
  'mail-bounces',
  'mail-complaints',
] as const;

export type AlarmName = (typeof alarmNames)[number];

/** `critical`: users are affected now, somebody is woken. `warning`: it is looked at on the same working day. */
export type Severity = 'critical' | 'warning';

/** The name in CloudWatch. A stage's name is unique in its account and region, and so is this. */
export function alarmNameOf(stage: string, alarm: AlarmName): string {
  return `Waybill-${stage}-${alarm}`;
}
