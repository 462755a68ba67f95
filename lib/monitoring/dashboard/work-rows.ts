import { AlarmStatusWidget, type IWidget } from 'aws-cdk-lib/aws-cloudwatch';
import { metricCodes } from '../../../core/contract/metric-codes.ts';
import type { MetricName } from '../../../core/contract/metrics.ts';
import { quotaUse } from '../alarms/execution-alarms.ts';
import type { MonitoredParts } from '../monitored-parts.ts';
import { apiMetric, executionMetric, throttledRequests, workerMetric } from '../service-metrics.ts';
import { type Statistic, waybillMetric, waybillMetricByCode } from '../waybill-metric.ts';
import type { OperationsDashboardProps } from './operations-dashboard.ts';
import { chart, halfAndMost, note } from './widgets.ts';

/** Is it well, at a glance. */
export function healthRow({ alarms, ...parts }: OperationsDashboardProps): IWidget[] {
  return [
    note(parts.deployment, 'Health', 'Red is an alarm; each links to what to do.', [
      'sweeper-silent',
      'api-errors',
      'api-slow',
    ]),
    new AlarmStatusWidget({ title: 'Alarms', alarms: Object.values(alarms.byName), width: 8, height: 6 }),
    chart({
      title: 'Requests to the API, and those that failed, a minute',
      lines: [apiMetric(parts, 'Count', 'Sum'), apiMetric(parts, '4xx', 'Sum'), apiMetric(parts, '5xx', 'Sum')],
      width: 4,
    }),
    chart({
      title: 'How long the API takes, ms (half, and 19 of 20 requests)',
      lines: halfAndMost((statistic) => apiMetric(parts, 'Latency', statistic)),
      marks: [{ value: 3000, label: 'api-slow' }],
      width: 4,
    }),
    chart({
      title: 'Passes of the sweeper, and requests that DynamoDB throttled',
      lines: [waybillMetric(parts.deployment, 'SweeperRuns', 'Sum')],
      right: throttledRequests(parts),
      width: 4,
    }),
  ];
}

/** Do exports start. */
export function queueRow({ deployment }: MonitoredParts): IWidget[] {
  const metric = (name: MetricName, statistic: Statistic) => waybillMetric(deployment, name, statistic);
  return [
    note(deployment, 'Queue', 'From the request to the start. Waiting one’s turn is not stuck.', [
      'queue-waits-5-minutes',
      'queue-waits-10-minutes',
      'queue-deep',
      'slot-drift',
    ]),
    chart({
      title: 'Exports that wait, and that run',
      lines: [metric('QueuedExports', 'Maximum'), metric('RunningExports', 'Maximum')],
      marks: [{ value: deployment.config.poolCap, label: 'slots' }],
    }),
    chart({
      title: 'How long the oldest could have started, s',
      lines: [metric('OldestQueuedAgeSeconds', 'Maximum')],
      marks: [
        { value: 300, label: 'warning' },
        { value: 600, label: 'critical' },
        { value: 900, label: 'fails as stuck' },
      ],
    }),
    chart({
      title: 'Wait until the start, s (half, and 19 of 20 exports)',
      lines: halfAndMost((statistic) => metric('QueueWaitSeconds', statistic)),
    }),
    chart({
      title: 'Exports asked for, and how they ended, a minute',
      lines: [
        metric('ExportsCreated', 'Sum'),
        metric('ExportsReady', 'Sum'),
        metric('ExportsFailed', 'Sum'),
        metric('ExportsCancelled', 'Sum'),
      ],
    }),
  ];
}

/** Do workers get along. */
export function workersRow(parts: MonitoredParts): IWidget[] {
  const { deployment } = parts;
  const metric = (name: MetricName, statistic: Statistic) => waybillMetric(deployment, name, statistic);
  return [
    note(deployment, 'Workers', 'Small exports run in Lambda, large ones in Fargate.', [
      'leases-lapsed',
      'worker-memory',
      'fargate-on-demand-quota',
      'fargate-spot-quota',
    ]),
    chart({
      title: 'From the start to the file, s (half, and 19 of 20 exports)',
      lines: halfAndMost((statistic) => metric('RunSeconds', statistic)),
    }),
    chart({
      title: 'Attempts after the first, silent workers, slots repaired',
      lines: [metric('Retries', 'Sum'), metric('LeasesLapsed', 'Sum'), metric('SlotDrift', 'Sum')],
    }),
    chart({
      title: 'Memory of the largest worker, MiB',
      lines: [workerMetric(parts, 'MemoryUtilized', 'Maximum'), workerMetric(parts, 'MemoryReserved', 'Maximum')],
    }),
    chart({
      title: 'vCPUs of Fargate, % of the account’s quota',
      lines: [quotaUse('OnDemand'), quotaUse('Spot')],
      marks: [{ value: 80, label: 'warning' }],
    }),
  ];
}

/** Why exports fail. */
export function failuresRow(parts: MonitoredParts): IWidget[] {
  const { deployment } = parts;
  return [
    note(deployment, 'Failures', 'Each code has a line in the runbook.', [
      'exports-failing',
      'executions-failing',
      'executions-cut-off',
    ]),
    chart({
      title: 'Exports that failed, by failure code, a minute',
      lines: metricCodes.ExportsFailed.map((code) => waybillMetricByCode(deployment, 'ExportsFailed', code)),
      width: 12,
    }),
    chart({
      title: 'Executions that failed, timed out or were aborted, a minute',
      lines: [
        executionMetric(parts, 'ExecutionsFailed'),
        executionMetric(parts, 'ExecutionsTimedOut'),
        executionMetric(parts, 'ExecutionsAborted'),
      ],
      right: [executionMetric(parts, 'ExecutionsSucceeded')],
      width: 8,
    }),
  ];
}
