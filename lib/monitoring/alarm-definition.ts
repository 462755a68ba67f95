import type { IMetric, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import type { Severity } from '../../core/contract/alarms.ts';

/** When somebody is told, and what of. */
export interface AlarmDefinition {
  readonly severity: Severity;
  /** One sentence for whoever is told: what is the case, in numbers. */
  readonly meaning: string;
  /** With the period it is evaluated by. */
  readonly metric: IMetric;
  readonly threshold: number;
  /** @default at or above the threshold */
  readonly breaches?: 'below';
  /** Of how many periods it is judged. @default 1 */
  readonly evaluationPeriods?: number;
  /** In how many of these it has to be so. @default all of them */
  readonly datapointsToAlarm?: number;
  /** What a period without any value counts as: chosen for each, as no value means another thing each time. */
  readonly missing: TreatMissingData;
}
