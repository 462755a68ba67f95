import type { Caps, Turn } from '../../core/domain/admission.ts';
import type { ExportId, ExportRef } from '../../core/domain/export-id.ts';
import type { AdmissionStore } from '../../core/ports/admission-store.ts';

type Queue = Pick<AdmissionStore, 'enqueue' | 'readQueue' | 'noteEmptyLine' | 'waiting' | 'taskToken' | 'admit'>;

interface Account {
  readonly accountId: string;
  readonly running: Set<string>;
  /** First come, first served: a Map keeps the order. */
  readonly line: Map<ExportId, string>;
  tag: number;
  seenAt: number;
  joined: number;
  mayWait: boolean;
}

/**
 * What of the queue's items admission reads and writes, in memory, with their conditions. Lean enough for a million
 * exports: what an export was asked for is not kept.
 */
export class SlotQueue implements Queue {
  readonly #accounts = new Map<string, Account>();
  readonly #running = new Set<string>();
  #virtualTime = 0;
  #waiting = 0;
  #mostRunning = 0;

  get countWaiting(): number {
    return this.#waiting;
  }

  get countRunning(): number {
    return this.#running.size;
  }

  /** At any instant so far. */
  get mostRunning(): number {
    return this.#mostRunning;
  }

  get countAccounts(): number {
    return this.#accounts.size;
  }

  async enqueue({ accountId, exportId }: ExportRef, token: string, _tokenTry: number, now: number) {
    const account = this.#accounts.get(accountId) ?? newAccount(accountId);
    account.line.set(exportId, token);
    account.seenAt = now;
    account.joined += 1;
    account.mayWait = true;
    this.#accounts.set(accountId, account);
    this.#waiting += 1;
    return { kind: 'waiting' } as const;
  }

  async readQueue() {
    return { pool: { running: this.#running, virtualTime: this.#virtualTime }, accounts: [...this.#accounts.values()] };
  }

  async noteEmptyLine({ accountId, joined }: Pick<Turn, 'accountId' | 'joined'>) {
    const account = this.#accounts.get(accountId);
    if (account?.joined === joined) account.mayWait = false;
  }

  async waiting(accountId: string, limit: number) {
    const found: ExportRef[] = [];
    for (const exportId of this.#accounts.get(accountId)?.line.keys() ?? []) {
      if (found.length === limit) break;
      found.push({ accountId, exportId });
    }
    return found;
  }

  async taskToken({ accountId, exportId }: ExportRef) {
    return this.#accounts.get(accountId)?.line.get(exportId);
  }

  async admit({ accountId, exportId }: ExportRef, token: string, start: number, caps: Caps): Promise<boolean> {
    const account = this.#accounts.get(accountId);
    if (account?.line.get(exportId) !== token) return false;
    if (this.#running.size >= caps.pool || this.#virtualTime > start) return false;
    if (account.running.size >= caps.account || account.tag > start) return false;
    this.#running.add(exportId);
    this.#mostRunning = Math.max(this.#mostRunning, this.#running.size);
    this.#virtualTime = start;
    account.running.add(exportId);
    account.tag = start + 1;
    account.line.delete(exportId);
    this.#waiting -= 1;
    return true;
  }

  /** What the ending of an export does to its slot. */
  leave({ accountId, exportId }: ExportRef): void {
    this.#running.delete(exportId);
    this.#accounts.get(accountId)?.running.delete(exportId);
  }

  /** What the sweeper does each minute. */
  forgetIdle(seenBefore: number): void {
    for (const [accountId, { running, line, seenAt }] of this.#accounts) {
      if (running.size === 0 && line.size === 0 && seenAt < seenBefore) this.#accounts.delete(accountId);
    }
  }
}

function newAccount(accountId: string): Account {
  return { accountId, running: new Set(), line: new Map(), tag: 0, seenAt: 0, joined: 0, mayWait: false };
}
