/** The CloudWatch namespace of everything in {@link metrics}. */
export const METRIC_NAMESPACE = 'Waybill';

/**
 * The dimension every metric has: the deployment's stage, as in each log line. Never an account, a user or an export:
 * each value of a dimension is a metric of its own, billed by the month.
 * @see https://aws.amazon.com/cloudwatch/pricing/
 */
export const STAGE_DIMENSION = 'Stage';

/** The second dimension of metrics that are also told apart: by failure code, or by problem code. */
export const CODE_DIMENSION = 'Code';

interface MetricDefinition {
  readonly unit: 'Count' | 'Seconds' | 'Bytes';
  /** What is measured, and when a value is written. */
  readonly meaning: string;
  /** Also written once more by code. @default false */
  readonly byCode?: boolean;
}

/** Everything Waybill measures of itself. A count is written as it happens, a level by each minute's pass. */
export const metrics = {
  ExportsCreated: { unit: 'Count', meaning: 'Exports accepted, also retries and runs anew' },
  QueuedExports: { unit: 'Count', meaning: 'Exports that wait for their start, each minute' },
  OldestQueuedAgeSeconds: {
    unit: 'Seconds',
    meaning: 'For how long the one that waits longest could have started, each minute',
  },
  RunningExports: { unit: 'Count', meaning: 'Exports that hold a slot, each minute' },
  QueueWaitSeconds: { unit: 'Seconds', meaning: 'From the request to the first claim of a worker' },
  RunSeconds: { unit: 'Seconds', meaning: 'From the first claim to the file being ready' },
  RowsExported: { unit: 'Count', meaning: 'Rows of files that became ready' },
  BytesExported: { unit: 'Bytes', meaning: 'Bytes of files that became ready' },
  ExportsReady: { unit: 'Count', meaning: 'Exports whose file became ready' },
  ExportsFailed: { unit: 'Count', meaning: 'Exports that failed, by failure code', byCode: true },
  Retries: { unit: 'Count', meaning: 'Attempts after the first' },
  ExportsCancelled: { unit: 'Count', meaning: 'Exports that were cancelled' },
  LeasesLapsed: { unit: 'Count', meaning: 'Attempts taken over because their worker was not heard of' },
  SlotDrift: { unit: 'Count', meaning: 'Slots given back by repair: an ending should have done it, each minute' },
  DownloadsServed: { unit: 'Count', meaning: 'Links to files that were given out' },
  DownloadsDenied: { unit: 'Count', meaning: 'Downloads refused, by problem code; once a minute per reader', byCode: true },
  LinksExpired: { unit: 'Count', meaning: 'Mailed links opened after their time' },
  NotificationsBounced: { unit: 'Count', meaning: 'Mails that came back' },
  SupportSignals: { unit: 'Count', meaning: 'Feedback on finished files' },
  ExpiredFilesPresent: { unit: 'Count', meaning: 'Files that should have been removed by now and are not, each minute' },
  SweeperRuns: { unit: 'Count', meaning: 'Passes of the sweeper that did all of their parts' },
} as const satisfies Record<string, MetricDefinition>;

export type MetricName = keyof typeof metrics;

/** One value of one metric. */
export interface Measurement {
  readonly name: MetricName;
  readonly value: number;
  /** For metrics that are told apart {@link MetricDefinition.byCode | by code}. */
  readonly code?: string;
}
