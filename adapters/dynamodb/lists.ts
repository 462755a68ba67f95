import type { ExportRef } from '../../core/domain/export-id.ts';
import type { ExportRecord } from '../../core/domain/export-record.ts';
import type { ExportStore, ListQuery } from '../../core/ports/export-store.ts';
import { condition } from './conditions.ts';
import { recordOf } from './export-items.ts';
import { type DueKind, exportRefOf, indexes, type Key, keys, listedAccount, listedRequester } from './keys.ts';
import type { Selection, Table } from './table.ts';

/** Newest first, from the index, which may be a moment behind. */
export async function listExports(table: Table, query: ListQuery): ReturnType<ExportStore['list']> {
  // One more than asked for tells whether there are more.
  const rows = await table.queryAll({ ...selectionOf(query), forward: false, limit: query.limit + 1 });
  const items = rows.slice(0, query.limit).map(recordOf);
  return { items, more: rows.length > query.limit };
}

function selectionOf({ accountId, requestedBy, before }: ListQuery): Pick<Selection, 'index' | 'condition'> {
  const byRequester = requestedBy !== undefined;
  const hash = byRequester ? 'listedRequester' : 'listedAccount';
  const value = byRequester ? listedRequester(accountId, requestedBy) : listedAccount(accountId);
  return {
    index: byRequester ? indexes.listedByRequester : indexes.listedByAccount,
    condition: condition(
      before === undefined ? `${hash} = :hash` : `${hash} = :hash AND listedKey < :before`,
      {},
      { ':hash': value, ...(before === undefined ? {} : { ':before': before }) },
    ),
  };
}

/**
 * Exports that are due at `until` or before, oldest first. The index may be behind or ahead of the table, so every row
 * is looked up and believed only if it still is what it was listed for.
 */
export async function dueExports(
  table: Table,
  kind: DueKind,
  until: number,
  limit: number,
  isDue: (record: ExportRecord) => boolean,
): Promise<readonly ExportRef[]> {
  const due: ExportRef[] = [];
  const selected = condition('duePk = :kind AND dueSk <= :until', {}, { ':kind': kind, ':until': until });
  for await (const row of table.query({ index: indexes.due, condition: selected })) {
    if (due.length >= limit) break;
    const ref = exportRefOf(row as unknown as Key);
    const item = await table.get(keys.export(ref));
    if (item && isDue(recordOf(item))) due.push(ref);
  }
  return due;
}
