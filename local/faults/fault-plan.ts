import { createHash } from 'node:crypto';
import { type FaultRule, type FaultSettings, faultSettings, POSTGRESQL } from './fault-rule.ts';

/** What a call is, for the purpose of deciding about it. */
export interface CallIdentity {
  readonly service: string;
  readonly operation: string;
  /** The calling role's name. */
  readonly principal: string;
  /** The same for all tries of one call; undefined when each try is a call of its own. */
  readonly invocationId: string | undefined;
}

export interface PlannedFault {
  readonly rule: FaultRule;
  /** From 0 up to 1, by the seed: for what else the fault leaves open. */
  readonly draw: number;
}

/** How often a rule was met. */
export interface RuleReport {
  readonly rule: FaultRule;
  /** Calls that met the fault. */
  readonly calls: number;
}

/** Tries of calls that are remembered; far more than are ever under way. */
const MAX_REMEMBERED = 10_000;

interface Call {
  /** From 1, among the calls of this principal to this operation. */
  readonly number: number;
  readonly fault: PlannedFault | undefined;
}

/**
 * Decides which calls meet a fault. Whether call k of a principal to an operation does is a function of the seed and of
 * (rule, principal, service, operation, k) alone, so the same seed gives the same faults however the calls of different
 * callers interleave. Only a `limit` depends on the order in which they come.
 */
export class FaultPlan {
  readonly #seed: number;
  readonly #rules: readonly { readonly rule: FaultRule; calls: number }[];
  readonly #counters = new Map<string, number>();
  readonly #remembered = new Map<string, Call>();

  constructor(settings: FaultSettings) {
    const { seed, rules } = faultSettings.parse(settings);
    this.#seed = seed;
    this.#rules = rules.map((rule) => ({ rule, calls: 0 }));
  }

  /** The fault this try of a call meets, if any. */
  decide(identity: CallIdentity): PlannedFault | undefined {
    const { invocationId } = identity;
    const known = invocationId === undefined ? undefined : this.#remembered.get(invocationId);
    if (known !== undefined) return known.fault?.rule.tries === 'all' ? known.fault : undefined;
    const path = `${identity.principal}/${identity.service}/${identity.operation}`;
    const number = (this.#counters.get(path) ?? 0) + 1;
    this.#counters.set(path, number);
    const call = { number, fault: this.#plan(identity, path, number) };
    if (invocationId !== undefined) this.#remember(invocationId, call);
    return call.fault;
  }

  report(): readonly RuleReport[] {
    return this.#rules.map(({ rule, calls }) => ({ rule, calls }));
  }

  #plan(identity: CallIdentity, path: string, number: number): PlannedFault | undefined {
    for (const [index, counted] of this.#rules.entries()) {
      const { rule } = counted;
      if (!matches(rule, identity) || number <= rule.skip || counted.calls === rule.limit) continue;
      const draw = this.#draw(`${index}/${path}/${number}`);
      if (draw >= rule.rate) continue;
      counted.calls += 1;
      return { rule, draw: draw / rule.rate };
    }
    return undefined;
  }

  #draw(what: string): number {
    const hash = createHash('sha256').update(`${this.#seed}/${what}`).digest();
    return hash.readUIntBE(0, 6) / 2 ** 48;
  }

  #remember(invocationId: string, call: Call): void {
    this.#remembered.set(invocationId, call);
    if (this.#remembered.size <= MAX_REMEMBERED) return;
    const [oldest = ''] = this.#remembered.keys();
    this.#remembered.delete(oldest);
  }
}

const conflictingOperations: readonly string[] = ['TransactWriteItems', 'PutItem', 'UpdateItem', 'DeleteItem'];

function matches(rule: FaultRule, { service, operation, principal }: CallIdentity): boolean {
  if (service === POSTGRESQL && rule.kind !== 'connection-cut') return false;
  if (rule.kind === 'transaction-conflict' && !(service === 'dynamodb' && conflictingOperations.includes(operation))) {
    return false;
  }
  if (rule.kind === 'stale-index-read' && !(service === 'dynamodb' && operation === 'Query')) return false;
  return (
    (rule.service === undefined || rule.service === service) &&
    (rule.operation === undefined || rule.operation === operation) &&
    (rule.principal === undefined || principal.toLowerCase().includes(rule.principal.toLowerCase()))
  );
}
