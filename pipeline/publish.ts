import { setTimeout as sleep } from 'node:timers/promises';
import type { ExportRef } from '../core/domain/export-id.ts';
import type { ExportFile } from '../core/domain/export-record.ts';
import type { EndOutcome } from '../core/ports/export-store.ts';
import { afterRefusal } from './end-attempt.ts';
import type { RunDependencies } from './run-dependencies.ts';
import type { RunOutcome } from './run-outcome.ts';
import type { Timings } from './timings.ts';

const TRIES = 4;

/**
 * Records the file as the export's, which the claim must still allow; else removes it.
 *
 * When the records do not answer at all the file stays: the ending may have been written, and a recorded file must exist. If it was not,
 * the sweeper removes it as a leftover.
 */
export async function publish(
  ref: ExportRef,
  claim: string,
  finished: {
    readonly file: ExportFile;
    readonly expiresAt: number;
    readonly mayHaveLeftovers: boolean;
    readonly discard: () => Promise<void>;
  },
  { exports, clock, log }: Pick<RunDependencies, 'exports' | 'clock' | 'log'>,
  { endRetryMs }: Timings,
): Promise<RunOutcome> {
  const { discard, ...result } = finished;
  const { file } = result;
  for (let tries = 1; ; tries++) {
    let outcome: EndOutcome;
    try {
      const actor = { by: 'worker', at: clock.now() };
      outcome = await exports.end(ref, { to: 'ready', ...result }, { kind: 'claim', claim }, actor);
    } catch (cause) {
      if (tries === TRIES) return { kind: 'retry', code: 'internal', cause };
      await sleep(endRetryMs * 2 ** (tries - 1));
      continue;
    }
    // Refused because an earlier try of ours got through is success.
    if (outcome.kind === 'ended' || outcome.record?.file?.key === file.key) return { kind: 'ready', file };
    await discard().catch((error) => log.warn('leftovers stay for the sweeper', { error }));
    return afterRefusal(outcome.record);
  }
}
