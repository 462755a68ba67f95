/**
 * List prices of us-east-1 in US dollars, without free tiers, discounts and taxes. They change: look at the page beside
 * each before you rely on a sum.
 */
export const prices = {
  /** @see https://aws.amazon.com/api-gateway/pricing/ (HTTP API) */
  apiRequest: 1.0 / 1e6,
  /** @see https://aws.amazon.com/lambda/pricing/ (Arm) */
  lambdaRequest: 0.2 / 1e6,
  lambdaGbSecond: 0.0000133334,
  /** @see https://aws.amazon.com/step-functions/pricing/ (Standard) */
  stateTransition: 0.025 / 1e3,
  /** @see https://aws.amazon.com/dynamodb/pricing/on-demand/ */
  writeUnit: 0.625 / 1e6,
  readUnit: 0.125 / 1e6,
  tableGbMonth: 0.25,
  /** @see https://aws.amazon.com/s3/pricing/ */
  s3Write: 0.005 / 1e3,
  s3Read: 0.0004 / 1e3,
  s3GbMonth: 0.023,
  /** From S3 to the internet, the first 10 TB of a month. */
  downloadGb: 0.09,
  /** @see https://aws.amazon.com/ses/pricing/ */
  mail: 0.1 / 1e3,
  /** @see https://aws.amazon.com/fargate/pricing/ (Linux on Arm; Spot varies and is not counted on) */
  vcpuHour: 0.03238,
  memoryGbHour: 0.00356,
  /** @see https://aws.amazon.com/cloudwatch/pricing/ */
  logGb: 0.5,
  metricMonth: 0.3,
  alarmMetricMonth: 0.1,
  dashboardMonth: 3,
  /** @see https://aws.amazon.com/kms/pricing/ */
  keyMonth: 1,
  /** @see https://aws.amazon.com/secrets-manager/pricing/ */
  secretMonth: 0.4,
  /** Each zone of an interface endpoint. @see https://aws.amazon.com/privatelink/pricing/ */
  endpointZoneHour: 0.01,
  /** @see https://aws.amazon.com/rds/aurora/pricing/ (Serverless v2) */
  auroraCapacityHour: 0.12,
} as const;

export const HOURS_PER_MONTH = 730;
