import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { claimAttempt } from '../../../core/domain/attempts.ts';
import type { ExportState } from '../../../core/domain/change.ts';
import { type EndGuard, type Ending, endExport, eraseExport, expireExport } from '../../../core/domain/endings.ts';
import { failureOf } from '../../../core/domain/failure.ts';
import {
  effectiveStatus,
  isTerminal,
  LEASE_MS,
  MAX_ATTEMPTS,
  mayTransition,
  type Status,
  statuses,
  type Transition,
  transitions,
} from '../../../core/domain/lifecycle.ts';
import { DAY, file, newExport, T0 } from '../../support/exports.ts';

/** An export in this status, as it would really be: with an attempt whose lease is over once it has run. */
function stateIn(status: Status): ExportState {
  const hasRun = status !== 'queued';
  const ended = isTerminal(status) ? { endedAt: T0 } : {};
  const record = newExport(1, {
    status,
    ...ended,
    ...(hasRun && { attempt: 1 }),
    ...((status === 'ready' || status === 'expired') && { file, expiresAt: T0 + DAY }),
    admittedAt: T0,
  });
  const attempt = {
    exportId: record.id,
    number: 1,
    claim: 'mine',
    leaseUntil: T0,
    progress: { rowsWritten: 0, bytesWritten: 0, updatedAt: T0 },
    cancelRequested: false,
    startedAt: T0,
    ...ended,
  };
  return { record, attempt: hasRun ? attempt : undefined };
}

const by = { by: 'system', at: T0 + 1 };
const guardOf = (transition: Transition): EndGuard =>
  transition === 'complete' ? { kind: 'claim', claim: 'mine' } : { kind: 'no_live_lease', now: T0 };

/** Each transition as the rules make it. */
const attempts: Record<Exclude<Transition, 'create'>, (state: ExportState) => Status | undefined> = {
  claim: (state) => claimAttempt(state, 'other', T0).change?.record.status,
  reclaim: (state) => claimAttempt(state, 'other', T0).change?.record.status,
  complete: (state) => end(state, { to: 'ready', file, expiresAt: T0 + DAY }, guardOf('complete')),
  fail: (state) => end(state, { to: 'failed', failure: failureOf('internal') }, guardOf('fail')),
  cancel: (state) => end(state, { to: 'cancelled' }, guardOf('cancel')),
  expire: (state) => expireExport(state, T0 + DAY).change?.record.status,
};

function end(state: ExportState, ending: Ending, guard: EndGuard): Status | undefined {
  return endExport(state, ending, guard, by).change?.record.status;
}

describe('every transition from every status', () => {
  const cases = (Object.keys(attempts) as (keyof typeof attempts)[]).flatMap((transition) =>
    statuses.map((from) => [transition, from] as const),
  );

  test.each(cases)('%s from %s', (transition, from) => {
    const became = attempts[transition](stateIn(from));
    // The same worker call makes both, as the status is.
    const claims = transition === 'claim' || transition === 'reclaim';
    const allowed = claims
      ? mayTransition('claim', from) || mayTransition('reclaim', from)
      : mayTransition(transition, from);
    expect(became).toBe(allowed ? transitions[transition].to : undefined);
  });

  test('is named by the change it belongs to', () => {
    expect(claimAttempt(stateIn('queued'), 'other', T0).change?.transition).toBe('claim');
    expect(claimAttempt(stateIn('running'), 'other', T0).change?.transition).toBe('reclaim');
    expect(expireExport(stateIn('ready'), T0 + DAY).change?.transition).toBe('expire');
  });

  test('leads somewhere: each status can be reached, and each that has not ended can end', () => {
    const reached = new Set(Object.values(transitions).map(({ to }) => to));
    expect([...reached].sort()).toEqual([...statuses].sort());
    for (const status of statuses) {
      const onward = Object.values(transitions).filter(({ from }) => (from as readonly Status[]).includes(status));
      const expected = isTerminal(status) ? status === 'ready' : true;
      expect([status, onward.some(({ to }) => to !== status)]).toEqual([status, expected]);
    }
  });
});

describe('an ending', () => {
  test.each(statuses)('is refused for an unknown export or a foreign claim (%s)', (status) => {
    const ready = { to: 'ready', file, expiresAt: T0 } as const;
    expect(endExport(undefined, ready, guardOf('complete'), by).outcome.kind).toBe('refused');
    expect(endExport(stateIn(status), ready, { kind: 'claim', claim: 'other' }, by).outcome.kind).toBe('refused');
  });

  test('ready needs a claim; no other guard will do', () => {
    for (const guard of [guardOf('fail'), { kind: 'attempt', attempt: 1 }] satisfies EndGuard[]) {
      const outcome = endExport(stateIn('running'), { to: 'ready', file, expiresAt: T0 }, guard, by).outcome;
      expect(outcome.kind).toBe('refused');
    }
  });

  test.each(statuses)('erasing is for what has ended (%s)', (status) => {
    expect(eraseExport(stateIn(status), by).outcome === undefined).toBe(!isTerminal(status));
  });
});

describe('the effective status', () => {
  test('is expired from the very instant on', () => {
    const ready = { status: 'ready', expiresAt: T0 } as const;
    expect([T0 - 1, T0, T0 + 1].map((now) => effectiveStatus(ready, now))).toEqual(['ready', 'expired', 'expired']);
  });

  test('is the stored one for everything but ready, and expired for what is erased', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...statuses),
        fc.option(fc.nat()),
        fc.option(fc.nat()),
        fc.nat(),
        (status, expires, erased, now) => {
          const expiresAt = expires ?? undefined;
          const erasedAt = erased ?? undefined;
          const seen = effectiveStatus({ status, expiresAt, erasedAt }, now);
          const expired = erasedAt !== undefined || (status === 'ready' && expiresAt !== undefined && now >= expiresAt);
          expect(seen).toBe(expired ? 'expired' : status);
        },
      ),
    );
  });
});

describe('attempts', () => {
  test('are three, besides those that do not count', () => {
    const tryFrom = (attempt: number, uncountedAttempts: number) => {
      const { record, attempt: last } = stateIn('running');
      if (!last) throw new Error('no attempt');
      const state = { record: { ...record, attempt, uncountedAttempts }, attempt: { ...last, number: attempt } };
      return claimAttempt(state, 'other', T0).outcome.kind;
    };
    expect([1, 2, 3].map((attempt) => tryFrom(attempt, 0))).toEqual(['claimed', 'claimed', 'exhausted']);
    expect(tryFrom(7, 5)).toBe('claimed');
    expect(tryFrom(MAX_ATTEMPTS + 5, 5)).toBe('exhausted');
  });

  test('belong to their worker until the instant the lease names', () => {
    const { record, attempt } = stateIn('running');
    if (!attempt) throw new Error('no attempt');
    const live = { record, attempt: { ...attempt, leaseUntil: T0 + LEASE_MS } };
    expect(claimAttempt(live, 'other', T0 + LEASE_MS - 1).outcome).toEqual({ kind: 'busy', leaseUntil: T0 + LEASE_MS });
    expect(claimAttempt(live, 'other', T0 + LEASE_MS).outcome.kind).toBe('claimed');
    expect(claimAttempt(live, 'mine', T0).outcome.kind).toBe('claimed');
  });
});
