import { requestCancellation } from '../../core/domain/attempts.ts';
import { endExport, eraseExport, expireExport } from '../../core/domain/endings.ts';
import type { ExportRef } from '../../core/domain/export-id.ts';
import type { ExportRecord } from '../../core/domain/export-record.ts';
import { noteFeedback } from '../../core/domain/feedback.ts';
import { forgetPerson } from '../../core/domain/forget-person.ts';
import { isTerminal } from '../../core/domain/lifecycle.ts';
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
  noteDownload,
  noteRefusal,
  noteRoute,
  noteTakingLonger,
} from '../../core/domain/record-changes.ts';
import type { ExportStore } from '../../core/ports/export-store.ts';
import { changeExport, type ObservedTable, readLagging, readState, readStates } from './change-export.ts';
import { allOf, atMost, condition, notAdmitted, statusAllows, versionIs } from './conditions.ts';
import { createExport, replay } from './create-export.ts';
import { differences, eventOf, exportAttributes, recordOf } from './export-items.ts';
import { settle, tryWrite } from './failures.ts';
import { eventsOf, exportsOf, keys } from './keys.ts';
import { ListCounts } from './list-counts.ts';
import { dueExports, listExports } from './lists.ts';
import { inPartition } from './table.ts';

/** The job records in DynamoDB. */
export function createExportStore(observed: ObservedTable): ExportStore {
  const { table } = observed;
  const counts = new ListCounts();
  const get = async (ref: ExportRef): Promise<ExportRecord | undefined> => {
    const item = await table.get(keys.export(ref));
    return item && recordOf(item);
  };

  return {
    create: (record, options) => createExport(observed, record, options),
    replay: (requester, idempotency, now) => replay(table, requester, idempotency, now),
    get,

    getWithAttempt: (ref, { mayLag = false } = {}) => (mayLag ? readLagging(table, ref) : readState(table, ref)),

    getMany: (accountId, exportIds, attemptsOf = 'all') =>
      readStates(
        table,
        exportIds.map((exportId) => ({ accountId, exportId })),
        attemptsOf,
      ),

    list: (query, now) => listExports(table, counts, query, now),

    async events(exportId) {
      const { pk, prefix } = eventsOf(exportId);
      const range = { expression: 'begins_with(sk, :sk)', sk: prefix };
      const items = await table.queryAll({ condition: inPartition(pk, range) });
      return items.map(eventOf);
    },

    recordRoute: (ref, route, rowsTotal, now) =>
      changeExport(observed, 'recordRoute', ref, 'record', (state) => noteRoute(state, route, rowsTotal, now)),

    end: (ref, ending, guard, actor) =>
      changeExport(observed, 'end', ref, 'record and attempt', (state) => endExport(state, ending, guard, actor)),

    erase: (ref, actor) => changeExport(observed, 'erase', ref, 'record', (state) => eraseExport(state, actor)),

    forgetPerson: (ref, userId, actor) =>
      changeExport(observed, 'forgetPerson', ref, 'record', (state) => forgetPerson(state, userId, actor)),

    async *everyOf(accountId) {
      const { pk, prefix } = exportsOf(accountId);
      const range = { expression: 'begins_with(sk, :sk)', sk: prefix };
      for await (const item of table.query({ condition: inPartition(pk, range) })) yield recordOf(item);
    },

    removeEmptyActiveSet: ({ accountId, userId }) =>
      settle('removeEmptyActiveSet', async () => {
        const remove = table.remove(keys.active(accountId, userId), condition('attribute_not_exists(exports)'));
        const result = await tryWrite(() => table.transact([remove]));
        return result === 'applied' || result === 'condition' ? { value: undefined } : undefined;
      }),

    requestCancel: (ref, actor) =>
      changeExport(observed, 'requestCancel', ref, 'record and attempt', (state) => requestCancellation(state, actor)),

    expire: (ref, now) => changeExport(observed, 'expire', ref, 'record', (state) => expireExport(state, now)),

    noteStartable: (ref, seenAt, blockedMs) =>
      settle('noteStartable', async () => {
        const stillWaiting = allOf(statusAllows('claim'), notAdmitted, atMost('startableSeenAt', seenAt));
        const set = { startableSeenAt: seenAt, blockedMs };
        const result = await tryWrite(() => table.update(keys.export(ref), { set }, stillWaiting));
        return result === 'applied' || result === 'condition' ? { value: undefined } : undefined;
      }),

    markTakingLonger: (ref, now) =>
      changeExport(observed, 'markTakingLonger', ref, 'record', (state) => noteTakingLonger(state, now)),

    advanceExecution: (ref, from, now) =>
      changeExport(observed, 'advanceExecution', ref, 'record', (state) => advanceToNextExecution(state, from, now)),

    recordDownload: (ref, actor) =>
      changeExport(observed, 'recordDownload', ref, 'record', (state) => noteDownload(state, actor)),

    beginSending: (ref, person, id, now) =>
      changeExport(observed, 'beginSending', ref, 'record', (state) => beginSending(state, person, { id, now })),

    passOver: (ref, person, why, id, now) =>
      changeExport(observed, 'passOver', ref, 'record', (state) => passOver(state, person, why, { id, now })),

    noteSent: (ref, id, messageId, now) =>
      changeExport(observed, 'noteSent', ref, 'record', (state) => noteSent(state, id, messageId, now)),

    noteRefused: (ref, id, now) =>
      changeExport(observed, 'noteRefused', ref, 'record', (state) => noteRefused(state, id, now)),

    noteMailEvent: (ref, id, event, now) =>
      changeExport(observed, 'noteMailEvent', ref, 'record', (state) => noteMailEvent(state, id, event, now)),

    askForMails: (ref, people, newId, actor) =>
      changeExport(observed, 'askForMails', ref, 'record', (state) => askForMails(state, people, newId, actor)),

    closeAnnouncement: (ref, now) =>
      changeExport(observed, 'closeAnnouncement', ref, 'record', (state) => closeAnnouncement(state, now)),

    recordRefusal: (ref, refusal, actor) =>
      changeExport(observed, 'recordRefusal', ref, 'record', (state) => noteRefusal(state, refusal, actor)),

    addFeedback: (ref, feedback) =>
      changeExport(observed, 'addFeedback', ref, 'record', (state) => noteFeedback(state, feedback)),

    due: (kind, before, limit) => dueExports(table, kind, before, limit),

    markCleaned: (ref, version) =>
      settle('markCleaned', async () => {
        const record = await get(ref);
        if (!record || !isTerminal(record.status) || record.version !== version || record.cleaned) {
          return { value: undefined };
        }
        const set = differences(exportAttributes(record), exportAttributes({ ...record, cleaned: true }));
        const result = await tryWrite(() => table.update(keys.export(ref), { set }, versionIs(version)));
        return result === 'applied' ? { value: undefined } : undefined;
      }),
  };
}
