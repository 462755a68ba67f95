import type { ExportState } from '../../core/domain/change.ts';
import type { ExportId, ExportRef } from '../../core/domain/export-id.ts';
import { isTerminal } from '../../core/domain/lifecycle.ts';
import type { AdmissionStore } from '../../core/ports/admission-store.ts';

interface Account {
  readonly running: Set<string>;
  tag: number;
  seenAt: number;
  joined: number;
  emptyAfter: number | undefined;
}

function newAccount(): Account {
  return { running: new Set(), tag: 0, seenAt: 0, joined: 0, emptyAfter: undefined };
}

/** The queue's items in memory, beside the records that it reads and marks. */
export function memoryQueue({
  read,
  write,
}: {
  readonly read: (ref: ExportRef) => ExportState | undefined;
  readonly write: (ref: ExportRef, state: ExportState) => void;
}) {
  const waiting = new Map<string, Set<ExportId>>();
  const accounts = new Map<string, Account>();
  const pool = { running: new Set<string>(), virtualTime: 0 };
  let watchedAt: number | undefined;

  const lineOf = (accountId: string) => [...(waiting.get(accountId) ?? [])].sort();

  const accountOf = (accountId: string): Account => {
    const account = accounts.get(accountId) ?? newAccount();
    accounts.set(accountId, account);
    return account;
  };

  const store: AdmissionStore = {
    async enqueue(ref, token, tokenTry, now) {
      const state = read(ref);
      if (!state) return { kind: 'not_found' };
      const { record } = state;
      if (isTerminal(record.status)) return { kind: 'ended', status: record.status };
      if ((record.tokenTry ?? 0) > tokenTry) return { kind: 'superseded' };
      write(ref, { ...state, record: { ...record, taskToken: token, tokenTry } });
      if (record.admittedAt !== undefined) return { kind: 'admitted' };
      const line = waiting.get(ref.accountId) ?? new Set();
      waiting.set(ref.accountId, line.add(record.id));
      const account = accountOf(ref.accountId);
      account.seenAt = now;
      account.joined += 1;
      return { kind: 'waiting' };
    },
    async readQueue() {
      return {
        pool: { running: new Set(pool.running), virtualTime: pool.virtualTime },
        accounts: [...accounts]
          .map(([accountId, { running, tag, joined, emptyAfter }]) => ({
            accountId,
            running: new Set(running),
            tag,
            joined,
            mayWait: joined !== emptyAfter,
          }))
          .sort((a, b) => (a.accountId < b.accountId ? -1 : 1)),
      };
    },
    async noteEmptyLine({ accountId, joined }) {
      const account = accounts.get(accountId);
      if (account?.joined === joined) account.emptyAfter = joined;
    },
    waiting: async (accountId, limit) =>
      lineOf(accountId)
        .slice(0, limit)
        .map((exportId) => ({ accountId, exportId })),
    taskToken: async (ref) => read(ref)?.record.taskToken,
    countWaiting: async (accountId) => lineOf(accountId).length,
    async admit(ref, token, start, caps, now) {
      const state = read(ref);
      const account = accounts.get(ref.accountId) ?? newAccount();
      const poolHasRoom = pool.running.size < caps.pool && !pool.running.has(ref.exportId);
      if (!poolHasRoom || pool.virtualTime > start) return false;
      if (account.running.size >= caps.account || account.tag > start) return false;
      if (state?.record.status !== 'queued' || state.record.admittedAt !== undefined) return false;
      if (state.record.taskToken !== token) return false;
      pool.running.add(ref.exportId);
      pool.virtualTime = start;
      account.running.add(ref.exportId);
      account.tag = start + 1;
      accounts.set(ref.accountId, account);
      write(ref, { ...state, record: { ...state.record, admittedAt: now } });
      waiting.get(ref.accountId)?.delete(ref.exportId);
      return true;
    },
    async removeFromRunning(accountId, exportId) {
      const state = accountId === undefined ? undefined : read({ accountId, exportId });
      if (state && !isTerminal(state.record.status)) return;
      pool.running.delete(exportId);
      accounts.get(accountId ?? '')?.running.delete(exportId);
    },
    async forgetIdleAccounts(seenBefore) {
      for (const [accountId, { running, seenAt }] of accounts) {
        const isIdle = running.size === 0 && seenAt < seenBefore && lineOf(accountId).length === 0;
        if (isIdle) accounts.delete(accountId);
      }
    },
    async beginWatch(now, paused) {
      const before = watchedAt;
      watchedAt = paused ? undefined : now;
      return before;
    },
    lastWatch: async () => watchedAt,
    async queuePositions(accountId, exportIds, limit) {
      const places = lineOf(accountId).map((exportId, index) => [exportId, index + 1] as const);
      return new Map(places.slice(0, limit).filter(([exportId]) => exportIds.includes(exportId)));
    },
  };

  return {
    store,
    /** What the ending of an export does to its slot and its place in line. */
    leave({ accountId, exportId }: ExportRef): void {
      pool.running.delete(exportId);
      accounts.get(accountId)?.running.delete(exportId);
      waiting.get(accountId)?.delete(exportId);
    },
    /** Puts an id into running sets although nothing was admitted: the drift that repair is for. */
    addRunning(accountId: string | undefined, exportId: string): void {
      pool.running.add(exportId);
      if (accountId !== undefined) accountOf(accountId).running.add(exportId);
    },
  };
}
