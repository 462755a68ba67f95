import { type Caps, freeSlots as slotsLeft, turns } from '../../core/domain/admission.ts';
import { isTerminal } from '../../core/domain/lifecycle.ts';
import type { ExportMoves, Moves } from './moves.ts';
import { type Admitter, at, type Bounds, idleAdmitter, type State } from './state.ts';
import { answerToken, endFromOutside } from './transactions.ts';

/** For moves that change no export. */
const NONE = -1;

/** Admitters at work, each in three steps: read and choose, one transaction, the signal. What is found empty is noted. */
export function admitterMoves(moves: Moves): void {
  const { state, bounds } = moves;
  const choice = choose(state, bounds);
  for (const [index, admitter] of state.admitters.entries()) {
    const who = state.admitters.length === 1 ? 'the admitter' : `admitter ${index + 1}`;
    const x = `export ${admitter.export + 1}`;
    switch (admitter.step) {
      case 'idle':
        if (choice) {
          const what = choice.step === 'chosen' ? `chooses export ${choice.export + 1}` : 'finds an empty line';
          moves.progress(`${who} ${what}`, NONE, (next) => {
            next.admitters[index] = choice;
          });
        }
        break;
      case 'chosen':
        moves.progress(`${who} tries to admit ${x}`, admitter.export, (next) => {
          next.admitters[index] = admit(next, admitter, moves) ? { ...admitter, step: 'admitted' } : idleAdmitter();
        });
        break;
      case 'found empty':
        moves.progress(`${who} notes the line of account ${admitter.account + 1} as empty`, NONE, (next) => {
          next.admitters[index] = idleAdmitter();
          const isNoted = !(moves.rules.emptyNeedsNoJoin && admitter.joinedSince);
          if (isNoted) at(next.accounts, admitter.account).mayWait = false;
        });
        break;
      case 'admitted':
        moves.progress(`${who} signals ${x}`, admitter.export, (next) => {
          answerToken(at(next.exports, admitter.export), admitter.token, 'running');
          next.admitters[index] = idleAdmitter();
        });
        moves.fault('admitter-crash', `${who} ends before it signals ${x}`, admitter.export, (next) => {
          next.admitters[index] = idleAdmitter();
        });
    }
  }
}

/** Whose turn it is, by the product's own order: the first export in the line of the first account that may have one. */
function choose({ pool, accounts, exports }: State, bounds: Bounds): Admitter | undefined {
  const ids = (running: readonly boolean[]) => new Set(running.flatMap((holds, x) => (holds ? [String(x)] : [])));
  const caps: Caps = bounds;
  const queuePool = { running: ids(pool.running), virtualTime: pool.virtualTime };
  if (slotsLeft(queuePool, caps) === 0) return undefined;
  const queueAccounts = accounts.map(({ running, tag, mayWait }, a) => {
    return { accountId: String(a), running: ids(running), tag, mayWait, joined: 0 };
  });
  const [turn] = turns(queueAccounts, queuePool, caps);
  if (turn === undefined) return undefined;
  const account = Number(turn.accountId);
  const first = exports.findIndex((e) => e.account === account && e.waiting > 0);
  if (first === -1) return { ...idleAdmitter(), step: 'found empty', account };
  return { ...idleAdmitter(), step: 'chosen', export: first, token: at(exports, first).waiting, start: turn.start };
}

/** Pool, account, export and place in line in one transaction; false when any condition does not hold. */
function admit(state: State, { export: x, token, start }: Admitter, { bounds, rules }: Moves): boolean {
  const { pool } = state;
  const e = at(state.exports, x);
  const account = at(state.accounts, e.account);
  const size = (running: readonly boolean[]) => running.filter(Boolean).length;
  if (rules.admitChecksCaps && (size(pool.running) >= bounds.pool || size(account.running) >= bounds.account))
    return false;
  if (pool.virtualTime > start || account.tag > start) return false;
  if (rules.admitChecksExport && (pool.running[x] || e.status !== 'queued' || e.admitted || e.token !== token))
    return false;
  pool.running[x] = true;
  pool.virtualTime = start;
  account.running[x] = true;
  account.tag = start + 1;
  e.admitted = true;
  e.waiting = 0;
  return true;
}

/** The sweeper signals an admitted export that still waits. */
export function resendMoves(moves: ExportMoves): void {
  const { status, admitted, token, execution } = moves.export;
  if (!moves.rules.signalsAgain || status !== 'queued' || !admitted || token === 0) return;
  if (execution.phase !== 'queued' || execution.token !== token) return;
  moves.progress('the sweeper signals it again', (e) => {
    answerToken(e, token, 'running');
  });
}

/** Exports that could have started and did not are failed, and queued once more. */
export function stuckMoves(moves: ExportMoves): void {
  const { export: current, bounds, rules } = moves;
  if (current.status === 'queued' && !current.admitted && current.watching < bounds.watchers) {
    moves.chance('a watcher finds it stuck', (e) => {
      e.watching += 1;
    });
  }
  if (current.watching > 0) {
    moves.progress('a watcher fails it as stuck', (e, state) => {
      e.watching -= 1;
      const guard = rules.stuckNeedsNotAdmitted
        ? ({ kind: 'not admitted' } as const)
        : ({ kind: 'attempt', attempt: e.attempt } as const);
      if (!endFromOutside(state, e, 'failed', guard, rules)) return;
      e.failedAsStuck = true;
      if (rules.retryIsInTransaction) e.automaticRetries += 1;
    });
  }
  if (rules.retryIsInTransaction) return;
  if (current.failedAsStuck && current.automaticRetries === 0 && current.retrying < bounds.watchers) {
    moves.progress('a watcher finds it failed as stuck and not retried', (e) => {
      e.retrying += 1;
    });
  }
  if (current.retrying > 0) {
    moves.progress('a watcher queues the retry', (e) => {
      e.retrying -= 1;
      e.automaticRetries += 1;
    });
  }
}

/** The check for drift: ids in the pool's set alone are taken out of it, ended ones out of both. */
export function driftMoves(moves: Moves): void {
  const { bounds, rules } = moves;
  const { pool, accounts, drift } = moves.state;
  if (!bounds.drift) return;
  const inAccounts = pool.running.map((_, x) => accounts.some(({ running }) => running[x] === true));
  const none = pool.running.map(() => false);
  const found = (next: State) => {
    const lone = next.drift.pool.map((holds, x) => holds && next.drift.accounts[x] === false);
    next.drift = lone.some(Boolean)
      ? { step: 'found', pool: lone, accounts: [...none] }
      : { step: 'idle', pool: [...none], accounts: [...none] };
  };
  switch (drift.step) {
    case 'idle':
      moves.progress('the sweeper reads the pool', NONE, (next) => {
        next.drift = { step: 'pool read', pool: [...pool.running], accounts: [...none] };
      });
      if (rules.readsPoolFirst) break;
      moves.progress('the sweeper reads the accounts', NONE, (next) => {
        next.drift = { step: 'accounts read', pool: [...none], accounts: inAccounts };
      });
      break;
    case 'pool read':
      moves.progress('the sweeper reads the accounts', NONE, (next) => {
        next.drift = { ...drift, accounts: inAccounts };
        found(next);
      });
      break;
    case 'accounts read':
      moves.progress('the sweeper reads the pool', NONE, (next) => {
        next.drift = { ...drift, pool: [...pool.running] };
        found(next);
      });
      break;
    case 'found':
      moves.progress('the sweeper removes what only the pool holds', NONE, (next) => {
        next.pool.running = next.pool.running.map((holds, x) => holds && next.drift.pool[x] === false);
        next.drift = { step: 'idle', pool: [...none], accounts: [...none] };
      });
  }
}

/** An ended export that still holds a slot loses it. */
export function slotMoves(moves: ExportMoves): void {
  const holdsSlot = moves.state.pool.running[moves.index] === true;
  if (!isTerminal(moves.export.status) || !holdsSlot) return;
  moves.progress('the sweeper frees its slots', (_e, state) => {
    state.pool.running[moves.index] = false;
    for (const { running } of state.accounts) running[moves.index] = false;
  });
}
