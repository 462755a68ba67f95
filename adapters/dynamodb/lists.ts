import { tableIndexes } from '../../core/contract/table.ts';
import type { Due } from '../../core/domain/due.ts';
import type { ExportId, ExportRef } from '../../core/domain/export-id.ts';
import { matchesFilter } from '../../core/domain/list-filter.ts';
import type { ExportList, ExportStore, ExportSummary, ListQuery } from '../../core/ports/export-store.ts';
import { condition } from './conditions.ts';
import { listedAttributes, listedOf } from './export-items.ts';
import { exportRefOf, type Key, listedAccount, listedRequester } from './keys.ts';
import type { ListCounts } from './list-counts.ts';
import type { Selection, Table } from './table.ts';

/** Newest first, from the index, which may be a moment behind. */
export function listExports(
  table: Table,
  counts: ListCounts,
  query: ListQuery,
  now: number,
): ReturnType<ExportStore['list']> {
  const isFiltered = query.status !== undefined || query.reportId !== undefined || query.scope !== undefined;
  const countUpTo = Math.max(query.limit, query.countUpTo ?? 0);
  return isFiltered ? readAndCount(table, query, countUpTo, now) : readSome(table, counts, query, countUpTo, now);
}

/** With a filter nobody knows how many rows have to be read for so many that match. */
async function readAndCount(table: Table, query: ListQuery, countUpTo: number, now: number): Promise<ExportList> {
  const items: ExportSummary[] = [];
  let isLowerBound = false;
  const selection = { ...selectionOf(query), forward: false, attributes: listedAttributes, pageSize: countUpTo + 1 };
  for await (const row of table.query(selection)) {
    const listed = listedOf(row);
    if (!matchesFilter(listed, query, now)) continue;
    isLowerBound = items.length === countUpTo;
    if (isLowerBound) break;
    items.push(summaryOf(listed));
  }
  return {
    items: items.slice(0, query.limit),
    more: items.length > query.limit || isLowerBound,
    total: items.length,
    totalIsLowerBound: isLowerBound,
  };
}

/** Without one, those that are shown are read, and one more tells whether there are more; only then they are counted. */
async function readSome(
  table: Table,
  counts: ListCounts,
  query: ListQuery,
  countUpTo: number,
  now: number,
): Promise<ExportList> {
  const { limit, before } = query;
  const selection = selectionOf(query);
  const rows = await table.queryAll({ ...selection, forward: false, attributes: listedAttributes, limit: limit + 1 });
  const listed = rows.map((row) => summaryOf(listedOf(row)));
  const items = listed.slice(0, limit);
  if (listed.length <= limit) return { items, more: false, total: items.length, totalIsLowerBound: false };
  if (limit === countUpTo) return { items, more: true, total: limit, totalIsLowerBound: true };
  // One more than asked for tells whether the number is a lower bound.
  const count = (upTo: Selection) => table.count({ ...upTo, limit: countUpTo + 1 });
  const found =
    before === undefined
      ? await counts.newest(
          `${listedIn(query).value} ${countUpTo}`,
          listed.map(({ id }) => id),
          now,
          (from) => count(selectionOf(query, { orEqual: from })),
        )
      : await count(selection);
  return { items, more: true, total: Math.min(found, countUpTo), totalIsLowerBound: found > countUpTo };
}

function summaryOf({ listedKey, status, reportTitle }: ReturnType<typeof listedOf>): ExportSummary {
  return { id: listedKey, status, reportTitle };
}

type Range = { readonly before?: ExportId | undefined; readonly orEqual?: ExportId };

function selectionOf(query: ListQuery, { before, orEqual }: Range = query): Pick<Selection, 'index' | 'condition'> {
  const { index, hash, value } = listedIn(query);
  const upTo = orEqual ?? before;
  return {
    index,
    condition: condition(
      upTo === undefined ? `${hash} = :hash` : `${hash} = :hash AND listedKey ${orEqual ? '<=' : '<'} :upTo`,
      {},
      { ':hash': value, ...(upTo === undefined ? {} : { ':upTo': upTo }) },
    ),
  };
}

/** The index that has these exports together, and their partition of it. */
function listedIn({ accountId, requestedBy }: ListQuery) {
  return requestedBy === undefined
    ? { index: tableIndexes.listedByAccount.name, hash: 'listedAccount', value: listedAccount(accountId) }
    : {
        index: tableIndexes.listedByRequester.name,
        hash: 'listedRequester',
        value: listedRequester(accountId, requestedBy),
      };
}

/** Exports with something due at `until` or before, most overdue first, from the index alone. */
export async function dueExports(table: Table, kind: Due, until: number, limit: number): Promise<readonly ExportRef[]> {
  const selected = condition('duePk = :kind AND dueSk <= :until', {}, { ':kind': kind, ':until': until });
  const rows = await table.queryAll({ index: tableIndexes.due.name, condition: selected, limit });
  return rows.map((row) => exportRefOf(row as unknown as Key));
}
