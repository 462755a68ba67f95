// @module-tag protocol-model

import { describe, expect, test } from 'vitest';
import * as attempts from '../../core/domain/attempts.ts';
import type { ExportState } from '../../core/domain/change.ts';
import { dueOf } from '../../core/domain/due.ts';
import * as endings from '../../core/domain/endings.ts';
import { failureOf } from '../../core/domain/failure.ts';
import { isTerminal, MAX_ATTEMPTS } from '../../core/domain/lifecycle.ts';
import { file, newExport, T0 } from '../support/exports.ts';
import { bounds } from './bounds.ts';
import { rules } from './rules.ts';
import { at, type Export, initialState } from './state.ts';
import { claimOutcome, endExport, type Guard, guardHolds, isHeld } from './transactions.ts';

const NOW = T0 + 1_000_000;
const leases = { none: undefined, live: NOW + 1, lapsed: NOW, 'given back': 0 } as const;
const actor = { by: 'system', at: NOW };

/** Every combination of what the rules look at that can belong together. */
const cases: readonly Partial<Export>[] = (['queued', 'running', 'ready', 'failed', 'cancelled'] as const).flatMap(
  (status) =>
    [false, true].flatMap((admitted) =>
      Array.from({ length: MAX_ATTEMPTS + 2 }, (_, attempt) => attempt).flatMap((attempt) =>
        [0, 1].flatMap((uncounted) =>
          (Object.keys(leases) as Export['lease'][])
            .map((lease) => ({ status, admitted, attempt, uncounted, lease, claim: attempt }))
            .filter(({ lease }) => (lease === 'none') === (attempt === 0))
            .filter(() => attempt === 0 || (admitted && status !== 'queued' && attempt > uncounted))
            .filter(() => attempt > 0 || (uncounted === 0 && status !== 'running' && status !== 'ready')),
        ),
      ),
    ),
);

/** The same export in the model's terms and in the product's. */
function both(fields: Partial<Export>): {
  state: ReturnType<typeof initialState>;
  model: Export;
  product: ExportState;
} {
  const state = initialState(bounds.attempts);
  const model = Object.assign(at(state.exports, 0), fields);
  const { status, attempt, claim } = model;
  const record = newExport(1, {
    status,
    attempt,
    uncountedAttempts: model.uncounted,
    ...(model.admitted && { admittedAt: T0 }),
  });
  const leaseUntil = leases[model.lease];
  const progress = { rowsWritten: 0, bytesWritten: 0, updatedAt: T0 };
  const newest = {
    exportId: record.id,
    number: attempt,
    claim: String(claim),
    leaseUntil: leaseUntil ?? 0,
    progress,
    cancelRequested: false,
    startedAt: T0,
    ...(isTerminal(status) && { endedAt: T0 }),
  };
  return { state, model, product: { record, attempt: leaseUntil === undefined ? undefined : newest } };
}

describe("the model's transactions decide as the product's rules do", () => {
  test('there is something to compare', () => expect(cases.length).toBeGreaterThan(50));

  test.each(cases)('a new claim: %j', (fields) => {
    const { model, product } = both(fields);
    const { outcome, change } = attempts.claimAttempt(product, 'new', NOW);
    expect(claimOutcome(model)).toBe(outcome.kind.replace('_', ' '));
    expect(change?.record.attempt ?? model.attempt).toBe(model.attempt + (outcome.kind === 'claimed' ? 1 : 0));
  });

  test.each(cases)('who holds the claim: %j', (fields) => {
    const { model, product } = both(fields);
    for (const claim of [1, 2, 3]) expect(isHeld(model, claim)).toBe(attempts.isHeld(product.attempt, String(claim)));
  });

  test.each(cases)('every ending under every guard: %j', (fields) => {
    const guards: readonly [Guard, endings.EndGuard][] = [
      [
        { kind: 'claim', claim: 1 },
        { kind: 'claim', claim: '1' },
      ],
      [{ kind: 'no live lease' }, { kind: 'no_live_lease', now: NOW }],
      [
        { kind: 'attempt', attempt: 1 },
        { kind: 'attempt', attempt: 1 },
      ],
      [{ kind: 'not admitted' }, { kind: 'not_admitted' }],
    ];
    const to: readonly endings.Ending[] = [
      { to: 'ready', file, expiresAt: NOW },
      { to: 'failed', failure: failureOf('internal') },
      { to: 'cancelled' },
    ];
    for (const [guard, productGuard] of guards) {
      for (const ending of to) {
        // Nobody but the holder of a claim makes an export ready, here by the code alone.
        if (ending.to === 'ready' && guard.kind !== 'claim') continue;
        const { state, model, product } = both(fields);
        const { outcome, change } = endings.endExport(product, ending, productGuard, actor);
        const guarded = guardHolds(model, guard);
        expect(endExport(state, model, ending.to, guard, rules)).toBe(outcome.kind === 'ended');
        if (!change) continue;
        expect(guarded).toBe(true);
        expect(model.status).toBe(change.record.status);
        // Being told of it comes first, and is not part of the model.
        const told = { ...change.record, announced: change.record.status };
        expect(model.cleanupDue).toBe(dueOf(told)?.kind === 'cleanup');
      }
    }
  });

  test.each(cases)('giving a claim back: %j', (fields) => {
    const { model, product } = both(fields);
    const { change } = attempts.releaseAttempt(product, '1', { kind: 'stopped' }, NOW);
    expect(change !== undefined).toBe(isHeld(model, 1));
  });
});
