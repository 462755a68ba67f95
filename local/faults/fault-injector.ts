import { setTimeout as sleep } from 'node:timers/promises';
import * as z from 'zod';
import type { InterceptedCall } from '../aws-endpoint/endpoint.ts';
import { AwsError, type GatePass, type Principal } from '../aws-endpoint/service.ts';
import { jobOf } from '../ecs/task-session.ts';
import { LOCAL_OPERATOR_ARN } from '../iam/credentials.ts';
import { FaultPlan, type RuleReport } from './fault-plan.ts';
import { type FaultKind, type FaultRule, type FaultSettings, POSTGRESQL } from './fault-rule.ts';
import { MAX_INDEX_LAG_MS, RecentWrites } from './recent-writes.ts';
import { failureOf, throttlingOf, transactionConflict } from './service-errors.ts';
import { SessionCutter } from './session-cutter.ts';

/** A call as it is counted and reported. */
export interface ObservedCall {
  readonly service: string;
  readonly operation: string;
  /** The calling role's name; of a task with what it does: `worker-role/lead`. */
  readonly principal: string;
  /** The same for all tries of one call by an AWS SDK. */
  readonly invocationId: string | undefined;
  readonly fault: FaultKind | undefined;
}

export interface FaultReport {
  readonly rules: readonly RuleReport[];
  /** Faults by `<principal> <service>:<operation> <kind>`; each try of a call counts. */
  readonly injected: Readonly<Record<string, number>>;
}

export interface FaultInjectorOptions {
  /** The key attributes of each table, by its name. */
  readonly keyAttributes: ReadonlyMap<string, readonly string[]>;
  /** Ends a caller's process at once, or all that act as its role where it has no session. */
  readonly kill: (caller: Principal) => void;
  /** The superuser's connection string to the database whose sessions `postgresql` rules end. */
  readonly postgresUrl: string;
}

const DELAY_MS = 5_000;

const indexed = z.looseObject({ TableName: z.string(), IndexName: z.string().optional() });

/** Injects faults into calls of roles to AWS, and into sessions of the database; the local operator meets none. */
export class FaultInjector {
  readonly #options: FaultInjectorOptions;
  readonly #injected = new Map<string, number>();
  readonly #observers = new Set<(call: ObservedCall) => void>();
  #plan: FaultPlan | undefined;
  #writes: RecentWrites | undefined;
  #cutter: SessionCutter | undefined;

  constructor(options: FaultInjectorOptions) {
    this.#options = options;
  }

  /** Replaces all rules and forgets what was injected so far. */
  async set(settings: FaultSettings): Promise<void> {
    const plan = settings.rules.length > 0 ? new FaultPlan(settings) : undefined;
    await this.#cutter?.stop();
    this.#cutter = undefined;
    this.#injected.clear();
    this.#plan = plan;
    const isStale = settings.rules.some(({ kind }) => kind === 'stale-index-read');
    this.#writes = isStale ? new RecentWrites(this.#options.keyAttributes) : undefined;
    const cutsSessions = settings.rules.some(
      ({ kind, service = POSTGRESQL }) => kind === 'connection-cut' && service === POSTGRESQL,
    );
    if (plan === undefined || !cutsSessions) return;
    this.#cutter = await SessionCutter.start(this.#options.postgresUrl, (role) => {
      const call = { service: POSTGRESQL, operation: 'Session', principal: role, invocationId: undefined };
      const fault = plan.decide(call);
      if (fault?.rule.kind !== 'connection-cut') return undefined;
      this.#count({ ...call, fault: fault.rule.kind });
      return fault.draw;
    });
  }

  report(): FaultReport {
    return { rules: this.#plan?.report() ?? [], injected: Object.fromEntries([...this.#injected].sort()) };
  }

  /** Tells of every call of a role to AWS, before it is carried out; returns how to stop. */
  observe(observer: (call: ObservedCall) => void): () => void {
    this.#observers.add(observer);
    return () => this.#observers.delete(observer);
  }

  async stop(): Promise<void> {
    await this.set({ rules: [] });
  }

  /** @throws AwsError that the call fails with */
  readonly intercept = async (call: InterceptedCall): Promise<GatePass> => {
    const isIdle = this.#plan === undefined && this.#observers.size === 0;
    if (isIdle || call.principal.roleArn === LOCAL_OPERATOR_ARN) return {};
    const { service, operation, invocationId } = call;
    const principal = nameOf(call.principal);
    const fault = this.#plan?.decide({ service, operation, principal, invocationId });
    const observed = { service, operation, principal, invocationId, fault: fault?.rule.kind };
    for (const observer of this.#observers) observer(observed);
    if (fault !== undefined) this.#count(observed);
    try {
      return fault === undefined ? {} : await this.#inject(fault.rule, fault.draw, call);
    } finally {
      if (service === 'dynamodb') this.#writes?.note(operation, call.input);
    }
  };

  async #inject(rule: FaultRule, draw: number, call: InterceptedCall): Promise<GatePass> {
    const { service, operation, principal, input, reply } = call;
    const kill = () => this.#options.kill(principal);
    switch (rule.kind) {
      case 'error':
        throw failureOf(service);
      case 'throttle':
        throw throttlingOf(service);
      case 'transaction-conflict':
        throw transactionConflict(operation, input, draw);
      case 'stale-index-read':
        return this.#behind(input, draw * MAX_INDEX_LAG_MS);
      case 'timeout-after-apply':
        reply.withhold();
        return {};
      case 'kill-after-apply':
        reply.withhold(kill);
        return {};
      case 'kill':
        kill();
        reply.cut();
        throw new AwsError('ConnectionCut', 500, 'The caller was killed.');
      case 'connection-cut':
        reply.cut();
        throw new AwsError('ConnectionCut', 500, 'The connection was cut.');
      case 'delay':
        await sleep(rule.delayMs ?? DELAY_MS);
        return {};
    }
  }

  /** Lets a query of an index answer as it would have `lagMs` ago, but for items that have left the index since. */
  #behind(input: unknown, lagMs: number): GatePass {
    const { TableName, IndexName } = indexed.parse(input);
    if (IndexName === undefined) return {};
    return { isHidden: (item) => this.#writes?.has(TableName, item, lagMs) ?? false };
  }

  #count({ principal, service, operation, fault }: ObservedCall): void {
    const name = `${principal} ${service}:${operation} ${fault}`;
    this.#injected.set(name, (this.#injected.get(name) ?? 0) + 1);
  }
}

/** `arn:aws:iam::000000000000:role/path/name` -> `name`; with what a session does, if it has one. */
function nameOf({ roleArn, session }: Principal): string {
  const role = roleArn.slice(roleArn.lastIndexOf('/') + 1);
  return session === undefined ? role : `${role}/${jobOf(session)}`;
}
