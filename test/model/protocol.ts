import { executionMoves } from './execution-moves.ts';
import type { Model } from './explorer.ts';
import { goals, invariants } from './guarantees.ts';
import { ExportMoves, Moves } from './moves.ts';
import { admitterMoves, driftMoves, resendMoves, slotMoves, stuckMoves } from './queue-moves.ts';
import { type Rules, rules as sound } from './rules.ts';
import { type Bounds, initialState, type State } from './state.ts';
import { storageMoves } from './storage-moves.ts';
import { leaseMoves, userMoves } from './user-moves.ts';
import { workerMoves } from './worker-moves.ts';

/**
 * The life of exports from their creation to their removal: every transaction and every call to a service is one step, and between any
 * two of them anything else may happen.
 * @param weakened rules that do not hold
 */
export function protocol(bounds: Bounds, weakened: Partial<Rules> = {}): Model<State> {
  const rules = { ...sound, ...weakened };
  return {
    initial: initialState(bounds),
    invariants: invariants(bounds),
    goals,
    steps(state) {
      const moves = new Moves(state, bounds, rules);
      admitterMoves(moves);
      driftMoves(moves);
      for (const index of state.exports.keys()) {
        const ofExport = new ExportMoves(moves, index);
        executionMoves(ofExport);
        resendMoves(ofExport);
        stuckMoves(ofExport);
        slotMoves(ofExport);
        leaseMoves(ofExport);
        workerMoves(ofExport);
        userMoves(ofExport, state.cancelsLeft);
        storageMoves(ofExport);
      }
      return moves.steps;
    },
  };
}
