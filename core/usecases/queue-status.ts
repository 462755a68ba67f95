import type { Caps } from '../domain/admission.ts';
import type { RolloutFlags } from '../domain/rollout-flags.ts';
import type { AdmissionStore } from '../ports/admission-store.ts';
import { type ActiveExportsDeps, exportsInState } from './active-exports.ts';
import type { AdmitDeps } from './admit.ts';

export interface QueueStatusDeps extends ActiveExportsDeps, Pick<AdmitDeps, 'rollout'> {
  readonly admissions: AdmissionStore;
  readonly caps: Caps;
  /** How many exports one person may have queued or running. */
  readonly activeLimit: number;
}

export interface QueueStatus {
  readonly flags: RolloutFlags;
  readonly queued: number;
  readonly running: number;
  readonly poolCap: number;
  /** How long the one that was queued first has been; absent when none is. */
  readonly oldestQueuedMs?: number;
  /** When the sweeper last watched the queue; absent while workers are paused, or before its first pass. */
  readonly sweptAt?: number;
  readonly accountsAtCap: readonly string[];
  /** `<account>/<user>`; those whose next request is answered 429. */
  readonly usersAtCap: readonly string[];
}

/** How full the queue is, against its caps. */
export async function queueStatus(deps: QueueStatusDeps): Promise<QueueStatus> {
  const flags = await deps.rollout.flags();
  const sweptAt = await deps.admissions.lastWatch();
  const { pool, accounts } = await deps.admissions.readQueue();
  const everything = { accountId: undefined, limit: Number.POSITIVE_INFINITY };
  const queued = await exportsInState(deps, { status: 'queued', ...everything });
  const running = await exportsInState(deps, { status: 'running', ...everything });
  const oldest = queued.filter(({ record }) => record.admittedAt === undefined).at(-1)?.record;
  const active = Map.groupBy(
    [...queued, ...running],
    ({ record }) => `${record.accountId}/${record.requestedBy.userId}`,
  );
  return {
    flags,
    queued: queued.filter(({ record }) => record.admittedAt === undefined).length,
    running: pool.running.size,
    poolCap: deps.caps.pool,
    ...(oldest && { oldestQueuedMs: deps.clock.now() - oldest.createdAt }),
    ...(sweptAt !== undefined && { sweptAt }),
    accountsAtCap: accounts.filter((each) => each.running.size >= deps.caps.account).map((each) => each.accountId),
    usersAtCap: [...active].filter(([, own]) => own.length >= deps.activeLimit).map(([user]) => user),
  };
}
