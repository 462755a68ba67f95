import { tableIndexes } from '../../core/contract/table.ts';
import type { Due } from '../../core/domain/due.ts';
import type { ExportRef } from '../../core/domain/export-id.ts';
import { matchesFilter } from '../../core/domain/list-filter.ts';
import type { ExportStore, ExportSummary, ListQuery } from '../../core/ports/export-store.ts';
import { condition } from './conditions.ts';
import { listedAttributes, listedOf } from './export-items.ts';
import { exportRefOf, type Key, listedAccount, listedRequester } from './keys.ts';
import type { Selection, Table } from './table.ts';

/** Newest first, from the index, which may be a moment behind. */
export async function listExports(table: Table, query: ListQuery, now: number): ReturnType<ExportStore['list']> {
  const items: ExportSummary[] = [];
  const isFiltered = query.status !== undefined || query.reportId !== undefined || query.scope !== undefined;
  const selection: Selection = {
    ...selectionOf(query),
    forward: false,
    attributes: listedAttributes,
    // One more than asked for tells whether there are more; with a filter nobody knows how many that takes.
    ...(isFiltered ? {} : { limit: query.limit + 1 }),
  };
  for await (const row of table.query(selection)) {
    const listed = listedOf(row);
    if (!matchesFilter(listed, query, now)) continue;
    if (items.length === query.limit) return { items, more: true };
    items.push({ id: listed.id, status: listed.status, reportTitle: listed.reportTitle });
  }
  return { items, more: false };
}

function selectionOf({ accountId, requestedBy, before }: ListQuery): Pick<Selection, 'index' | 'condition'> {
  const byRequester = requestedBy !== undefined;
  const hash = byRequester ? 'listedRequester' : 'listedAccount';
  const value = byRequester ? listedRequester(accountId, requestedBy) : listedAccount(accountId);
  return {
    index: byRequester ? tableIndexes.listedByRequester.name : tableIndexes.listedByAccount.name,
    condition: condition(
      before === undefined ? `${hash} = :hash` : `${hash} = :hash AND listedKey < :before`,
      {},
      { ':hash': value, ...(before === undefined ? {} : { ':before': before }) },
    ),
  };
}

/** Exports with something due at `until` or before, most overdue first, from the index alone. */
export async function dueExports(table: Table, kind: Due, until: number, limit: number): Promise<readonly ExportRef[]> {
  const selected = condition('duePk = :kind AND dueSk <= :until', {}, { ':kind': kind, ':until': until });
  const rows = await table.queryAll({ index: tableIndexes.due.name, condition: selected, limit });
  return rows.map((row) => exportRefOf(row as unknown as Key));
}
