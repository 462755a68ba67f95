import type { AlarmPlan } from '../template/plan/alarms.ts';
import { type AlarmState, evaluateAlarm, evaluationRange } from './evaluate-alarm.ts';
import { runQueries } from './metric-query.ts';
import { type MetricStore, MINUTE_MS, minuteOf, RETENTION_MS } from './metric-store.ts';

/** Changes of state that are remembered of each alarm. */
const REMEMBERED_CHANGES = 100;

export interface StateChange {
  /** Epoch milliseconds. */
  readonly at: number;
  readonly from: AlarmState;
  readonly to: AlarmState;
  readonly reason: string;
}

/** An alarm as it is now. */
export interface AlarmView {
  readonly plan: AlarmPlan;
  readonly state: AlarmState;
  readonly reason: string;
  /** When it came into its state, in epoch milliseconds. */
  readonly since: number;
  /** The newest last. */
  readonly history: readonly StateChange[];
}

export interface AlarmsOptions {
  readonly plans: readonly AlarmPlan[];
  readonly store: MetricStore;
  readonly startMs: number;
  readonly onChange: (alarm: AlarmPlan, change: StateChange) => void;
}

/** Evaluates alarms, every minute on what was measured up to its start. */
export class Alarms {
  readonly #options: AlarmsOptions;
  readonly #views: Map<AlarmPlan, AlarmView>;
  #evaluatedTo: number;

  constructor(options: AlarmsOptions) {
    const { plans, startMs: since } = options;
    this.#options = options;
    this.#evaluatedTo = minuteOf(since);
    const reason = 'Not evaluated yet';
    this.#views = new Map(
      plans.map((plan) => [plan, { plan, state: 'INSUFFICIENT_DATA', reason, since, history: [] }]),
    );
  }

  get views(): readonly AlarmView[] {
    return [...this.#views.values()];
  }

  /** Evaluates each minute that has begun since the last time, in order. */
  evaluateUntil(nowMs: number): void {
    const last = minuteOf(nowMs);
    // Nothing is measured while the clock jumps: once all that there was is forgotten, no further minute differs.
    const settled = Math.min(last, this.#evaluatedTo + RETENTION_MS);
    while (this.#evaluatedTo < settled) this.#evaluate(this.#evaluatedTo + MINUTE_MS);
    if (this.#evaluatedTo < last) this.#evaluate(last);
  }

  #evaluate(atMs: number): void {
    this.#evaluatedTo = atMs;
    for (const view of this.#views.values()) this.#evaluateOne(view, atMs);
  }

  #evaluateOne(view: AlarmView, atMs: number): void {
    const { plan, state: from } = view;
    const periodMs = plan.periodSeconds * 1000;
    const count = evaluationRange(plan);
    const startMs = atMs - count * periodMs;
    const [result] = runQueries(plan.queries, { startMs, endMs: atMs }, this.#options.store);
    const range = Array.from({ length: count }, (_, index) => result?.points.get(startMs + index * periodMs));
    const { state: to, reason } = evaluateAlarm(plan, range, from);
    if (to === from) return void this.#views.set(plan, { ...view, reason });
    const change = { at: atMs, from, to, reason };
    const history = [...view.history, change].slice(-REMEMBERED_CHANGES);
    this.#views.set(plan, { plan, state: to, reason, since: atMs, history });
    this.#options.onChange(plan, change);
  }
}
