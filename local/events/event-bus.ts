import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { CancelTimer, LocalClock } from '../clock.ts';
import { type Measure, measureNothing } from '../cloudwatch/metric.ts';
import type { InvokeFunction } from '../lambda/lambda-host.ts';
import type { LogLine } from '../line-log.ts';
import { compileEventPattern, type EventMatcher } from './event-pattern.ts';
import { compileSchedule } from './schedule.ts';

/** One rule of the template. */
export interface EventRule {
  readonly name: string;
  readonly arn: string;
  readonly enabled: boolean;
  readonly eventPattern?: unknown;
  /** `rate(...)` or a simple `cron(...)`. */
  readonly scheduleExpression?: string | undefined;
  readonly targets: readonly EventTarget[];
}

interface EventTarget {
  readonly id: string;
  readonly functionArn: string;
  /** JSON that the function gets instead of the event. */
  readonly input?: string | undefined;
}

/** What a service puts on the bus. */
interface BusEvent {
  readonly source: string;
  readonly detailType: string;
  readonly detail: object;
  readonly resources?: readonly string[] | undefined;
}

export interface EventBusOptions {
  readonly rules: readonly EventRule[];
  readonly invoke: InvokeFunction;
  readonly clock: LocalClock;
  readonly log: LogLine;
  readonly accountId: string;
  readonly region: string;
  /** @default nothing is measured */
  readonly measure?: Measure;
  /** Waits before each further try of a failing target, by the machine's clock. @default [1, 5, 15] */
  readonly retryDelaysSeconds?: readonly number[];
}

export interface EventBus {
  /** Sends an event to the targets of every rule it matches; does not wait for them. */
  put(event: BusEvent): void;
  /** Resolves when no delivery is under way. */
  settled(): Promise<void>;
  /** Ends schedules and retries. */
  stop(): Promise<void>;
}

/**
 * The default event bus with the template's rules.
 * @throws Error naming a matcher or schedule expression that is not supported
 */
export function createEventBus(options: EventBusOptions): EventBus {
  const { clock, log, invoke } = options;
  const deliveries = new Set<Promise<void>>();
  const timers = new Map<EventRule, CancelTimer>();
  const stopping = new AbortController();
  const matchers = new Map<EventRule, EventMatcher>();
  // Rules that are switched off are read too: one that could not run here should not wait for its first use to say so.
  for (const rule of options.rules) {
    if (rule.eventPattern !== undefined) matchers.set(rule, compileEventPattern(rule.eventPattern));
    if (rule.scheduleExpression !== undefined) schedule(rule, rule.scheduleExpression);
  }

  function schedule(rule: EventRule, expression: string): void {
    const nextDue = compileSchedule(expression);
    const arm = () => {
      const now = clock.now();
      timers.set(rule, clock.after(nextDue(now) - now, fire));
    };
    const fire = () => {
      arm();
      const scheduled = { source: 'aws.events', detailType: 'Scheduled Event', detail: {}, resources: [rule.arn] };
      dispatch(rule, envelope(scheduled));
    };
    if (rule.enabled) arm();
  }

  function envelope({ source, detailType, detail, resources = [] }: BusEvent): object {
    return {
      version: '0',
      id: randomUUID(),
      'detail-type': detailType,
      source,
      account: options.accountId,
      time: new Date(clock.now()).toISOString().replace(/\.\d+Z$/, 'Z'),
      region: options.region,
      resources,
      detail,
    };
  }

  function dispatch(rule: EventRule, event: object): void {
    for (const target of rule.targets) {
      const delivery = deliver(rule, target, target.input === undefined ? event : JSON.parse(target.input));
      deliveries.add(delivery);
      void delivery.finally(() => deliveries.delete(delivery));
    }
  }

  /** Never rejects: nobody waits for a delivery, so its failure has to be told here. */
  async function deliver(rule: EventRule, target: EventTarget, payload: unknown): Promise<void> {
    const delaysSeconds = options.retryDelaysSeconds ?? [1, 5, 15];
    const { signal } = stopping;
    for (let attempt = 0; ; attempt += 1) {
      try {
        await invoke({ caller: 'service', functionArn: target.functionArn, payload, signal });
        return;
      } catch (error) {
        if (signal.aborted) return;
        const waitSeconds = delaysSeconds[attempt];
        const outcome = waitSeconds === undefined ? 'EVENT LOST' : `tried again in ${waitSeconds} s`;
        log('events', `Rule ${rule.name}, target ${target.id}: ${String(error)} (${outcome})`);
        if (waitSeconds === undefined) return measureDrop(target.functionArn);
        await delay(waitSeconds * 1000, undefined, { signal }).catch(() => {});
      }
    }
  }

  /** @see https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-types.html */
  function measureDrop(functionArn: string): void {
    const dimensions = { FunctionName: functionArn.split(':')[6] ?? functionArn };
    (options.measure ?? measureNothing)(
      { namespace: 'AWS/Lambda', name: 'AsyncEventsDropped', dimensions },
      1,
      'Count',
    );
  }

  async function settled(): Promise<void> {
    while (deliveries.size > 0) await Promise.all(deliveries);
  }

  return {
    put(busEvent) {
      const event = envelope(busEvent);
      for (const [rule, matches] of matchers) {
        if (rule.enabled && matches(event)) dispatch(rule, event);
      }
    },
    settled,
    async stop() {
      for (const cancel of timers.values()) cancel();
      stopping.abort(new Error('The local cloud is stopping'));
      await settled();
    },
  };
}
