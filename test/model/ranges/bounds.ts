import type { Bounds } from './state.ts';

const oneRun: Bounds = {
  slices: [2, 2, 2],
  ranges: [0],
  workers: [2],
  attempts: 1,
  faults: 1,
  kinds: ['kill', 'lapse', 'stop', 'failure', 'hopeless', 'lost-reply'],
  mayCancel: false,
  isBroken: false,
  mustMeet: false,
};

/** What each exploration is about. */
export const rangesBounds = {
  /** Two workers at one range, which is cut for the second. */
  cutting: oneRun,
  /** Slices too short for a part, of which ranges are joined, while others would be cut. */
  joining: { ...oneRun, slices: [1, 1, 1], ranges: [0, 2], kinds: ['kill', 'lapse'] },
  /** A lead that is lost in every way, and workers of the attempt before that go on. */
  attempts: {
    ...oneRun,
    slices: [2, 2],
    ranges: [0, 1],
    workers: [1, 1],
    attempts: 2,
    kinds: ['kill', 'lapse', 'lost-reply', 'kill-lead', 'lapse-lead', 'lost-lead'],
  },
  /** How the state machine comes to know of the workers, and that somebody cancels. */
  handover: {
    ...oneRun,
    slices: [2],
    workers: [1, 1],
    attempts: 2,
    kinds: ['lost-reply', 'kill-lead', 'lapse-lead', 'lost-lead', 'lost-execution', 'wait-fails'],
    mayCancel: true,
    mustMeet: true,
  },
  /** A slice that cannot be read, whoever tries. */
  broken: { ...oneRun, slices: [2, 2], ranges: [0, 1], workers: [1, 1], attempts: 2, faults: 0, isBroken: true },
} as const satisfies Record<string, Bounds>;

export type RangesBoundsName = keyof typeof rangesBounds;

/** For the full proof. */
export const largerRangesBounds = {
  cutting: { ...rangesBounds.cutting, faults: 2 },
  joining: { ...rangesBounds.joining, kinds: [...rangesBounds.joining.kinds, 'lost-reply'] },
  attempts: { ...rangesBounds.attempts, faults: 2 },
  handover: { ...rangesBounds.handover, faults: 2 },
  broken: { ...rangesBounds.broken, faults: 1 },
} as const satisfies Record<RangesBoundsName, Bounds>;
