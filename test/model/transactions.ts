import { isTerminal, MAX_ATTEMPTS, mayTransition, type Transition } from '../../core/domain/lifecycle.ts';
import type { Rules } from './rules.ts';
import { at, type Export, type State } from './state.ts';

/** What must hold, besides the status, for an ending to be allowed. */
export type Guard =
  | { readonly kind: 'claim'; readonly claim: number }
  | { readonly kind: 'no live lease' }
  | { readonly kind: 'attempt'; readonly attempt: number }
  | { readonly kind: 'not admitted' };

type EndedStatus = 'ready' | 'failed' | 'cancelled';

const transitionTo = {
  ready: 'complete',
  failed: 'fail',
  cancelled: 'cancel',
} as const satisfies Record<EndedStatus, Transition>;

/** Whether `claim` still owns the newest attempt. A lapsed lease may be renewed as long as nobody took the attempt over. */
export function isHeld(e: Export, claim: number): boolean {
  return e.claim === claim && e.lease !== 'none' && e.lease !== 'given back' && !isTerminal(e.status);
}

export function claimOutcome(e: Export): 'claimed' | 'busy' | 'not admitted' | 'ended' | 'exhausted' {
  if (isTerminal(e.status)) return 'ended';
  if (e.lease === 'live') return 'busy';
  if (!e.admitted) return 'not admitted';
  return e.attempt - e.uncounted >= MAX_ATTEMPTS ? 'exhausted' : 'claimed';
}

/** The claim becomes the newest attempt's. */
export function writeClaim(e: Export, claim: number, attempt: number): void {
  e.status = 'running';
  e.attempt = attempt;
  e.claimsWon += 1;
  e.claim = claim;
  e.lease = 'live';
}

export function guardHolds(e: Export, guard: Guard): boolean {
  switch (guard.kind) {
    case 'claim':
      return isHeld(e, guard.claim);
    case 'no live lease':
      return e.lease !== 'live';
    case 'attempt':
      return e.attempt === guard.attempt;
    case 'not admitted':
      return e.status === 'queued' && !e.admitted;
  }
}

/**
 * Ends an export in one transaction: status, slots, place in line, and what is to be cleaned up.
 * @returns false when status or guard do not allow it
 */
export function endExport(state: State, e: Export, to: EndedStatus, guard: Guard, rules: Rules): boolean {
  if (!mayTransition(transitionTo[to], e.status) || !guardHolds(e, guard)) return false;
  writeEnding(state, e, to, rules);
  return true;
}

/** An ending from outside the worker, which then lets the execution go if it waits. */
export function endFromOutside(state: State, e: Export, to: EndedStatus, guard: Guard, rules: Rules): boolean {
  const token = e.status === 'queued' ? e.token : 0;
  const ended = endExport(state, e, to, guard, rules);
  if (ended) e.dismissing = token;
  return ended;
}

/** What an ending writes, whatever it was before. */
export function writeEnding(state: State, e: Export, to: EndedStatus, rules: Rules): void {
  e.status = to;
  // The only attempt of an export that it made ready has left nothing but the file.
  e.cleanupDue = e.attempt > 0 && !(to === 'ready' && e.attempt === 1);
  if (rules.endingLeavesLine) e.waiting = 0;
  if (rules.endingFreesSlots) freeSlots(state, e);
}

/** Takes the export out of both running sets. */
function freeSlots(state: State, e: Export): void {
  const index = state.exports.indexOf(e);
  state.pool.running[index] = false;
  at(state.accounts, e.account).running[index] = false;
}

/** Answers a task token. @returns false when nobody waits on it (any more) */
export function answerToken(e: Export, token: number, to: 'running' | 'recording'): boolean {
  const { execution } = e;
  if (execution.phase !== 'queued' || execution.token !== token) return false;
  execution.phase = to;
  if (to === 'running') startTask(e, true);
  return true;
}

/** A new worker process. */
export function startTask(e: Export, tracked: boolean): void {
  e.workers.push({ phase: 'starting', why: '', claim: 0, attempt: 0, tracked, short: false });
}
