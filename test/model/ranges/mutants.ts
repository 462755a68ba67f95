import { type Exploration, explore } from '../explorer.ts';
import { type RangesBoundsName, rangesBounds } from './bounds.ts';
import { rangesProtocol } from './protocol.ts';
import type { Rules } from './rules.ts';
import type { Bounds } from './state.ts';

/** A protocol that lacks one of its rules, and where that shows. */
export interface RangesMutant {
  readonly name: string;
  readonly lacks: readonly (keyof Rules)[];
  /** The guarantee that falls. */
  readonly killedBy: string;
  readonly within: RangesBoundsName;
  /** Other bounds in which it shows sooner. */
  readonly but?: Partial<Bounds>;
  /** Guarantees that fall sooner, by the other rules that it lacks. */
  readonly overlooks?: readonly string[];
}

/** Far more than any of these takes. */
const MAX_STATES = 200_000;

export const rangesMutants: readonly RangesMutant[] = [
  {
    name: 'ranges of the dead are never taken over',
    lacks: ['leasesEnd'],
    killedBy: 'every export ends',
    within: 'cutting',
    but: { slices: [2, 2], kinds: ['kill'] },
  },
  {
    name: 'a range is taken from whoever is at it',
    lacks: ['leaseIsRespected'],
    killedBy: 'a range that somebody lives for is not taken',
    within: 'cutting',
  },
  {
    name: 'workers own ranges by their number',
    lacks: ['tokensAreNew'],
    killedBy: 'nobody records on a range that is somebody else’s',
    within: 'cutting',
  },
  {
    name: 'whoever has made a range records it',
    lacks: ['ownerRecords'],
    killedBy: 'nobody records on a range that is somebody else’s',
    within: 'cutting',
  },
  {
    name: 'a range is recorded wherever it ends by now',
    lacks: ['recordChecksEnd', 'cutSparesBegun'],
    killedBy: 'a result is of the range as it is',
    within: 'cutting',
    overlooks: ['a slice that is being read is its reader’s', 'nobody records on a range that is somebody else’s'],
  },
  {
    name: 'a range is recorded whatever became of the attempt',
    lacks: ['recordIsFenced'],
    killedBy: 'an attempt that is over records nothing',
    within: 'attempts',
  },
  {
    name: 'the slice that is being read is cut off',
    lacks: ['cutSparesBegun'],
    killedBy: 'a slice that is being read is its reader’s',
    within: 'cutting',
  },
  {
    name: 'ranges too short for a part are left out',
    lacks: ['shortIsJoined'],
    killedBy: 'a published file is every slice once, of one snapshot',
    within: 'joining',
  },
  {
    name: 'what was joined is cut again',
    lacks: ['joinedIsWhole'],
    killedBy: 'ranges are not cut and joined for ever',
    within: 'joining',
    but: { slices: [1, 1], ranges: [0], faults: 0 },
  },
  {
    name: 'a range is taken however often it failed',
    lacks: ['triesAreLimited'],
    killedBy: 'every export ends',
    within: 'broken',
  },
  {
    name: 'parts are known by their numbers alone',
    lacks: ['tagsAreCompared'],
    killedBy: 'a published file is every slice once, of one snapshot',
    within: 'cutting',
    but: { slices: [2, 2], kinds: ['lapse'] },
  },
  {
    name: 'one upload for all attempts, by numbers alone',
    lacks: ['uploadOfAttempt', 'tagsAreCompared'],
    killedBy: 'a published file is every slice once, of one snapshot',
    within: 'attempts',
  },
  {
    name: 'published whosever the attempt is',
    lacks: ['publishingNeedsClaim'],
    killedBy: 'only the current claim publishes',
    within: 'attempts',
    but: { faults: 2, kinds: ['lapse-lead', 'lost-lead'] },
  },
  {
    name: 'only the waiting side looks for the other',
    lacks: ['secondAnswers'],
    killedBy: 'every export ends',
    within: 'handover',
  },
  {
    name: 'a lead with nothing to do just leaves',
    lacks: ['leadLetsGo'],
    killedBy: 'every execution ends',
    within: 'handover',
    but: { workers: [1], faults: 0 },
  },
  {
    name: 'all runs meet under one name',
    lacks: ['handoverOfRun'],
    killedBy: 'every export ends',
    within: 'handover',
    but: { kinds: ['kill-lead'], mayCancel: false },
  },
  {
    name: 'a lead without workers trusts to be stopped',
    lacks: ['laterRunIsSeen'],
    killedBy: 'no lead keeps its lease when its run is over',
    within: 'handover',
    but: { kinds: ['lost-lead'], mayCancel: false },
  },
  {
    name: 'whoever holds the attempt of an execution that is over is waited for',
    lacks: ['leadIsNotWaitedFor'],
    killedBy: 'no lead keeps its lease when its run is over',
    within: 'handover',
    but: { workers: [1], kinds: ['lost-execution'], mayCancel: false },
  },
];

/** Looks for a guarantee that the mutant does not keep. */
export function attackRanges({ lacks, within, but, overlooks = [] }: RangesMutant): Exploration {
  const weakened = Object.fromEntries(lacks.map((rule) => [rule, false]));
  const model = rangesProtocol({ ...rangesBounds[within], ...but }, weakened);
  const looked = Object.entries(model.invariants).filter(([name]) => !overlooks.includes(name));
  return explore(
    { ...model, invariants: Object.fromEntries(looked) },
    { maxStates: MAX_STATES, stopAtViolation: true },
  );
}
