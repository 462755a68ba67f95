import { requestCancellation } from '../../core/domain/attempts.ts';
import { endExport, eraseExport, expireExport } from '../../core/domain/endings.ts';
import type { ExportRef } from '../../core/domain/export-id.ts';
import type { ExportRecord } from '../../core/domain/export-record.ts';
import {
  countBlocked,
  noteDownload,
  noteEvent,
  noteRoute,
  noteTakingLonger,
} from '../../core/domain/record-changes.ts';
import type { ExportStore } from '../../core/ports/export-store.ts';
import { changeExport, readExport } from './change-export.ts';
import { allOf, condition, notAdmitted, statusAllows } from './conditions.ts';
import { createExport } from './create-export.ts';
import { eventOf, recordOf } from './export-items.ts';
import { settle, tryWrite } from './failures.ts';
import { eventsOf, keys } from './keys.ts';
import { dueExports, listExports } from './lists.ts';
import { inPartition, type Table } from './table.ts';

/** The job records in DynamoDB. */
export function createExportStore(table: Table): ExportStore {
  const get = async (ref: ExportRef): Promise<ExportRecord | undefined> => {
    const item = await table.get(keys.export(ref));
    return item && recordOf(item);
  };

  return {
    create: (record, options) => createExport(table, record, options),
    get,

    getWithAttempt: (ref) =>
      settle('getWithAttempt', async () => {
        const state = await readExport(table, ref, 'record and attempt');
        return state === 'torn' ? undefined : { value: state };
      }),

    list: (query) => listExports(table, query),

    async events(exportId) {
      const { pk, prefix } = eventsOf(exportId);
      const range = { expression: 'begins_with(sk, :sk)', sk: prefix };
      const items = await table.queryAll({ condition: inPartition(pk, range) });
      return items.map(eventOf);
    },

    recordRoute: (ref, route, rowsTotal, now) =>
      changeExport(table, 'recordRoute', ref, 'record', (state) => noteRoute(state, route, rowsTotal, now)),

    end: (ref, ending, guard, actor) =>
      changeExport(table, 'end', ref, 'record and attempt', (state) => endExport(state, ending, guard, actor)),

    erase: (ref, actor) => changeExport(table, 'erase', ref, 'record', (state) => eraseExport(state, actor)),

    requestCancel: (ref, actor) =>
      changeExport(table, 'requestCancel', ref, 'record and attempt', (state) => requestCancellation(state, actor)),

    expire: (ref, now) => changeExport(table, 'expire', ref, 'record', (state) => expireExport(state, now)),

    addBlocked: (ref, ms, now) =>
      settle('addBlocked', async () => {
        const record = await get(ref);
        const counted = record && countBlocked(record, ms, now);
        if (!record || !counted) return { value: undefined };
        const unchanged = condition('blockedMs = :seenBlocked', {}, { ':seenBlocked': record.blockedMs });
        const stillWaiting = allOf(statusAllows('claim'), notAdmitted, unchanged);
        const result = await tryWrite(() => table.update(keys.export(ref), { set: counted }, stillWaiting));
        // Should the reply be lost, the next look finds these moments counted and adds none.
        return result === 'applied' ? { value: counted.blockedMs } : undefined;
      }),

    markTakingLonger: (ref, now) =>
      changeExport(table, 'markTakingLonger', ref, 'record', (state) => noteTakingLonger(state, now)),

    recordDownload: (ref, actor) =>
      changeExport(table, 'recordDownload', ref, 'record', (state) => noteDownload(state, actor)),

    audit: (ref, event, actor) =>
      changeExport(table, 'audit', ref, 'record', (state) => noteEvent(state, event, actor)),

    queuedWithoutToken: (before, limit) =>
      dueExports(table, 'queued', before - 1, limit, (record) => {
        return record.status === 'queued' && record.taskToken === undefined;
      }),

    dueForExpiry: (now, limit) =>
      dueExports(table, 'expiry', now, limit, ({ status, expiresAt, erasedAt }) => {
        return status === 'ready' && erasedAt === undefined && expiresAt !== undefined && expiresAt <= now;
      }),
  };
}
