import type { Model } from '../explorer.ts';
import { goals, invariants } from './guarantees.ts';
import { answer, fail, leadMoves } from './lead-moves.ts';
import { Moves } from './moves.ts';
import { type Rules, rules as sound } from './rules.ts';
import { at, type Bounds, initialState, type State } from './state.ts';
import { leaseMoves, workerMoves } from './worker-moves.ts';

/**
 * How a lead and several workers make one file: every write and every call is a step, and between any two of them anybody else
 * may act, die, or be late. What may be done to a range is decided by the product's own rules.
 * @param weakened rules that do not hold
 */
export function rangesProtocol(bounds: Bounds, weakened: Partial<Rules> = {}): Model<State> {
  const rules = { ...sound, ...weakened };
  return {
    initial: initialState(bounds),
    invariants: invariants(bounds),
    goals,
    steps(state) {
      const moves = new Moves(state, bounds, rules);
      stateMachineMoves(moves);
      for (const run of state.leads.keys()) leadMoves(moves, run);
      for (const index of state.workers.keys()) workerMoves(moves, index);
      leaseMoves(moves);
      attemptMoves(moves);
      return moves.steps;
    },
  };
}

/** The group of steps: a lead, and the function that waits for its word and then starts the workers. */
function stateMachineMoves(moves: Moves): void {
  const { state } = moves;
  const { run, isOver } = state;
  if (isOver) {
    endLost(moves);
    return;
  }
  moves.fault('lost-execution', 'the execution is over at once, and nobody is told', (next) => {
    next.isOver = true;
  });
  const lead = at(state.leads, run);
  const wait = at(state.waits, run);
  if (lead.phase === 'failed' || lead.phase === 'dead')
    moves.progress(`run ${run + 1} fails`, (next) => fail(next, run));
  const own = state.workers.filter((_, index) => moves.runOf(index) === run);
  if (wait.phase === 'writing' && moves.bounds.mustMeet) {
    moves.progress('the waiting side notes its token', (next) => {
      const { token } = at(next.waits, run);
      const handover = moves.handoverOf(next, run);
      handover.token = token;
      const { workers } = handover;
      Object.assign(
        at(next.waits, run),
        workers === 'unknown' ? { phase: 'waiting' } : { phase: 'resuming', found: workers },
      );
    });
  }
  if (wait.phase === 'resuming') {
    moves.progress('the waiting side answers its token', (next) => {
      const { token, found } = at(next.waits, run);
      if (moves.rules.secondAnswers || found === 'none') answer(next, token, found);
      at(next.waits, run).phase = 'waiting';
    });
    moves.fault('wait-fails', 'the waiting side ends, and is started again with another token', (next) => {
      const again = at(next.waits, run);
      again.phase = 'writing';
      again.token += 1;
    });
  }
  if (wait.answer === 'all' && own.some(({ phase }) => phase === 'absent')) {
    moves.progress('the workers are started', (next) => {
      for (const [index, worker] of next.workers.entries()) {
        if (moves.runOf(index) === run && worker.phase === 'absent') worker.phase = 'idle';
      }
    });
  }
  const areGone = wait.answer === 'none' || (wait.answer === 'all' && own.every(({ phase }) => phase === 'gone'));
  if (lead.phase === 'gone' && areGone) {
    moves.progress('the execution ends', (next) => {
      next.isOver = true;
    });
  }
}

/** The sweeper looks what has become of the executions of all that run. */
function endLost(moves: Moves): void {
  const { state, rules } = moves;
  if (state.status !== 'running' || (state.lease === 'live' && !rules.leadIsNotWaitedFor)) return;
  moves.progress('the sweeper ends the export of an execution that is over', (next) => {
    Object.assign(next, { status: next.isCancelling ? 'cancelled' : 'failed', lease: 'none' });
  });
}

/** The attempt's own lease, and the person who cancels. */
function attemptMoves(moves: Moves): void {
  const { state, bounds } = moves;
  if (state.status !== 'running') return;
  if (state.lease === 'live') {
    const holder = state.leads.find(
      ({ attempt, phase }) => attempt === state.attempt && !['dead', 'failed', 'gone'].includes(phase),
    );
    const end = (next: State) => {
      next.lease = 'lapsed';
    };
    if (holder === undefined) moves.progress('the lease on the attempt ends', end);
    else moves.fault('lapse-lead', 'the lease on the attempt ends', end);
  }
  if (!bounds.mayCancel || state.isCancelling) return;
  moves.chance('somebody cancels', (next) => {
    if (next.lease === 'live') next.isCancelling = true;
    else Object.assign(next, { status: 'cancelled', lease: 'none' });
  });
}
