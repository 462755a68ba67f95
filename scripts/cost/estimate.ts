import { HOURS_PER_MONTH, prices } from './prices.ts';
import * as usage from './usage.ts';

/** A row of the estimate: what it is for, and US dollars. */
export interface CostLine {
  readonly what: string;
  readonly usd: number;
}

const GB = 1e9;

/** What one export of so many rows takes, with one mail and `downloads` downloads. */
export function costOfExport({ rows, downloads }: { rows: number; downloads: number }): CostLine[] {
  const isLarge = rows > 10_000;
  const runSeconds = rows / usage.ROWS_PER_SECOND;
  const bytes = rows * usage.BYTES_PER_ROW;
  const { download, ...once } = usage.writeUnits;
  const steps = Object.values(once).reduce((sum, units) => sum + units, 0);
  const laterSteps = usage.LATER_STEPS * usage.writeUnits.claim;
  const writeUnits = steps + laterSteps + downloads * download + runSeconds / usage.HEARTBEAT_SECONDS;
  const requests = usage.API_REQUESTS + downloads;
  const runs = usage.FUNCTION_RUNS + requests;
  const taskHours = Math.max(60, usage.TASK_START_SECONDS + runSeconds) / 3600;
  return [
    { what: 'API requests', usd: requests * prices.apiRequest },
    {
      what: 'functions',
      usd:
        runs * (prices.lambdaRequest + usage.FUNCTION_SECONDS * 0.5 * prices.lambdaGbSecond) +
        (isLarge ? 0 : (1 + runSeconds) * prices.lambdaGbSecond),
    },
    { what: 'state transitions', usd: usage.STATE_TRANSITIONS * prices.stateTransition },
    {
      what: 'table',
      usd: writeUnits * prices.writeUnit + requests * usage.READ_UNITS_PER_REQUEST * prices.readUnit,
    },
    { what: 'worker', usd: isLarge ? taskHours * (prices.vcpuHour + 2 * prices.memoryGbHour) : 0 },
    {
      what: 'file',
      usd:
        (usage.storageRequests.file.writes + Math.ceil(bytes / usage.PART_BYTES)) * prices.s3Write +
        usage.storageRequests.file.reads * prices.s3Read +
        (bytes / GB) * prices.s3GbMonth * (usage.RETENTION_DAYS / 30),
    },
    { what: 'download', usd: downloads * (prices.s3Read + (bytes / GB) * prices.downloadGb) },
    { what: 'mail and logs', usd: prices.mail + (usage.LOG_BYTES / GB) * prices.logGb },
  ];
}

/** Resources of a stack that cost without being used. */
export interface StandingResources {
  /** Zones of all interface endpoints together. */
  readonly endpointZones: number;
  readonly keys: number;
  readonly secrets: number;
  /** Metrics that alarms look at, all together. */
  readonly alarmMetrics: number;
  readonly dashboards: number;
  readonly customMetrics: number;
  /** The least capacity of the sample database; 0 without one. */
  readonly auroraCapacity: number;
  /** Functions that run each minute. */
  readonly minutely: number;
}

/** What a deployment costs a month in which nobody exports anything. */
export function costWhenIdle(resources: StandingResources): CostLine[] {
  const runs = resources.minutely * 60 * HOURS_PER_MONTH;
  return [
    { what: 'interface endpoints', usd: resources.endpointZones * prices.endpointZoneHour * HOURS_PER_MONTH },
    { what: 'sample database', usd: resources.auroraCapacity * prices.auroraCapacityHour * HOURS_PER_MONTH },
    {
      what: 'metrics, alarms, dashboard',
      usd:
        resources.customMetrics * prices.metricMonth +
        resources.alarmMetrics * prices.alarmMetricMonth +
        resources.dashboards * prices.dashboardMonth,
    },
    { what: 'keys and secrets', usd: resources.keys * prices.keyMonth + resources.secrets * prices.secretMonth },
    {
      what: 'passes of each minute',
      usd:
        runs * (prices.lambdaRequest + usage.FUNCTION_SECONDS * 0.5 * prices.lambdaGbSecond) +
        // The queue, seven looks at what is due, and the memberships of nobody: a dozen reads.
        runs * 12 * prices.readUnit,
    },
  ];
}

export function total(lines: readonly CostLine[]): number {
  return lines.reduce((sum, { usd }) => sum + usd, 0);
}
