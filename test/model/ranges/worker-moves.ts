import {
  advanceRange,
  giveRangeBack,
  mayTake,
  RANGE_MAX_TRIES,
  type RangeFailure,
} from '../../../core/domain/part-range.ts';
import { currentRanges } from '../../../core/domain/range-watch.ts';
import { isRunOver } from './lead-moves.ts';
import { changeRange, type Moves, record, take } from './moves.ts';
import {
  asPartRange,
  at,
  type Content,
  forget,
  isCurrent,
  type Lead,
  NOW,
  PART_SIZE,
  rangeNumbered,
  type State,
  type Worker,
} from './state.ts';

/** Phases in which a worker has a range. */
const atWork: readonly Worker['phase'][] = ['making', 'sending', 'recording', 'giving back'];

/** Phases in which a lead holds the database's snapshot. */
const holding: readonly Lead['phase'][] = [
  'planning',
  'calling',
  'telling',
  'watching',
  'cutting',
  'joining',
  'closing',
];

/** What one of the workers does. */
export function workerMoves(moves: Moves, index: number): void {
  const { state } = moves;
  const worker = at(state.workers, index);
  const name = `worker ${index + 1}`;
  const go = (words: string, change: (worker: Worker, state: State) => void) =>
    moves.progress(`${name} ${words}`, (next) => change(at(next.workers, index), next));
  const owner = String(moves.tokenOf(index, worker));
  const giveBack = (own: Worker, failure: Worker['failure']) => Object.assign(own, { phase: 'giving back', failure });

  if (worker.phase === 'absent' || worker.phase === 'gone') return;
  if (worker.phase === 'dead') {
    if (isRunOver(state, moves.runOf(index))) return;
    go('is started again', (own) => {
      own.life += 1;
      forget(own, 'idle');
    });
    return;
  }
  moves.fault('kill', `${name} is killed`, (next) => forget(at(next.workers, index), 'dead'));
  if (worker.phase === 'making' || worker.phase === 'sending') {
    const range = rangeNumbered(state, worker.attempt, worker.range);
    const isOwner = range !== undefined && range.owner === Number(owner) && !range.isReplaced && range.lease !== 'none';
    if (!isOwner || !isCurrent(state, worker.attempt) || state.isCancelling) {
      go('sees that its range or its attempt is gone', (own) => giveBack(own, 'no'));
    }
    moves.fault('stop', `${name} has to go`, (next) => giveBack(at(next.workers, index), 'no'));
    moves.fault('failure', `${name} fails`, (next) => giveBack(at(next.workers, index), 'retryable'));
    moves.fault('hopeless', `${name} fails, as every other would`, (next) =>
      giveBack(at(next.workers, index), 'hopeless'),
    );
  }

  switch (worker.phase) {
    case 'idle':
      if (!isCurrent(state, state.plan) || state.isCancelling || state.isClosed)
        go('finds nothing left', (own) => forget(own, 'gone'));
      else
        go('reads the plan', (own, next) => {
          own.phase = 'looked';
          own.attempt = next.plan;
        });
      return;
    case 'looked':
      takeAny(moves, index, owner);
      return;
    case 'making':
      if (moves.bounds.isBroken && worker.at === 0) go('cannot read the slice', (own) => giveBack(own, 'retryable'));
      else
        go(`has read slice ${worker.at}`, (own, next) => {
          const following = own.at + 1;
          if (following < own.to) {
            const advanced = changeRange(next, own.attempt, own.range, (range) =>
              advanceRange(range, owner, following),
            );
            if (advanced === undefined) {
              giveBack(own, 'no');
              return;
            }
            own.to = advanced.to;
          }
          if (following < own.to) own.at = following;
          else own.phase = 'sending';
        });
      return;
    case 'sending':
      send(moves, index);
      return;
    case 'recording':
      moves.written(
        `${name} records its range`,
        (next) => {
          if (moves.rules.recordIsFenced && !isCurrent(next, worker.attempt)) return;
          changeRange(next, worker.attempt, worker.range, (range) =>
            record(range, owner, worker.to, resultOf(moves, worker), moves.rules),
          );
        },
        (next) => forget(at(next.workers, index), 'idle'),
      );
      return;
    case 'giving back':
      moves.written(
        `${name} gives its range back`,
        (next) => {
          changeRange(next, worker.attempt, worker.range, (range) => {
            const after = giveRangeBack(range, owner, failureOf(worker));
            return after && { ...after, tries: Math.min(after.tries, RANGE_MAX_TRIES) };
          });
        },
        (next) => forget(at(next.workers, index), 'idle'),
      );
  }
}

/** Leases end by themselves when their owner is no more, and by a fault when it is slow. */
export function leaseMoves(moves: Moves): void {
  const { state } = moves;
  const owners = state.workers.flatMap((worker, index) =>
    atWork.includes(worker.phase) ? [{ ...worker, token: moves.tokenOf(index, worker) }] : [],
  );
  for (const [attempt, ranges] of state.ranges.entries()) {
    for (const { number, owner, lease } of ranges) {
      if (lease !== 'live') continue;
      const isAlive = owners.some((each) => each.token === owner && each.attempt === attempt && each.range === number);
      const words = `the lease on range ${number} of attempt ${attempt} ends`;
      const end = (next: State) => {
        next.ranges[attempt] = (next.ranges[attempt] ?? []).map((range) =>
          range.number === number ? { ...range, lease: 'lapsed' } : range,
        );
      };
      if (isAlive) moves.fault('lapse', words, end);
      else moves.progress(words, end);
    }
  }
}

function takeAny(moves: Moves, index: number, owner: string): void {
  const { state, rules } = moves;
  const { attempt } = at(state.workers, index);
  const ranges = currentRanges((state.ranges[attempt] ?? []).map(asPartRange));
  const isFree = (range: (typeof ranges)[number]) =>
    rules.leaseIsRespected ? mayTake(range, NOW) : range.result === undefined;
  for (const { number } of ranges.filter(
    (range) => isFree(range) && (range.tries < RANGE_MAX_TRIES || !rules.triesAreLimited),
  )) {
    moves.progress(`worker ${index + 1} takes range ${number}`, (next) => {
      const own = at(next.workers, index);
      const taken = changeRange(
        next,
        attempt,
        number,
        (range) => {
          const after = take(range, owner, NOW, rules);
          return after && { ...after, tries: Math.min(after.tries, RANGE_MAX_TRIES) };
        },
        index + 1,
      );
      if (taken === undefined) {
        forget(own, 'idle');
        return;
      }
      const isHeld = next.leads.some((lead) => lead.attempt === attempt && holding.includes(lead.phase));
      Object.assign(own, { phase: 'making', range: number, from: taken.from, at: taken.from, to: taken.to });
      if (!isHeld) Object.assign(own, { phase: 'giving back', failure: 'retryable' });
    });
  }
  moves.progress(`worker ${index + 1} has taken nothing`, (next) => forget(at(next.workers, index), 'idle'));
}

function send(moves: Moves, index: number): void {
  const { state } = moves;
  const worker = at(state.workers, index);
  const number = moves.uploadOf(worker.attempt);
  const { status } = at(state.uploads, number);
  if (status !== 'open' && hasPart(moves, worker)) {
    moves.progress(`worker ${index + 1} finds no upload`, (next) => {
      Object.assign(at(next.workers, index), { phase: 'giving back', failure: 'retryable' });
    });
    return;
  }
  moves.progress(`worker ${index + 1} sends its part`, (next) => {
    const own = at(next.workers, index);
    own.phase = 'recording';
    if (!hasPart(moves, worker)) return;
    const upload = at(next.uploads, number);
    upload.parts = upload.parts.map((part, slice) => (slice === own.from ? contentOf(own) : part));
  });
}

const contentOf = ({ attempt, from, to }: Worker): Content => ({ snapshot: attempt, from, to });

function sizeOf({ bounds }: Moves, { from, to }: Worker): number {
  return bounds.slices.slice(from, to).reduce((sum, size) => sum + size, 0);
}

/** What ends the file may be short, but not empty. */
function hasPart(moves: Moves, worker: Worker): boolean {
  return sizeOf(moves, worker) >= (worker.to === moves.bounds.slices.length ? 1 : PART_SIZE);
}

function resultOf(moves: Moves, worker: Worker) {
  const bytes = sizeOf(moves, worker);
  const part = { number: worker.from, etag: JSON.stringify(contentOf(worker)), crc32: '', bytes };
  return { rows: 0, bytes, crc32: 0, parts: hasPart(moves, worker) ? [part] : [] };
}

function failureOf({ failure }: Worker): RangeFailure | undefined {
  return failure === 'no' ? undefined : { code: 'internal', retryable: failure === 'retryable' };
}
