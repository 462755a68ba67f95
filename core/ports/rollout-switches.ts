import type { RolloutFlags } from '../domain/rollout-flags.ts';

/** The rollout flags as an operator sees and sets them. */
export interface RolloutSwitches {
  /** As they are this moment, which version of them this is, and since when, in epoch milliseconds. */
  read(): Promise<{ readonly flags: RolloutFlags; readonly version: number; readonly changedAt: number }>;
  /** @returns the version it has become: one more than before, unless somebody else has written in between */
  write(flags: RolloutFlags): Promise<number>;
}
