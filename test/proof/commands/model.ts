import type { ExportId, ExportRef } from '../../../core/domain/export-id.ts';
import type { FailureCode } from '../../../core/domain/failure.ts';
import type { Status } from '../../../core/domain/lifecycle.ts';
import type { FakeExecutions } from '../../support/fake-executions.ts';
import { ACTIVE_LIMIT, CAPS } from './environment.ts';

/** What the model knows of an export; times are epoch milliseconds. */
export interface ModelExport {
  readonly ref: ExportRef;
  readonly userId: string;
  readonly createdAt: number;
  readonly automatic: boolean;
  readonly retryOf?: ExportId | undefined;
  readonly rerunOf?: ExportId | undefined;
  retriedBy?: ExportId;
  status: Status;
  execution: number;
  token?: string;
  admittedAt?: number;
  attempt: number;
  uncounted: number;
  /** The claim that may publish. */
  holder?: string | undefined;
  leaseUntil: number;
  cancelRequested: boolean;
  lastFailure?: FailureCode | undefined;
  failure?: FailureCode;
  endedAt?: number;
  endedWithClaim?: string;
  expiresAt?: number;
  erasedAt?: number;
  cleaned: boolean;
  startableSeenAt?: number;
  blockedMs: number;
  takingLonger: boolean;
  /** Whether everybody was told how it ended. */
  announced: boolean;
  /** The mail to its requester. */
  mail?: {
    state: 'sending' | 'sent' | 'refused';
    tries: number;
    askedAt: number;
    claimedUntil: number;
    /** How many have gone out. */
    copies: number;
  };
}

/** Raised where the environment's fault must surface. */
export class ExpectedFault extends Error {}

/**
 * The reference: what the use cases must have done after each command, written as plainly as possible over one list of
 * exports, without stores, conditions or transactions.
 */
export class Model {
  now: number;
  readonly exports: ModelExport[] = [];
  readonly flags = { acceptExports: true, runWorkers: true, allowDownloads: true };
  readonly faults = { starts: false, signals: false, mails: false, mailReplies: false };
  readonly requests = new Map<string, { body: number; id: ExportId; until: number }>();
  /** Fair turns: each known account's tag, when it last enqueued, and the virtual time. */
  readonly accounts = new Map<string, { tag: number; seenAt: number }>();
  virtualTime = 0;
  /** Slots in the order they were given. */
  running: ModelExport[] = [];
  watchedAt: number | undefined;
  /** The environment's own records: what runs, and what waits on which token. */
  readonly executions: FakeExecutions;

  constructor(now: number, executions: FakeExecutions) {
    this.now = now;
    this.executions = executions;
  }

  get(id: ExportId): ModelExport {
    const found = this.exports.find(({ ref }) => ref.exportId === id);
    if (!found) throw new Error(`the model has no ${id}`);
    return found;
  }

  add(
    ref: ExportRef,
    userId: string,
    link: Partial<Pick<ModelExport, 'retryOf' | 'rerunOf' | 'automatic'>> = {},
  ): ModelExport {
    const each: ModelExport = {
      ref,
      userId,
      createdAt: this.now,
      automatic: false,
      status: 'queued',
      execution: 1,
      attempt: 0,
      uncounted: 0,
      leaseUntil: 0,
      cancelRequested: false,
      cleaned: false,
      blockedMs: 0,
      takingLonger: false,
      announced: false,
      ...link,
    };
    this.exports.push(each);
    return each;
  }

  isOver = (each: ModelExport) => each.status !== 'queued' && each.status !== 'running';
  isLive = (each: ModelExport) => each.leaseUntil > this.now;
  isWaiting = (each: ModelExport) =>
    each.status === 'queued' && each.token !== undefined && each.admittedAt === undefined;

  /** As every reader must see it. */
  statusOf(each: ModelExport): Status {
    const expired = each.status === 'ready' && each.expiresAt !== undefined && this.now >= each.expiresAt;
    return expired || each.erasedAt !== undefined ? 'expired' : each.status;
  }

  hasTooMany(accountId: string, userId: string): boolean {
    const active = this.exports.filter(
      (each) => each.ref.accountId === accountId && each.userId === userId && !each.automatic && !this.isOver(each),
    );
    return active.length >= ACTIVE_LIMIT;
  }

  line(accountId: string): ModelExport[] {
    return this.exports
      .filter((each) => this.isWaiting(each) && each.ref.accountId === accountId)
      .sort((a, b) => (a.ref.exportId < b.ref.exportId ? -1 : 1));
  }

  runningOf(accountId: string): number {
    return this.running.filter(({ ref }) => ref.accountId === accountId).length;
  }

  /** Gives free slots to whose turn it is. @throws ExpectedFault after an admission whose signal is lost */
  admit(): number {
    let admitted = 0;
    while (this.flags.runWorkers && this.running.length < CAPS.pool) {
      const turns = [...this.accounts]
        .filter(([id]) => this.runningOf(id) < CAPS.account && this.line(id).length > 0)
        .map(([id, { tag }]) => ({ id, start: Math.max(tag, this.virtualTime) }))
        .sort((a, b) => a.start - b.start || (a.id < b.id ? -1 : 1));
      const [turn] = turns;
      const [next] = turn ? this.line(turn.id) : [];
      if (!turn || !next) break;
      next.admittedAt = this.now;
      this.running.push(next);
      this.virtualTime = turn.start;
      const account = this.accounts.get(turn.id);
      if (account) account.tag = turn.start + 1;
      if (this.faults.signals) throw new ExpectedFault();
      admitted += 1;
    }
    return admitted;
  }

  end(each: ModelExport, status: 'ready' | 'failed' | 'cancelled', rest: Partial<ModelExport> = {}): void {
    Object.assign(each, { status, endedAt: this.now, holder: undefined, ...rest });
    if (status === 'ready' && each.attempt === 1) each.cleaned = true;
    this.running = this.running.filter((other) => other !== each);
  }

  /** An ending from outside the worker: the wait is dismissed, and the slot goes to whoever is next. */
  endFromOutside(each: ModelExport, status: 'failed' | 'cancelled', rest: Partial<ModelExport> = {}): void {
    const waits = each.status === 'queued' && each.token !== undefined;
    this.end(each, status, rest);
    if (waits && this.faults.signals) throw new ExpectedFault();
    this.admit();
  }

  /** How an export ends whose execution is over without an outcome. */
  endAsLost(each: ModelExport, failure: FailureCode): void {
    if (each.cancelRequested) this.endFromOutside(each, 'cancelled');
    else this.endFromOutside(each, 'failed', { failure });
  }
}
