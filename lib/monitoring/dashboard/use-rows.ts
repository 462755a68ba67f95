import { Duration } from 'aws-cdk-lib';
import { type IMetric, type IWidget, MathExpression } from 'aws-cdk-lib/aws-cloudwatch';
import { metricCodes } from '../../../core/contract/metric-codes.ts';
import { backgroundHandlers, stepFunctions } from '../background-functions.ts';
import type { MonitoredParts } from '../monitored-parts.ts';
import { functionMetric, mailReputation, workerMetric } from '../service-metrics.ts';
import { MINUTE, waybillMetric, waybillMetricByCode } from '../waybill-metric.ts';
import { chart, note } from './widgets.ts';

/** Do people get their files. */
export function accessRow({ deployment }: MonitoredParts): IWidget[] {
  const sum = (name: Parameters<typeof waybillMetric>[1]) => waybillMetric(deployment, name, 'Sum');
  return [
    note(deployment, 'Access', 'Refusals are normal; a step in them is not.', ['expired-files-present']),
    chart({ title: 'Files given out, and refused, a minute', lines: [sum('DownloadsServed'), sum('DownloadsDenied')] }),
    chart({
      title: 'Downloads refused, by problem code, a minute',
      lines: metricCodes.DownloadsDenied.map((code) => waybillMetricByCode(deployment, 'DownloadsDenied', code)),
    }),
    chart({
      title: 'Old links opened, and feedback on files, a minute',
      lines: [sum('LinksExpired'), sum('SupportSignals')],
    }),
    chart({
      title: 'Files that should have been removed',
      lines: [waybillMetric(deployment, 'ExpiredFilesPresent', 'Maximum')],
    }),
  ];
}

/** Do people hear of it. */
export function mailRow(parts: MonitoredParts): IWidget[] {
  const hourly = Duration.hours(1);
  return [
    note(parts.deployment, 'Mail', 'A mail that comes back is shown beside its export.', [
      'mail-bounces',
      'mail-complaints',
      'events-dropped',
    ]),
    chart({
      title: 'Mails that came back, a minute',
      lines: [waybillMetric(parts.deployment, 'NotificationsBounced', 'Sum')],
      width: 6,
    }),
    chart({
      title: 'Share of mails that come back (1 is all)',
      lines: [mailReputation(parts, 'Reputation.BounceRate', hourly)],
      marks: [{ value: 0.05, label: 'review by SES' }],
      width: 7,
    }),
    chart({
      title: 'Share of mails reported as spam (1 is all)',
      lines: [mailReputation(parts, 'Reputation.ComplaintRate', hourly)],
      marks: [{ value: 0.001, label: 'review by SES' }],
      width: 7,
    }),
  ];
}

/** What is done, and what it is billed by. */
export function costRow(parts: MonitoredParts): IWidget[] {
  const { deployment } = parts;
  return [
    note(deployment, 'Cost', 'What bills follow: rows and bytes cause it, vCPU- and GB-seconds are it.', [
      'upkeep-failing',
      'functions-throttled',
      'table-throttled',
    ]),
    chart({ title: 'Rows in finished files, a minute', lines: [waybillMetric(deployment, 'RowsExported', 'Sum')] }),
    chart({ title: 'Bytes of finished files, a minute', lines: [waybillMetric(deployment, 'BytesExported', 'Sum')] }),
    chart({ title: 'Fargate, vCPU-seconds a minute', lines: [vcpuSeconds(parts)] }),
    chart({
      title: 'Lambda: small exports and upkeep, seconds a minute',
      lines: [smallRuns(parts), upkeepRuns(parts)],
    }),
  ];
}

/** Each task is a value a minute, in units of which 1,024 are a vCPU: 60 s of it each. */
function vcpuSeconds(parts: MonitoredParts): IMetric {
  return new MathExpression({
    expression: '60 * units / 1024',
    usingMetrics: { units: workerMetric(parts, 'CpuReserved', 'Sum') },
    period: MINUTE,
    label: 'vCPU-seconds',
  });
}

/** The function that produces small files has 1 GB, so its seconds are GB-seconds. */
function smallRuns({ handlers }: MonitoredParts): IMetric {
  return seconds('small', 'small exports (1 GB)', [functionMetric(handlers.runSmallExport.handler, 'Duration')]);
}

function upkeepRuns(parts: MonitoredParts): IMetric {
  const others = stepFunctions(parts).filter((handler) => handler !== parts.handlers.runSmallExport.handler);
  const durations = [...backgroundHandlers(parts), ...others].map((handler) => functionMetric(handler, 'Duration'));
  return seconds('other', 'steps and upkeep (0.5 GB)', durations);
}

/** @param id what the ids of this line begin with, as they are the whole chart's */
function seconds(id: string, label: string, durations: readonly IMetric[]): IMetric {
  const usingMetrics = Object.fromEntries(durations.map((metric, index) => [`${id}${index}`, metric]));
  const sum = Object.keys(usingMetrics)
    .map((one) => `FILL(${one}, 0)`)
    .join(' + ');
  return new MathExpression({ expression: `(${sum}) / 1000`, usingMetrics, period: MINUTE, label });
}
