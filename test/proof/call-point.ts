import type { FaultKind } from '../../local/faults/fault-rule.ts';

/** One call to AWS that a scenario makes. */
export interface CallPoint {
  /** The calling role's name; of a task with what it does. */
  readonly principal: string;
  readonly service: string;
  readonly operation: string;
  /** From 1: which of the scenario's calls of this principal to this operation. */
  readonly occurrence: number;
}

/** The ways of breaking a call. */
export const ways = {
  'crash before': { kind: 'kill', tries: 'first' },
  'crash after': { kind: 'kill-after-apply', tries: 'first' },
  error: { kind: 'error', tries: 'all' },
  'reply lost once': { kind: 'timeout-after-apply', tries: 'first' },
  'all replies lost': { kind: 'timeout-after-apply', tries: 'all' },
} as const satisfies Record<string, { kind: FaultKind; tries: 'first' | 'all' }>;

export type Way = keyof typeof ways;

export const wayNames = Object.keys(ways) as readonly Way[];

/** Who makes which call, whichever of them it is: `SweeperSweepExports s3:ListObjectsV2`. */
export function kindOfCall({ principal, service, operation }: Omit<CallPoint, 'occurrence'>): string {
  return `${roleOf(principal)} ${service}:${operation}`;
}

export function nameOfCall(point: CallPoint): string {
  return `${kindOfCall(point)} #${point.occurrence}`;
}

/** A role's name as the construct has it: without what CloudFormation appends, which changes with the construct's place. */
export function roleOf(principal: string): string {
  return principal.replace(/Role[0-9A-F]{8}(?=\/|$)/, '');
}
