import { type Caps, freeSlots, turns } from '../domain/admission.ts';
import type { ExportId } from '../domain/export-id.ts';
import type { AdmissionStore } from '../ports/admission-store.ts';
import type { Clock } from '../ports/clock.ts';
import type { Executions } from '../ports/executions.ts';
import type { Rollout } from '../ports/rollout.ts';

export interface AdmitDeps {
  readonly admissions: Pick<AdmissionStore, 'readQueue' | 'waiting' | 'taskToken' | 'noteEmptyLine' | 'admit'>;
  readonly executions: Pick<Executions, 'resume'>;
  readonly rollout: Rollout;
  readonly clock: Clock;
  readonly caps: Caps;
}

/**
 * Gives every free slot to the export whose turn it is. Runs on arrival, on every ending and every minute; any number
 * of admitters may run at once, since each admission is one transaction that checks everything it relies on.
 * @returns the exports admitted by this call
 */
export async function admit(deps: AdmitDeps): Promise<readonly ExportId[]> {
  const admitted: ExportId[] = [];
  if (!(await deps.rollout.flags()).runWorkers) return admitted;
  // Each round either admits one, or loses a race to an admitter that did; more rounds than slots are never needed.
  for (let round = 0; round < 2 * deps.caps.pool; round += 1) {
    const outcome = await admitNext(deps);
    if (outcome === 'nothing_to_do') break;
    if (outcome === 'lost_race') continue;
    admitted.push(outcome.exportId);
    // Whoever has freed another since looks for the next turn as well.
    if (outcome.slotsLeft === 0) break;
  }
  return admitted;
}

interface Admitted {
  readonly exportId: ExportId;
  /** Of the slots that were free before. */
  readonly slotsLeft: number;
}

async function admitNext(deps: AdmitDeps): Promise<Admitted | 'lost_race' | 'nothing_to_do'> {
  const { pool, accounts } = await deps.admissions.readQueue();
  const slots = freeSlots(pool, deps.caps);
  if (slots === 0) return 'nothing_to_do';
  for (const turn of turns(accounts, pool, deps.caps)) {
    const [first] = await deps.admissions.waiting(turn.accountId, 1);
    if (first === undefined) {
      await deps.admissions.noteEmptyLine(turn);
      continue;
    }
    const token = await deps.admissions.taskToken(first);
    if (token === undefined) return 'lost_race';
    if (!(await deps.admissions.admit(first, token, turn.start, deps.caps, deps.clock.now()))) return 'lost_race';
    // If this call is lost, the minute's repair sends it again: the export is in the running set from here on.
    await deps.executions.resume(token);
    return { exportId: first.exportId, slotsLeft: slots - 1 };
  }
  return 'nothing_to_do';
}
