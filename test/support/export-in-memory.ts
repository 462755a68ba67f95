import type { ExportId, ExportRef } from '../../core/domain/export-id.ts';
import type { ExportPlan } from '../../core/domain/export-plan.ts';
import type { Attempt, ExportRecord } from '../../core/domain/export-record.ts';
import { isTerminal, LEASE_MS } from '../../core/domain/lifecycle.ts';
import type { AttemptStore, ClaimOutcome, HeartbeatOutcome, ReleaseReason } from '../../core/ports/attempt-store.ts';
import type { Clock } from '../../core/ports/clock.ts';
import type { Ending, EndOutcome, ExportStore } from '../../core/ports/export-store.ts';

const exportId: ExportId = 'exp_01990000-0000-7000-8000-00000000abcd';

/** The records of one export that has been admitted, as far as a worker sees them. */
export class ExportInMemory implements AttemptStore, Pick<ExportStore, 'end'> {
  readonly ref: ExportRef;
  readonly clock: Clock;
  record: ExportRecord;
  attempt: Attempt | undefined;
  readonly releases: ReleaseReason[] = [];
  /** Runs before the ending is written, which fails with what it throws. */
  beforeEnd: (ending: Ending) => Promise<void> | void = () => {};
  /** Runs after the ending was written, whose answer is then lost if it throws. */
  afterEnd: (ending: Ending) => void = () => {};
  onHeartbeat: (count: number) => Promise<void> | void = () => {};
  heartbeats = 0;

  constructor(plan: ExportPlan, clock: Clock) {
    this.clock = clock;
    this.ref = { accountId: plan.accountId, exportId };
    this.record = {
      id: exportId,
      accountId: plan.accountId,
      requestedBy: { userId: 'ada', email: 'ada@acme.example', name: 'Ada' },
      status: 'queued',
      version: 1,
      snapshot: plan.snapshot,
      notifyRequester: true,
      notify: [],
      createdAt: clock.now(),
      updatedAt: clock.now(),
      executionNumber: 1,
      admittedAt: clock.now(),
      attempt: 0,
      uncountedAttempts: 0,
      blockedMs: 0,
      downloadCount: 0,
    };
  }

  async claim(_ref: ExportRef, claim: string, now: number): Promise<ClaimOutcome> {
    if (isTerminal(this.record.status)) return { kind: 'ended', status: this.record.status };
    if (this.attempt && this.attempt.leaseUntil > now) return { kind: 'busy', leaseUntil: this.attempt.leaseUntil };
    const number = this.record.attempt + 1;
    this.record = { ...this.record, status: 'running', attempt: number };
    this.attempt = {
      exportId,
      number,
      claim,
      leaseUntil: now + LEASE_MS,
      progress: { rowsWritten: 0, bytesWritten: 0, updatedAt: now },
      cancelRequested: false,
      startedAt: now,
    };
    return { kind: 'claimed', record: this.record, attempt: this.attempt };
  }

  async heartbeat(_id: ExportId, claim: string, progress: Attempt['progress'], now: number): Promise<HeartbeatOutcome> {
    await this.onHeartbeat(++this.heartbeats);
    if (this.attempt?.claim !== claim || this.record.status !== 'running') return { kind: 'lost' };
    this.attempt = { ...this.attempt, progress, leaseUntil: now + LEASE_MS };
    return { kind: 'alive', cancelRequested: this.attempt.cancelRequested };
  }

  async release(_ref: ExportRef, claim: string, reason: ReleaseReason): Promise<void> {
    if (this.attempt?.claim !== claim) return;
    this.releases.push(reason);
    this.attempt = { ...this.attempt, leaseUntil: 0 };
    if (reason.kind === 'stopped') {
      this.record = { ...this.record, uncountedAttempts: this.record.uncountedAttempts + 1 };
    }
  }

  async end(_ref: ExportRef, ending: Ending, guard: Parameters<ExportStore['end']>[2]): Promise<EndOutcome> {
    await this.beforeEnd(ending);
    const mine = guard.kind === 'claim' && guard.claim === this.attempt?.claim;
    if (!mine || isTerminal(this.record.status)) return { kind: 'refused', record: this.record };
    const { to } = ending;
    this.record = {
      ...this.record,
      status: to,
      ...(to === 'ready' && { file: ending.file, expiresAt: ending.expiresAt }),
      ...(to === 'failed' && { failure: ending.failure }),
    };
    this.afterEnd(ending);
    return { kind: 'ended' };
  }

  requestCancel(): void {
    if (this.attempt) this.attempt = { ...this.attempt, cancelRequested: true };
  }

  /** Another worker takes the export over, as after a lapsed lease. */
  takeOver(): void {
    if (this.attempt) this.attempt = { ...this.attempt, claim: 'foreign', number: this.attempt.number + 1 };
  }
}
