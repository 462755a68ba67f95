import { claimAttempt, isHeld, releaseAttempt, requestCancellation } from '../../core/domain/attempts.ts';
import type { Change, Decision, ExportState, ObserveChange } from '../../core/domain/change.ts';
import { dueOf } from '../../core/domain/due.ts';
import { endExport, eraseExport, expireExport } from '../../core/domain/endings.ts';
import type { ExportRef } from '../../core/domain/export-id.ts';
import type { ExportEvent, ExportRecord } from '../../core/domain/export-record.ts';
import { noteFeedback } from '../../core/domain/feedback.ts';
import { forgetPerson } from '../../core/domain/forget-person.ts';
import { isTerminal, LEASE_MS } from '../../core/domain/lifecycle.ts';
import { matchesFilter } from '../../core/domain/list-filter.ts';
import {
  askForMails,
  beginSending,
  closeAnnouncement,
  noteMailEvent,
  noteRefused,
  noteSent,
  passOver,
} from '../../core/domain/notifications.ts';
import {
  advanceToNextExecution,
  creationEvent,
  noteDownload,
  noteRefusal,
  noteRetry,
  noteRoute,
  noteTakingLonger,
} from '../../core/domain/record-changes.ts';
import type { AttemptStore } from '../../core/ports/attempt-store.ts';
import type { ExportStore, Idempotency, Replay } from '../../core/ports/export-store.ts';
import { memoryAccessRequests } from './memory-access-requests.ts';
import { memoryFeedback } from './memory-feedback.ts';
import { memoryMailAddresses, memoryMemberships } from './memory-people.ts';
import { memoryQueue } from './memory-queue.ts';
import { memoryRanges } from './memory-ranges.ts';
import { createMemoryWebhooks } from './memory-webhooks.ts';

const IDEMPOTENCY_MS = 24 * 60 * 60 * 1000;

/** The stores in memory, for fast tests: the same ports and semantics, in one thread and so without races. */
export function createMemoryStores(observe: ObserveChange = () => {}) {
  const states = new Map<string, ExportState>();
  const timelines = new Map<string, ExportEvent[]>();
  const active = new Map<string, Set<string>>();
  const idempotency = new Map<string, { bodyHash: string; exportId: ExportRecord['id']; expiresAt: number }>();
  const feedback = memoryFeedback();

  const keyOf = (...parts: readonly string[]) => JSON.stringify(parts);
  const keyOfRef = (ref: ExportRef) => keyOf(ref.accountId, ref.exportId);
  const refOf = (record: ExportRecord): ExportRef => ({ accountId: record.accountId, exportId: record.id });
  const read = (ref: ExportRef) => states.get(keyOfRef(ref));
  const write = (ref: ExportRef, state: ExportState) => states.set(keyOfRef(ref), state);
  const queue = memoryQueue({ read, write });

  const creationOf = (record: ExportRecord): Change => ({ record, event: creationEvent(record) });

  const apply = (ref: ExportRef, before: ExportState | undefined, change: Change) => {
    const { record, event } = change;
    write(ref, { record, attempt: change.attempt ?? before?.attempt });
    timelines.set(record.id, [...(timelines.get(record.id) ?? []), event]);
    if (change.adds) feedback.add(change.adds);
    for (const id of change.removes ?? []) feedback.remove(id);
    if (change.queues) apply(refOf(change.queues), undefined, creationOf(change.queues));
    if (!isTerminal(record.status) || !before || isTerminal(before.record.status)) return;
    active.get(keyOf(ref.accountId, record.requestedBy.userId))?.delete(record.id);
    queue.leave(ref);
  };

  const change = async <Outcome>(
    ref: ExportRef,
    decide: (state: ExportState | undefined) => Decision<Outcome>,
  ): Promise<Outcome> => {
    const state = read(ref);
    const decision = decide(state);
    if (decision.change) {
      apply(ref, state, decision.change);
      observe(state, decision.change);
    }
    return decision.outcome;
  };

  const replay = (requestKey: string, { bodyHash }: Idempotency, now: number): Replay | undefined => {
    const used = idempotency.get(requestKey);
    if (!used || used.expiresAt <= now) return undefined;
    return used.bodyHash === bodyHash ? { kind: 'replayed', exportId: used.exportId } : { kind: 'conflict' };
  };

  const exports: ExportStore = {
    async create(record, { activeLimit, idempotency: request }) {
      const ref = refOf(record);
      if (read(ref)) return { kind: 'created' };
      const requestKey = keyOf(record.accountId, record.requestedBy.userId, request?.key ?? '');
      const replayed = request && replay(requestKey, request, record.createdAt);
      if (replayed) return replayed;
      const userKey = keyOf(record.accountId, record.requestedBy.userId);
      const mine = active.get(userKey) ?? new Set<string>();
      if (record.retryOf) {
        const originalRef = { accountId: record.accountId, exportId: record.retryOf };
        const original = read(originalRef);
        const decision = noteRetry(original, record);
        if (!decision.change) return { kind: 'retry_refused', original: original?.record };
        if (mine.size >= activeLimit) return { kind: 'too_many_active', limit: activeLimit };
        apply(originalRef, original, decision.change);
      }
      if (mine.size >= activeLimit) return { kind: 'too_many_active', limit: activeLimit };
      active.set(userKey, mine.add(record.id));
      if (request) {
        const expiresAt = record.createdAt + IDEMPOTENCY_MS;
        idempotency.set(requestKey, { bodyHash: request.bodyHash, exportId: record.id, expiresAt });
      }
      apply(ref, undefined, creationOf(record));
      observe(undefined, creationOf(record));
      return { kind: 'created' };
    },
    replay: async ({ accountId, userId }, request, now) => replay(keyOf(accountId, userId, request.key), request, now),
    get: async (ref) => read(ref)?.record,
    getWithAttempt: async (ref) => read(ref),
    async getMany(accountId, exportIds, attemptsOf = 'all') {
      const states = exportIds.flatMap((exportId) => read({ accountId, exportId }) ?? []);
      return states.map(({ record, attempt }) => ({
        record,
        attempt: attemptsOf === 'all' || record.status === 'running' ? attempt : undefined,
      }));
    },
    async list({ accountId, requestedBy, limit, countUpTo = limit, before, ...filter }, now) {
      const found = [...states.values()]
        .map(({ record }) => record)
        .filter((record) => record.accountId === accountId)
        .filter((record) => requestedBy === undefined || record.requestedBy.userId === requestedBy)
        .filter((record) => before === undefined || record.id < before)
        .filter((record) => {
          const { report, scope } = record.snapshot;
          return matchesFilter({ ...record, reportId: report.id, scope: scope?.value }, filter, now);
        })
        .sort((a, b) => (a.id < b.id ? 1 : -1));
      const summaries = found.map(({ id, status, snapshot }) => ({ id, status, reportTitle: snapshot.report.title }));
      return {
        items: summaries.slice(0, limit),
        more: found.length > limit,
        total: Math.min(found.length, countUpTo),
        totalIsLowerBound: found.length > countUpTo,
      };
    },
    events: async (exportId) => timelines.get(exportId) ?? [],
    recordRoute: (ref, route, rowsTotal, now) => change(ref, (state) => noteRoute(state, route, rowsTotal, now)),
    end: (ref, ending, guard, actor) => change(ref, (state) => endExport(state, ending, guard, actor)),
    erase: (ref, actor) => change(ref, (state) => eraseExport(state, actor)),
    forgetPerson: (ref, userId, actor) => change(ref, (state) => forgetPerson(state, userId, actor)),
    async *everyOf(accountId) {
      const ids = [...states.values()].map(({ record }) => record).filter((record) => record.accountId === accountId);
      for (const { id } of ids.sort((a, b) => (a.id < b.id ? -1 : 1))) {
        const state = read({ accountId, exportId: id });
        if (state) yield state.record;
      }
    },
    async removeEmptyActiveSet({ accountId, userId }) {
      if (active.get(keyOf(accountId, userId))?.size === 0) active.delete(keyOf(accountId, userId));
    },
    requestCancel: (ref, actor) => change(ref, (state) => requestCancellation(state, actor)),
    expire: (ref, now) => change(ref, (state) => expireExport(state, now)),
    async noteStartable(ref, startableSeenAt, blockedMs) {
      const state = read(ref);
      if (state?.record.status !== 'queued' || state.record.admittedAt !== undefined) return;
      if ((state.record.startableSeenAt ?? 0) > startableSeenAt) return;
      write(ref, { ...state, record: { ...state.record, startableSeenAt, blockedMs } });
    },
    markTakingLonger: (ref, now) => change(ref, (state) => noteTakingLonger(state, now)),
    advanceExecution: (ref, from, now) => change(ref, (state) => advanceToNextExecution(state, from, now)),
    recordDownload: (ref, actor) => change(ref, (state) => noteDownload(state, actor)),
    beginSending: (ref, person, id, now) => change(ref, (state) => beginSending(state, person, { id, now })),
    passOver: (ref, person, why, id, now) => change(ref, (state) => passOver(state, person, why, { id, now })),
    noteSent: (ref, id, messageId, now) => change(ref, (state) => noteSent(state, id, messageId, now)),
    noteRefused: (ref, id, now) => change(ref, (state) => noteRefused(state, id, now)),
    noteMailEvent: (ref, id, event, now) => change(ref, (state) => noteMailEvent(state, id, event, now)),
    askForMails: (ref, people, newId, actor) => change(ref, (state) => askForMails(state, people, newId, actor)),
    closeAnnouncement: (ref, now) => change(ref, (state) => closeAnnouncement(state, now)),
    recordRefusal: (ref, refusal, actor) => change(ref, (state) => noteRefusal(state, refusal, actor)),
    addFeedback: (ref, given) => change(ref, (state) => noteFeedback(state, given)),
    async due(kind, before, limit) {
      return [...states.values()]
        .flatMap(({ record }) => {
          const due = dueOf(record);
          return due?.kind === kind && due.at <= before ? [{ ref: refOf(record), at: due.at }] : [];
        })
        .sort((a, b) => a.at - b.at || (a.ref.exportId < b.ref.exportId ? -1 : 1))
        .slice(0, limit)
        .map(({ ref }) => ref);
    },
    async markCleaned(ref, version) {
      const state = read(ref);
      if (!state || !isTerminal(state.record.status) || state.record.version !== version) return;
      write(ref, { ...state, record: { ...state.record, cleaned: true } });
    },
  };

  const attempts: AttemptStore = {
    claim: (ref, claim, now) => change(ref, (state) => claimAttempt(state, claim, now)),
    async heartbeat(exportId, claim, progress, now) {
      for (const [key, state] of states) {
        if (state.record.id !== exportId || !state.attempt || !isHeld(state.attempt, claim)) continue;
        states.set(key, { ...state, attempt: { ...state.attempt, progress, leaseUntil: now + LEASE_MS } });
        return { kind: 'alive', cancelRequested: state.attempt.cancelRequested };
      }
      return { kind: 'lost' };
    },
    release: (ref, claim, reason, now) => change(ref, (state) => releaseAttempt(state, claim, reason, now)),
  };

  const ranges = memoryRanges((exportId) => {
    return [...states.values()].find(({ record }) => record.id === exportId)?.attempt;
  });

  return {
    exports,
    attempts,
    ranges,
    admissions: queue.store,
    memberships: memoryMemberships(),
    feedback: feedback.store,
    accessRequests: memoryAccessRequests(),
    mailAddresses: memoryMailAddresses(),
    webhooks: createMemoryWebhooks(),
    addRunning: queue.addRunning,
  };
}
