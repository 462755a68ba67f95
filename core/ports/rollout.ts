import type { RolloutFlags } from '../domain/rollout-flags.ts';

export interface Rollout {
  /** The switches as they are now, at most a few seconds old. */
  flags(): Promise<RolloutFlags>;
}
