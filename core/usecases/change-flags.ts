import { WaybillError } from '../domain/errors.ts';
import { type RolloutFlags, rolloutFlags } from '../domain/rollout-flags.ts';
import type { RolloutSwitches } from '../ports/rollout-switches.ts';

/** Two operators changed the flags at the same instant, and one may have undone the other. */
export class FlagsOvertakenError extends WaybillError {
  override readonly name = 'FlagsOvertakenError';
  readonly code = 'flags_overtaken';
  readonly retryable = true;

  constructor() {
    super('Somebody else changed the flags at the same moment, and their change may be undone. Look at them again.');
  }
}

/**
 * Sets the named flags and leaves the others as they are now. Parameter Store has no conditional write: that nobody wrote
 * between reading and writing is seen from the version afterwards.
 * @throws FlagsOvertakenError when somebody did
 */
export async function changeFlags(
  switches: RolloutSwitches,
  change: Partial<RolloutFlags>,
): Promise<{ readonly before: RolloutFlags; readonly after: RolloutFlags }> {
  const { flags: before, version } = await switches.read();
  const after = rolloutFlags.parse({ ...before, ...change });
  const isSame = Object.keys(after).every(
    (key) => after[key as keyof RolloutFlags] === before[key as keyof RolloutFlags],
  );
  if (!isSame && (await switches.write(after)) !== version + 1) throw new FlagsOvertakenError();
  return { before, after };
}
