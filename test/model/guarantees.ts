import {
  effectiveStatus,
  isTerminal,
  mayTransition,
  type Transition,
  transitions,
} from '../../core/domain/lifecycle.ts';
import type { Model } from './explorer.ts';
import { at, type Bounds, type Export, SHORT, type State, writerOf } from './state.ts';

/** A guarantee about one export, before and after any step. */
type OfExport = (before: Export, after: Export) => boolean;

const ofExport: Readonly<Record<string, OfExport>> = {
  'I1 at most one file is published': (_before, after) => after.published <= 1,

  'I2 what has ended stays as it is': (before, after) =>
    (before.status === after.status && (!isTerminal(before.status) || before.file === after.file)) ||
    isAllowed(before, after),

  'I3 a ready export has its object': (_before, after) =>
    statusSeen(after) !== 'ready' || (after.fileBy !== 0 && writerOf(after, after.file) === after.fileBy),

  'I4 a published object is never overwritten': (before, after) => {
    if (before.published === 0) return true;
    const now = writerOf(after, before.file);
    return now === writerOf(before, before.file) || now === 0;
  },

  'I5 nobody is told before the object is there': (before, after) =>
    after.notified === before.notified || after.published > 0,

  'I7 one owner per attempt': (_before, after) => {
    const attempts = after.workers.filter(({ claim }) => claim > 0).map(({ attempt }) => attempt);
    return new Set(attempts).size === attempts.length;
  },

  'I8 at most one automatic retry': (_before, after) => after.automaticRetries <= 1,

  'I9 only the current claim publishes': (before, after) =>
    after.published === before.published || after.fileBy % SHORT === before.claim,

  'I10 stuck handling fails only what is not admitted': (before, after) =>
    after.failedAsStuck === before.failedAsStuck || (before.status === 'queued' && !before.admitted),

  'I11 no published file is short': (_before, after) => after.fileBy < SHORT,

  'a live lease is not taken over': (before, after) => after.claimsWon === before.claimsWon || before.lease !== 'live',

  'an attempt is a claim that won': (_before, after) => after.attempt === after.claimsWon,

  'in line exactly while waiting for a turn': (_before, after) =>
    after.waiting === (after.status === 'queued' && !after.admitted ? after.token : 0),
};

/** Every guarantee as an invariant; I12 is a goal. */
export function invariants(bounds: Bounds): Model<State>['invariants'] {
  return {
    ...Object.fromEntries(
      Object.entries(ofExport).map(([name, holds]) => [
        name,
        (before: State, after: State) => after.exports.every((e, x) => holds(at(before.exports, x), e)),
      ]),
    ),
    'I6 slots taken are the exports admitted and not ended': (_before, { pool, accounts, exports }) =>
      exports.every((e, x) => {
        const takes = e.admitted && !isTerminal(e.status);
        return pool.running[x] === takes && at(accounts, e.account).running[x] === takes;
      }),
    'caps hold at every instant': (_before, { accounts, exports }) => {
      const active = exports.filter((e) => e.admitted && !isTerminal(e.status));
      const isUnderCap = accounts.every((_, a) => active.filter((e) => e.account === a).length <= bounds.account);
      return isUnderCap && active.length <= bounds.pool;
    },
  };
}

export const goals: Model<State>['goals'] = {
  'I12 every export ends': hasEnded,
  'nothing is left behind': (state) => hasEnded(state) && state.exports.every(isTidy),
  'every execution ends': (state) =>
    hasEnded(state) &&
    state.exports.every(
      ({ execution }) => execution.phase === 'over' || execution.phase === 'dead' || execution.phase === 'none',
    ),
};

function hasEnded({ pool, exports }: State): boolean {
  return exports.every((e) => isTerminal(e.status)) && !pool.running.some(Boolean);
}

/** Whether storage holds the file of a ready export and nothing else. */
function isTidy(e: Export): boolean {
  const file = statusSeen(e) === 'ready' ? e.file : 0;
  return e.uploads.length === 0 && e.objects.every(({ key }) => key === file);
}

function isAllowed(before: Export, after: Export): boolean {
  const names = Object.keys(transitions) as Transition[];
  return names.some((name) => transitions[name].to === after.status && mayTransition(name, before.status));
}

/** The status as every reader sees it. */
function statusSeen({ status, expiryPassed, erased }: Export): Export['status'] {
  return effectiveStatus({ status, expiresAt: 1, ...(erased && { erasedAt: 0 }) }, expiryPassed ? 1 : 0);
}
