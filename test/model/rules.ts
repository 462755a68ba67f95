/** What the protocol rests on, one sentence each. A weakened protocol breaks one of them. */
export const rules = {
  // Attempts and claims
  /** An attempt is claimed only when the lease of the one before is over. */
  claimWaitsForLease: true,
  /** Who wins an attempt is decided by the write itself, not by an earlier read. */
  claimDecidesAtWrite: true,
  /** A refused claim changes nothing. */
  refusedClaimIsFree: true,

  // Publishing
  /** Only the holder of the current claim makes an export ready. */
  readyNeedsClaim: true,
  /** An export that has ended does not end again. */
  endingNeedsLiveStatus: true,
  /** A cancellation ends only what has not ended. */
  cancelNeedsLiveStatus: true,
  /** A worker whose ending is refused looks whether an earlier try of its own got through before it removes its file. */
  refusalLooksForOwnFile: true,
  /** A worker's heartbeat is over before it publishes, so nothing interrupts it then. */
  heartbeatStopsFirst: true,
  /** Each claim has a key of its own. */
  keyHasClaim: true,
  /** An upload is completed only where no object is. */
  completesOnlyNewObjects: true,
  /** Rows written are compared with the source's own count before an upload is completed. */
  countsRows: true,
  /** People are told after the record says ready. */
  notifiesAfterReady: true,

  // Endings and slots
  /** Whoever ends an export frees its slots in the same transaction. */
  endingFreesSlots: true,
  /** Whoever ends an export takes it out of its line in the same transaction. */
  endingLeavesLine: true,
  /** What is stuck is failed only if it has not been admitted meanwhile. */
  stuckNeedsNotAdmitted: true,
  /** The automatic retry is queued in the transaction that fails the stuck export. */
  retryIsInTransaction: true,

  // Admission
  /** Caps are conditions of the admission's transaction. */
  admitChecksCaps: true,
  /** So is that the export is queued and not admitted. */
  admitChecksExport: true,
  /** A repeated Queued step replaces the token. */
  acceptsNewTokens: true,
  /** A token does not replace one that was issued after it. */
  refusesOldTokens: true,

  /** A line is noted as empty only if nothing has joined it since it was read. */
  emptyNeedsNoJoin: true,
  /** An export counts as having joined the line when it is in it, not before. */
  joinsWhenInLine: true,

  // Repair
  /** A queued export without a token is started. */
  startsOrphans: true,
  /** An admitted export that still waits is signalled again. */
  signalsAgain: true,
  /** The end of an execution ends its export: told by an event, or seen by the sweeper. */
  noticesDeadExecutions: true,
  /** The check for drift reads the pool before the accounts. */
  readsPoolFirst: true,

  // Storage
  /** What attempts have left is removed. */
  removesLeftovers: true,
  /** But not before every worker has noticed that its claim is gone. */
  removalWaits: true,
  /** And never the published object. */
  removalSparesPublished: true,
  /** Only what the sweeper has seen is marked as cleaned up: not an export that was deleted meanwhile. */
  marksOnlyWhatItSaw: true,
  /** Deleting an export leaves its objects to the sweeper, should whoever deletes it not get to them. */
  deletionIsRepeated: true,
};

export type Rules = typeof rules;
