import type { AwsService } from '../aws-endpoint/service.ts';
import type { CancelTimer, LocalClock } from '../clock.ts';
import type { LogLine } from '../line-log.ts';
import type { AlarmPlan } from '../template/plan/alarms.ts';
import { Alarms, type AlarmView } from './alarms.ts';
import { cloudWatchService } from './cloudwatch-service.ts';
import { MalformedMetricError, readEmbeddedMetrics } from './emf.ts';
import type { Measure } from './metric.ts';
import { type MetricQuery, type QueryResult, runQueries, type TimeSpan } from './metric-query.ts';
import { MetricStore, MINUTE_MS } from './metric-store.ts';

export interface CloudWatchOptions {
  readonly alarms: readonly AlarmPlan[];
  readonly clock: Pick<LocalClock, 'now' | 'after'>;
  readonly log: LogLine;
}

/** The metrics and alarms of the local cloud; they are forgotten when it stops. */
export interface CloudWatch {
  readonly service: AwsService;
  readonly measure: Measure;
  /** Takes output of functions and tasks: passes it on to the log, and keeps the metrics that are in it. */
  readonly readLog: LogLine;
  /** The alarms as of now. */
  alarms(): readonly AlarmView[];
  query(queries: readonly MetricQuery[], span: TimeSpan): readonly QueryResult[];
  /** Calls `sample` once a minute of the local clock, before alarms are evaluated. */
  everyMinute(sample: () => void): void;
  stop(): void;
}

/** Starts the evaluation of alarms, at each full minute of the local clock. */
export function startCloudWatch({ alarms: plans, clock, log }: CloudWatchOptions): CloudWatch {
  const store = new MetricStore();
  const alarms = new Alarms({
    plans,
    store,
    startMs: clock.now(),
    onChange({ name, alarmActions, okActions }, { from, to, reason }) {
      const told = to === 'ALARM' ? alarmActions : to === 'OK' ? okActions : [];
      log('cloudwatch', [`alarm ${name} ${from} -> ${to}: ${reason}`, ...told.map((arn) => `tells ${arn}`)].join('; '));
    },
  });
  const samplers: (() => void)[] = [];
  const currentAlarms = () => {
    alarms.evaluateUntil(clock.now());
    return alarms.views;
  };

  let cancelTimer: CancelTimer;
  const arm = () => {
    cancelTimer = clock.after(MINUTE_MS - (clock.now() % MINUTE_MS), tick);
  };
  const tick = () => {
    arm();
    for (const sample of samplers) sample();
    alarms.evaluateUntil(clock.now());
    store.prune(clock.now());
  };
  arm();

  return {
    service: cloudWatchService({ store, alarms: currentAlarms }),
    measure: (metric, value, unit) => store.put({ ...metric, values: [value], unit, timestampMs: clock.now() }),
    readLog(source, line) {
      log(source, line);
      try {
        for (const datum of readEmbeddedMetrics(line)) store.put(datum);
      } catch (error) {
        if (!(error instanceof MalformedMetricError)) throw error;
        log('cloudwatch', `MALFORMED METRIC of ${source}, which AWS would drop silently: ${error.message}`);
      }
    },
    alarms: currentAlarms,
    query: (queries, span) => runQueries(queries, span, store),
    everyMinute: (sample) => samplers.push(sample),
    stop: () => cancelTimer(),
  };
}
