export type AlarmState = 'OK' | 'ALARM' | 'INSUFFICIENT_DATA';

export const COMPARISONS = [
  'GreaterThanOrEqualToThreshold',
  'GreaterThanThreshold',
  'LessThanOrEqualToThreshold',
  'LessThanThreshold',
] as const;

/** What counts for a period without data. */
export const MISSING_DATA = ['missing', 'breaching', 'notBreaching', 'ignore'] as const;

/** By what an alarm decides. */
export interface AlarmRule {
  readonly evaluationPeriods: number;
  /** How many of the evaluated periods have to breach. */
  readonly datapointsToAlarm: number;
  readonly threshold: number;
  readonly comparison: (typeof COMPARISONS)[number];
  readonly missingData: (typeof MISSING_DATA)[number];
}

export interface Verdict {
  readonly state: AlarmState;
  readonly reason: string;
}

/**
 * Periods looked at beyond those that are evaluated, to find data that was reported. How many is not documented; in the
 * documented examples it is 5 for 3.
 */
const FURTHER_PERIODS = 2;

const breaches: Readonly<Record<AlarmRule['comparison'], (value: number, threshold: number) => boolean>> = {
  GreaterThanOrEqualToThreshold: (value, threshold) => value >= threshold,
  GreaterThanThreshold: (value, threshold) => value > threshold,
  LessThanOrEqualToThreshold: (value, threshold) => value <= threshold,
  LessThanThreshold: (value, threshold) => value < threshold,
};

const inWords: Readonly<Record<AlarmRule['comparison'], string>> = {
  GreaterThanOrEqualToThreshold: '>=',
  GreaterThanThreshold: '>',
  LessThanOrEqualToThreshold: '<=',
  LessThanThreshold: '<',
};

/** How many periods an alarm is evaluated on. */
export function evaluationRange({ evaluationPeriods }: Pick<AlarmRule, 'evaluationPeriods'>): number {
  return evaluationPeriods + FURTHER_PERIODS;
}

/**
 * Decides an alarm.
 * @param range a value for each period of {@link evaluationRange}, oldest first; undefined where data is missing
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarms-and-missing-data.html
 */
export function evaluateAlarm(rule: AlarmRule, range: readonly (number | undefined)[], current: AlarmState): Verdict {
  const { datapointsToAlarm, evaluationPeriods, missingData, threshold, comparison } = rule;
  const known = range.filter((value) => value !== undefined).slice(-evaluationPeriods);
  const breaching = known.filter((value) => breaches[comparison](value, threshold)).length;
  const missing = evaluationPeriods - known.length;
  const values = [...known.map(readable), ...(missing > 0 ? [`${missing} missing`] : [])].join(', ');
  const condition = `${comparisonOf(rule)} for ${datapointsToAlarm} of ${evaluationPeriods} periods`;
  const verdict = (state: AlarmState): Verdict => ({ state, reason: `${condition}; there: ${values}` });

  const counted = breaching + (missingData === 'breaching' ? missing : 0);
  if (counted >= datapointsToAlarm) return verdict('ALARM');
  const isFilled = missing === 0 || missingData === 'breaching' || missingData === 'notBreaching';
  if (isFilled || known.length > breaching) return verdict('OK');
  if (missingData === 'ignore') return verdict(current);
  // A breach with nothing but silence after it: so long ago that by now there should have been enough of them.
  const oldest = range.length - range.findIndex((value) => value !== undefined);
  return verdict(known.length > 0 && oldest >= datapointsToAlarm ? 'ALARM' : 'INSUFFICIENT_DATA');
}

/** `>= 300` */
export function comparisonOf({ comparison, threshold }: Pick<AlarmRule, 'comparison' | 'threshold'>): string {
  return `${inWords[comparison]} ${readable(threshold)}`;
}

function readable(value: number): string {
  return String(Number(value.toPrecision(6)));
}
