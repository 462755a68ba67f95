import { type BoundsName, bounds } from './bounds.ts';
import { type Exploration, explore } from './explorer.ts';
import { protocol } from './protocol.ts';
import type { Rules } from './rules.ts';
import type { Bounds } from './state.ts';

/** A protocol that lacks one of its rules, and where that shows. */
export interface Mutant {
  readonly name: string;
  readonly lacks: keyof Rules;
  readonly within: BoundsName;
  /** Other bounds in which it shows sooner. */
  readonly but?: Partial<Bounds>;
}

export const mutants: readonly Mutant[] = [
  { name: 'the lease is ignored at the claim', lacks: 'claimWaitsForLease', within: 'attempts' },
  { name: 'a claim is written on what was read before', lacks: 'claimDecidesAtWrite', within: 'attempts' },
  { name: 'a refused claim consumes an attempt', lacks: 'refusedClaimIsFree', within: 'attempts' },
  { name: 'ready without looking at the claim', lacks: 'readyNeedsClaim', within: 'attempts' },
  { name: 'ready without looking at the status', lacks: 'endingNeedsLiveStatus', within: 'cancellation' },
  { name: 'a cancellation overwrites ready', lacks: 'cancelNeedsLiveStatus', within: 'cancellation' },
  { name: 'a refusal is believed after a lost reply', lacks: 'refusalLooksForOwnFile', within: 'attempts' },
  { name: 'the heartbeat goes on while publishing', lacks: 'heartbeatStopsFirst', within: 'attempts' },
  { name: 'one key per export', lacks: 'keyHasClaim', within: 'attempts' },
  { name: 'completing a short file', lacks: 'countsRows', within: 'attempts' },
  { name: 'people are told before ready', lacks: 'notifiesAfterReady', within: 'attempts' },
  { name: 'slots are freed apart from the ending', lacks: 'endingFreesSlots', within: 'attempts' },
  { name: 'an ending leaves the export in its line', lacks: 'endingLeavesLine', within: 'queue' },
  { name: 'what is stuck is failed without a condition', lacks: 'stuckNeedsNotAdmitted', within: 'queue' },
  { name: 'the automatic retry is queued apart', lacks: 'retryIsInTransaction', within: 'queue' },
  { name: 'caps are decided by the read', lacks: 'admitChecksCaps', within: 'turns' },
  { name: 'an export is admitted whatever it is by now', lacks: 'admitChecksExport', within: 'turns' },
  { name: 'a token is accepted once only', lacks: 'acceptsNewTokens', within: 'queue', but: { cancels: 0, watchers: 0 } },
  { name: 'an old token replaces a newer one', lacks: 'refusesOldTokens', within: 'queue', but: { cancels: 0, watchers: 0 } },
  { name: 'lost starts are not repeated', lacks: 'startsOrphans', within: 'queue', but: { cancels: 0, watchers: 0 } },
  { name: 'lost signals are not repeated', lacks: 'signalsAgain', within: 'queue', but: { cancels: 0, watchers: 0 } },
  { name: 'no reconciler, in no form', lacks: 'noticesDeadExecutions', within: 'queue', but: { cancels: 0, watchers: 0 } },
  { name: 'pool and accounts are read in any order', lacks: 'readsPoolFirst', within: 'drift' },
  { name: 'leftovers are never removed', lacks: 'removesLeftovers', within: 'attempts' },
  { name: 'leftovers are removed at once', lacks: 'removalWaits', within: 'attempts', but: { faults: 3 } },
  { name: 'the sweeper removes the published object', lacks: 'removalSparesPublished', within: 'attempts' },
  { name: 'cleaned up is marked over a deletion', lacks: 'marksOnlyWhatItSaw', within: 'storage', but: { faults: 2 } },
  { name: 'a deletion that was cut short is not repeated', lacks: 'deletionIsRepeated', within: 'storage' },
];

/** An unconditional completion shows only where attempts share a key. */
export const overwritingMutant = { name: 'one key per export, completed unconditionally', within: 'attempts' } as const;

/** Looks for a guarantee that does not survive the mutant. */
export function attack({ lacks, within, but }: Omit<Mutant, 'name'>, also: Partial<Rules> = {}): Exploration {
  const model = protocol({ ...bounds[within], ...but }, { [lacks]: false, ...also });
  return explore(model, { maxStates: 1_000_000, stopAtViolation: true });
}
