import { type BoundsName, bounds } from './bounds.ts';
import { type Exploration, explore } from './explorer.ts';
import { protocol } from './protocol.ts';
import type { Rules } from './rules.ts';
import type { Bounds } from './state.ts';

/** A protocol that lacks one of its rules, and where that shows. */
export interface Mutant {
  readonly name: string;
  readonly lacks: readonly (keyof Rules)[];
  /** What the name of the guarantee that falls first begins with. */
  readonly killedBy: string;
  readonly within: BoundsName;
  /** Other bounds in which it shows sooner. */
  readonly but?: Partial<Bounds>;
}

/** Far more than any of these takes; a search without an end is a mistake in the model. */
const MAX_STATES = 500_000;

export const mutants: readonly Mutant[] = [
  {
    name: 'the lease is ignored at the claim',
    lacks: ['claimWaitsForLease'],
    killedBy: 'a live lease is not taken over',
    within: 'attempts',
  },
  {
    name: 'a claim is written on what was read before',
    lacks: ['claimDecidesAtWrite'],
    killedBy: 'I7',
    within: 'attempts',
  },
  {
    name: 'a refused claim consumes an attempt',
    lacks: ['refusedClaimIsFree'],
    killedBy: 'an attempt is a claim that won',
    within: 'attempts',
  },
  { name: 'ready without looking at the claim', lacks: ['readyNeedsClaim'], killedBy: 'I9', within: 'attempts' },
  {
    name: 'ready without looking at the status',
    lacks: ['endingNeedsLiveStatus'],
    killedBy: 'I1',
    within: 'cancellation',
  },
  { name: 'a cancellation overwrites ready', lacks: ['cancelNeedsLiveStatus'], killedBy: 'I2', within: 'cancellation' },
  {
    name: 'a refusal is believed after a lost reply',
    lacks: ['refusalLooksForOwnFile'],
    killedBy: 'I3',
    within: 'attempts',
  },
  {
    name: 'the heartbeat goes on while publishing',
    lacks: ['heartbeatStopsFirst'],
    killedBy: 'I3',
    within: 'attempts',
  },
  { name: 'one key per export', lacks: ['keyHasClaim'], killedBy: 'I3', within: 'attempts' },
  {
    name: 'one key per export, completed unconditionally',
    lacks: ['keyHasClaim', 'completesOnlyNewObjects'],
    killedBy: 'I4',
    within: 'attempts',
  },
  { name: 'completing a short file', lacks: ['countsRows'], killedBy: 'I11', within: 'attempts' },
  { name: 'people are told before ready', lacks: ['notifiesAfterReady'], killedBy: 'I5', within: 'attempts' },
  { name: 'slots are freed apart from the ending', lacks: ['endingFreesSlots'], killedBy: 'I6', within: 'attempts' },
  {
    name: 'an ending leaves the export in its line',
    lacks: ['endingLeavesLine'],
    killedBy: 'in line',
    within: 'queue',
  },
  {
    name: 'what is stuck is failed without a condition',
    lacks: ['stuckNeedsNotAdmitted'],
    killedBy: 'I10',
    within: 'queue',
  },
  { name: 'the automatic retry is queued apart', lacks: ['retryIsInTransaction'], killedBy: 'I8', within: 'queue' },
  { name: 'caps are decided by the read', lacks: ['admitChecksCaps'], killedBy: 'caps', within: 'turns' },
  {
    name: 'an export is admitted whatever it is by now',
    lacks: ['admitChecksExport'],
    killedBy: 'I6',
    within: 'queue',
  },
  { name: 'a token is accepted once only', lacks: ['acceptsNewTokens'], killedBy: 'I12', within: 'queue' },
  { name: 'an old token replaces a newer one', lacks: ['refusesOldTokens'], killedBy: 'I12', within: 'queue' },
  { name: 'a line is noted as empty, come what may', lacks: ['emptyNeedsNoJoin'], killedBy: 'I12', within: 'turns' },
  { name: 'an export joins the line before it is in it', lacks: ['joinsWhenInLine'], killedBy: 'I12', within: 'queue' },
  { name: 'lost starts are not repeated', lacks: ['startsOrphans'], killedBy: 'I12', within: 'queue' },
  { name: 'lost signals are not repeated', lacks: ['signalsAgain'], killedBy: 'I12', within: 'queue' },
  { name: 'no reconciler, in no form', lacks: ['noticesDeadExecutions'], killedBy: 'I12', within: 'queue' },
  { name: 'pool and accounts are read in any order', lacks: ['readsPoolFirst'], killedBy: 'I6', within: 'drift' },
  { name: 'leftovers are never removed', lacks: ['removesLeftovers'], killedBy: 'nothing', within: 'attempts' },
  {
    name: 'leftovers are removed at once',
    lacks: ['removalWaits'],
    killedBy: 'nothing',
    within: 'attempts',
    but: { faults: 3 },
  },
  {
    name: 'the sweeper removes the published object',
    lacks: ['removalSparesPublished'],
    killedBy: 'I3',
    within: 'attempts',
  },
  {
    name: 'cleaned up is marked over a deletion',
    lacks: ['marksOnlyWhatItSaw'],
    killedBy: 'nothing',
    within: 'storage',
    but: { faults: 2 },
  },
  {
    name: 'a deletion that was cut short is not repeated',
    lacks: ['deletionIsRepeated'],
    killedBy: 'nothing',
    within: 'storage',
  },
];

/** Looks for a guarantee that the mutant does not keep. */
export function attack({ lacks, within, but }: Mutant): Exploration {
  const weakened = Object.fromEntries(lacks.map((rule) => [rule, false]));
  return explore(protocol({ ...bounds[within], ...but }, weakened), { maxStates: MAX_STATES, stopAtViolation: true });
}
