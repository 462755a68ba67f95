import { isTerminal } from '../../core/domain/lifecycle.ts';
import type { ExportMoves } from './moves.ts';
import type { Rules } from './rules.ts';
import { at, type Export, type State } from './state.ts';
import { answerToken, endFromOutside, startTask } from './transactions.ts';

/** What the state machine and its steps do for one export, and what ends it when the execution itself is over. */
export function executionMoves(moves: ExportMoves): void {
  start(moves);
  queued(moves);
  running(moves);
  recordOutcome(moves);
  death(moves);
}

function start(moves: ExportMoves): void {
  const { export: current, rules } = moves;
  if (current.execution.phase === 'starting') {
    moves.progress('its creator starts the execution', (e) => startExecution(e, rules));
    moves.fault('lost-start', 'its creator does not start the execution', (e) => {
      e.execution.phase = 'none';
    });
  }
  // The record is the outbox: a queued export without a token has lost its start.
  if (current.status !== 'queued' || current.token !== 0 || !rules.startsOrphans) return;
  if (current.execution.phase === 'none')
    moves.progress('the sweeper starts the execution', (e) => startExecution(e, rules));
  if (current.execution.phase === 'dead') {
    moves.progress('the sweeper moves on to the next execution', (e) => {
      e.executionNumber += 1;
      e.execution = { phase: 'none', number: e.executionNumber, token: 0, failures: 0, seenAttempt: 0 };
    });
  }
}

function startExecution(e: Export, rules: Rules): void {
  e.execution.phase = 'queued';
  runQueuedStep(e, rules);
}

/** Step Functions mints a token for every try of the step. */
function runQueuedStep(e: Export, rules: Rules): void {
  e.tokens += 1;
  e.execution.token = e.tokens;
  e.queuedRuns.push({ token: e.tokens, step: rules.joinsWhenInLine ? 'enqueue' : 'join' });
}

/**
 * The Queued step: the token and the place in line in one transaction, then word that something has joined the line; if it
 * was admitted or has ended, the answer.
 */
function queued(moves: ExportMoves): void {
  const { rules } = moves;
  const { execution, status } = moves.export;
  for (const [index, { token, step }] of moves.export.queuedRuns.entries()) {
    const isWaitedFor = execution.phase === 'queued' && execution.token === token;
    if (step === 'enqueue') moves.progress(`the Queued step stores token ${token}`, (e) => enqueue(e, index, moves));
    else if (step === 'join') {
      moves.progress(`the Queued step with token ${token} joins the line`, (e, state) => {
        if (rules.joinsWhenInLine) e.queuedRuns.splice(index, 1);
        else at(e.queuedRuns, index).step = 'enqueue';
        joinLine(state, e.account);
      });
    } else {
      moves.progress(`the Queued step answers token ${token} itself: ${step}`, (e) => {
        e.queuedRuns.splice(index, 1);
        answerToken(e, token, step === 'resume' ? 'running' : 'recording');
      });
    }
    if (!isWaitedFor) continue;
    moves.fault('step-crash', `the Queued step with token ${token} ends, and is repeated`, (e) => {
      e.queuedRuns.splice(index, 1);
      runQueuedStep(e, rules);
    });
    moves.fault('step-overlap', `the Queued step with token ${token} is repeated while it goes on`, (e) =>
      runQueuedStep(e, rules),
    );
  }
  // The wait has a limit of its own, of days; only what is over anyway may be left to it.
  if (execution.phase === 'queued' && isTerminal(status)) {
    moves.progress('the wait of the ended export times out', (e) => {
      e.execution.phase = 'recording';
    });
  }
}

function enqueue(e: Export, index: number, { rules }: ExportMoves): void {
  const run = at(e.queuedRuns, index);
  const leave = () => e.queuedRuns.splice(index, 1);
  if (isTerminal(e.status)) {
    run.step = 'dismiss';
    return;
  }
  if (rules.refusesOldTokens && run.token < e.token) {
    leave();
    return;
  }
  if (!rules.acceptsNewTokens && e.token !== 0) {
    leave();
    return;
  }
  e.token = run.token;
  if (e.admitted) {
    run.step = 'resume';
  } else {
    e.waiting = run.token;
    if (rules.joinsWhenInLine) run.step = 'join';
    else leave();
  }
}

function joinLine(state: State, account: number): void {
  at(state.accounts, account).mayWait = true;
  state.admitters = state.admitters.map((admitter) =>
    admitter.step === 'found empty' && admitter.account === account ? { ...admitter, joinedSince: true } : admitter,
  );
}

function running(moves: ExportMoves): void {
  if (moves.export.execution.phase !== 'running') return;
  if (moves.export.workers.some(({ tracked, phase }) => tracked && phase === 'starting')) {
    moves.fault('duplicate', 'the task is started twice', (e) => startTask(e, false));
  }
  if (!moves.rules.notifiesAfterReady && !moves.export.notified)
    moves.progress('people are told', (e) => {
      e.notified = true;
    });
}

/** RecordOutcome reads how the export ended, and ends it when nobody did; whatever fails in it is repeated. */
function recordOutcome(moves: ExportMoves): void {
  const { execution, cancelRequested } = moves.export;
  switch (execution.phase) {
    case 'recording':
      moves.progress('RecordOutcome reads the record', (e) => {
        if (!isTerminal(e.status)) {
          e.execution.phase = 'recorded';
          e.execution.seenAttempt = e.attempt;
        } else e.execution.phase = e.published > 0 ? 'notifying' : 'over';
      });
      return;
    case 'recorded':
      moves.progress('RecordOutcome ends the export', (e, state) => {
        const guard = { kind: 'attempt', attempt: e.execution.seenAttempt } as const;
        endFromOutside(state, e, cancelRequested ? 'cancelled' : 'failed', guard, moves.rules);
        e.execution.phase = 'recording';
        e.execution.seenAttempt = 0;
      });
      return;
    case 'notifying':
      moves.progress('people are told', (e) => {
        e.notified = true;
        e.execution.phase = 'over';
      });
  }
}

/** An execution that is over without an outcome: the reconciler is told, perhaps late, and the sweeper sees it too. */
function death(moves: ExportMoves): void {
  const { export: current, rules } = moves;
  const { phase } = current.execution;
  if (phase !== 'starting' && phase !== 'none' && phase !== 'over' && phase !== 'dead') {
    moves.fault('execution-death', 'the execution is over at once', (e) => {
      e.execution = { ...e.execution, phase: 'dead', token: 0, failures: 0, seenAttempt: 0 };
      e.endEvent = e.execution.number;
      for (const worker of e.workers) worker.tracked = false;
    });
  }
  if (current.endEvent > 0) moves.fault('lost-event', 'nobody is told of that', forgetEvent);
  if (!rules.noticesDeadExecutions) return;
  if (current.endEvent > 0 && current.reconciling < 0) {
    moves.progress(`the reconciler reads what execution ${current.endEvent} was for`, (e) => {
      if (e.endEvent !== e.executionNumber || isTerminal(e.status)) forgetEvent(e);
      else e.reconciling = e.attempt;
    });
  } else if (current.endEvent > 0) {
    moves.progress('the reconciler ends the export', (e, state) => {
      const guard = { kind: 'attempt', attempt: e.reconciling } as const;
      endFromOutside(state, e, current.cancelRequested ? 'cancelled' : 'failed', guard, rules);
      forgetEvent(e);
    });
  }
  const isOver = phase === 'dead' || phase === 'none';
  if (current.admitted && !isTerminal(current.status) && isOver && current.lease !== 'live') {
    moves.progress('the sweeper ends the export of an execution that is over', (e, state) => {
      endFromOutside(state, e, current.cancelRequested ? 'cancelled' : 'failed', { kind: 'no live lease' }, rules);
    });
  }
}

function forgetEvent(e: Export): void {
  e.endEvent = 0;
  e.reconciling = -1;
}
