import { isSettled } from '../../../core/domain/part-range.ts';
import { currentRanges } from '../../../core/domain/range-watch.ts';
import type { Model } from '../explorer.ts';
import { isRunOver } from './lead-moves.ts';
import { asPartRange, type Bounds, type Content, isCurrent, type Range, rangeNumbered, type State } from './state.ts';

type Invariants = Model<State>['invariants'];

/** Each cut makes one range more, at most one for each slice; each join makes one less of those, which is not cut again. */
const mostRanges = ({ slices }: Bounds) => 3 * slices.length;

export function invariants(bounds: Bounds): Invariants {
  const slices = bounds.slices.length;
  return {
    'a published file is every slice once, of one snapshot': (_before, { published, uploads }) => {
      if (published === 0) return true;
      const file = uploads.find((upload) => upload.file.some(({ snapshot }) => snapshot === published))?.file ?? [];
      return isWhole(file, published, bounds);
    },

    'nobody records on a range that is somebody else’s': (before, after) =>
      recordedBetween(before, after).every(({ attempt, range, was }) =>
        before.workers.some(
          (worker) =>
            worker.phase === 'recording' &&
            worker.attempt === attempt &&
            worker.range === range.number &&
            was.owner > 0 &&
            was.lease !== 'none' &&
            was.to === worker.to &&
            !isSettled(asPartRange(was)) &&
            // Who has taken it last is at it: nobody else has this range as its owner.
            ownerOf(before, attempt, was) === before.workers.indexOf(worker),
        ),
      ),

    'an attempt that is over records nothing': (before, after) =>
      recordedBetween(before, after).every(({ attempt }) => isCurrent(before, attempt)),

    'a result is of the range as it is': (_before, { ranges }) =>
      ranges.every((all, attempt) =>
        all.every(
          ({ hasPart, part, from, to }) =>
            !hasPart || (part.snapshot === attempt && part.from === from && part.to === to),
        ),
      ),

    'ranges make up the file, each slice in one': (_before, { ranges }) =>
      ranges.every((all) => {
        const current = currentRanges(all.map(asPartRange));
        return (
          all.length === 0 ||
          (current.every(({ from }, index) => from === (current[index - 1]?.to ?? 0)) && current.at(-1)?.to === slices)
        );
      }),

    'a slice that is being read is its reader’s': (_before, state) =>
      state.workers.every(({ phase, attempt, range, at: place }, index) => {
        if (phase !== 'making') return true;
        const own = rangeNumbered(state, attempt, range);
        const isOwner =
          own !== undefined && ownerOf(state, attempt, own) === index && !own.isReplaced && !own.isRecorded;
        return !isOwner || place < own.to;
      }),

    'a range that somebody lives for is not taken': (before, after) =>
      after.ranges.every((all, attempt) =>
        all.every(({ number, owner }) => {
          const was = rangeNumbered(before, attempt, number);
          return was === undefined || owner === was.owner || owner === 0 || was.lease !== 'live';
        }),
      ),

    'ranges are not cut and joined for ever': (_before, { ranges }) =>
      ranges.every((all) => all.length <= mostRanges(bounds)),

    'only the current claim publishes': (before, after) =>
      after.published === before.published || isCurrent(before, after.published),

    'what has ended stays as it is': (before, after) => before.status === 'running' || before.status === after.status,
  };
}

/** By nothing but what comes by itself. */
export const goals: Model<State>['goals'] = {
  'every export ends': ({ status }) => status !== 'running',
  'every execution ends': ({ isOver }) => isOver,
  'every worker ends': ({ isOver, workers }) =>
    isOver && workers.every(({ phase }) => phase === 'gone' || phase === 'absent' || phase === 'dead'),
  'no lead keeps its lease when its run is over': (state) =>
    state.leads.every(({ attempt }, run) => !isRunOver(state, run) || attempt === 0 || !isCurrent(state, attempt)),
};

function isWhole(file: readonly Content[], published: number, { slices }: Bounds): boolean {
  const full = slices.flatMap((size, slice) => (size > 0 ? [slice] : []));
  const has = file.flatMap(({ snapshot, from, to }) =>
    slices.flatMap((size, slice) => (snapshot === published && size > 0 && slice >= from && slice < to ? [slice] : [])),
  );
  return full.length === has.length && full.every((slice, index) => slice === has[index]);
}

/** Results that are there after a step and were not before. */
function recordedBetween(before: State, after: State): { attempt: number; range: Range; was: Range }[] {
  return after.ranges.flatMap((all, attempt) =>
    all.flatMap((range) => {
      const was = rangeNumbered(before, attempt, range.number);
      return was !== undefined && range.isRecorded && !was.isRecorded ? [{ attempt, range, was }] : [];
    }),
  );
}

/** The worker that has taken a range last, by who is noted as its owner. */
function ownerOf(state: State, attempt: number, { number, takenBy }: Range): number {
  return state.workers.findIndex(
    (worker, index) => index + 1 === takenBy && worker.attempt === attempt && worker.range === number,
  );
}
