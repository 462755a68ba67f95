import { HEARTBEAT_MS, LEASE_MS } from '../core/domain/lifecycle.ts';

/** How long a run waits for what, in milliseconds. */
export interface Timings {
  readonly heartbeatMs: number;
  /** How long a claim is believed without a heartbeat that got through. */
  readonly leaseMs: number;
  /** No new row for this long after the first one: the run gives up. */
  readonly stallMs: number;
  /** How often a run that waits for a foreign lease looks whether it was given back early. */
  readonly claimPollMs: number;
  /** How often whoever makes a file together with others looks at how they do. */
  readonly rangePollMs: number;
  /** Before the ending is written again after an error, then twice and four times that. */
  readonly endRetryMs: number;
}

export const defaultTimings: Timings = {
  heartbeatMs: HEARTBEAT_MS,
  leaseMs: LEASE_MS,
  stallMs: 120_000,
  claimPollMs: 5_000,
  rangePollMs: 1_000,
  endRetryMs: 250,
};
