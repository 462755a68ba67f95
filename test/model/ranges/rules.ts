/** What the meeting of several workers at one file rests on, one sentence each. */
export const rules = {
  // Ranges
  /** A range whose lease is over may be taken. */
  leasesEnd: true,
  /** A range that somebody has is not taken while the lease lasts. */
  leaseIsRespected: true,
  /** A worker is told apart by a token that is new each time it takes a range, not by its number. */
  tokensAreNew: true,
  /** A result is recorded by the range's owner alone. */
  ownerRecords: true,
  /** And only while the range ends where the owner has ended. */
  recordChecksEnd: true,
  /** And only while the attempt goes on, in the same transaction. */
  recordIsFenced: true,
  /** A slice that is being read is not cut off. */
  cutSparesBegun: true,
  /** What was too short for a part is joined with a neighbour. */
  shortIsJoined: true,
  /** What was joined is not cut again. */
  joinedIsWhole: true,
  /** A range is taken so often only before the attempt is given up. */
  triesAreLimited: true,

  // The file
  /** An upload is completed with the parts that were recorded, by their tags. */
  tagsAreCompared: true,
  /** Each attempt has an upload of its own. */
  uploadOfAttempt: true,
  /** The lead publishes only while the attempt is its own. */
  publishingNeedsClaim: true,

  // The handover
  /** Whoever comes second answers the token, whichever of the two it is. */
  secondAnswers: true,
  /** A lead that leaves nothing to do lets whoever waits go. */
  leadLetsGo: true,
  /** Each run of the group meets under a name of its own. */
  handoverOfRun: true,

  // Runs that are over
  /** A lead that is alone looks whether a later run of the group has begun, and gives the attempt back. */
  laterRunIsSeen: true,
  /** The export of an execution that is over ends, also while a lead holds the attempt. */
  leadIsNotWaitedFor: true,
};

export type Rules = typeof rules;
