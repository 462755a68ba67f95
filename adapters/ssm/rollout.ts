import { GetParameterCommand, type SSMClient } from '@aws-sdk/client-ssm';
import { type RolloutFlags, rolloutFlags } from '../../core/domain/rollout-flags.ts';
import type { Clock } from '../../core/ports/clock.ts';
import type { Rollout } from '../../core/ports/rollout.ts';

/** How long a warm function believes the switches it has read; a change is seen everywhere within this time. */
export const FLAGS_CACHE_MS = 10_000;

/** The rollout flags in one SSM parameter, as JSON. */
export function ssmRollout(client: SSMClient, parameterName: string, clock: Clock): Rollout {
  let cached: { flags: RolloutFlags; until: number } | undefined;
  return {
    async flags() {
      if (cached !== undefined && clock.now() < cached.until) return cached.flags;
      const { Parameter } = await client.send(new GetParameterCommand({ Name: parameterName }));
      const flags = rolloutFlags.parse(JSON.parse(Parameter?.Value ?? ''));
      cached = { flags, until: clock.now() + FLAGS_CACHE_MS };
      return flags;
    },
  };
}
