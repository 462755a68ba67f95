import { isTerminal } from '../../core/domain/lifecycle.ts';
import type { ExportMoves } from './moves.ts';
import { answerToken, endFromOutside, guardHolds, writeEnding } from './transactions.ts';

/** A user cancels: at once while no lease is alive, else by asking the worker; and whoever ended it lets its execution go. */
export function userMoves(moves: ExportMoves, cancelsLeft: number): void {
  const { export: current, rules } = moves;
  const guard = { kind: 'no live lease' } as const;
  if (current.cancelling === 'no' && cancelsLeft > 0 && !isTerminal(current.status)) {
    moves.chance('its user cancels it', (e, state) => {
      e.cancelling = 'asked';
      state.cancelsLeft -= 1;
    });
  }
  if (current.cancelling === 'asked') {
    moves.progress('the cancellation tries to end it', (e, state) => {
      e.cancelling = 'done';
      if (!rules.cancelNeedsLiveStatus && guardHolds(e, guard)) writeEnding(state, e, 'cancelled', rules);
      else if (!endFromOutside(state, e, 'cancelled', guard, rules)) e.cancelling = 'refused';
    });
  }
  if (current.cancelling === 'refused') {
    moves.progress('the cancellation asks the worker', (e) => {
      if (e.status === 'running') e.cancelRequested = true;
      e.cancelling = 'done';
    });
    moves.fault('crash', 'the cancellation gets no further', (e) => {
      e.cancelling = 'done';
    });
  }
  if (current.dismissing > 0) {
    moves.progress('whoever ended it lets its execution go', (e) => {
      answerToken(e, e.dismissing, 'recording');
      e.dismissing = 0;
    });
    moves.fault('crash', 'whoever ended it does not let its execution go', (e) => {
      e.dismissing = 0;
    });
  }
}

/** Leases lapse when nobody renews them, and at times although somebody does. */
export function leaseMoves(moves: ExportMoves): void {
  const { lease, claim, workers, status } = moves.export;
  if (lease !== 'live' || isTerminal(status)) return;
  const isRenewed = workers.some((worker) => worker.claim === claim);
  if (isRenewed)
    moves.fault('lapse', 'the lease of a living worker lapses', (e) => {
      e.lease = 'lapsed';
    });
  else
    moves.progress('the lease of a lost worker lapses', (e) => {
      e.lease = 'lapsed';
    });
}
