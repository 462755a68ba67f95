import type { ExportListView, ListExportsQuery } from '../contract/export-schemas.ts';
import { holds } from '../domain/permissions.ts';
import type { AdmissionStore } from '../ports/admission-store.ts';
import type { Clock } from '../ports/clock.ts';
import type { ExportStore, ExportSummary } from '../ports/export-store.ts';
import type { Caller } from './caller.ts';
import { viewExport } from './export-view.ts';
import { placesOf } from './get-export.ts';

/** Sorting, page numbers and totals work over this many of the newest matching exports; a cursor goes on beyond. */
const LIST_WINDOW = 1000;

const DEFAULT_LIMIT = 25;

export interface ListExportsDeps {
  readonly store: ExportStore;
  readonly admissions: AdmissionStore;
  readonly clock: Clock;
}

/** One page of the exports the caller may read, newest first unless `sort` says otherwise. */
export async function listExports(
  deps: ListExportsDeps,
  caller: Caller,
  query: ListExportsQuery,
): Promise<ExportListView> {
  const limit = query.limit ?? DEFAULT_LIMIT;
  const page = query.page ?? 1;
  // A cursor names a place in time, so it exists only for the order that follows time.
  const byTime = query.sort === undefined || query.sort === '-createdAt';
  const everyone = holds(caller, 'exports:read-all') && query.mine !== 'true';
  const { items, more, total, totalIsLowerBound } = await deps.store.list(
    {
      accountId: caller.accountId,
      ...(!everyone && { requestedBy: caller.userId }),
      ...(query.status !== undefined && { status: query.status }),
      ...(query.report !== undefined && { reportId: query.report }),
      ...(query.scope !== undefined && { scope: query.scope }),
      ...(query.cursor !== undefined && { before: query.cursor as ExportSummary['id'] }),
      // In the order of the index, what comes after the page need not be read.
      limit: byTime ? Math.min(page * limit, LIST_WINDOW) : LIST_WINDOW,
      countUpTo: LIST_WINDOW,
    },
    deps.clock.now(),
  );
  const sorted = sortSummaries(items, query.sort ?? '-createdAt');
  const chosen = sorted.slice((page - 1) * limit, page * limit);
  // Queued is what an export is first, so the index may be behind, and still names every one that waits.
  const queued = chosen.flatMap(({ id, status }) => (status === 'queued' ? id : []));
  const [found, places] = await Promise.all([
    deps.store.getMany(
      caller.accountId,
      chosen.map(({ id }) => id),
      'running',
    ),
    placesOf(deps, caller.accountId, queued),
  ]);
  const now = deps.clock.now();
  const last = chosen.at(-1);
  const hasMore = page * limit < sorted.length || more;
  return {
    data: found.map(({ record, attempt }) =>
      viewExport(record, { now, attempt, queuePosition: places.get(record.id) }),
    ),
    ...(query.cursor === undefined && { page }),
    limit,
    total,
    totalIsLowerBound,
    hasMore,
    ...(hasMore && byTime && last !== undefined && { nextCursor: last.id }),
  };
}

function sortSummaries(
  items: readonly ExportSummary[],
  sort: NonNullable<ListExportsQuery['sort']>,
): readonly ExportSummary[] {
  if (sort === '-createdAt') return items;
  if (sort === 'createdAt') return [...items].reverse();
  const direction = sort.startsWith('-') ? -1 : 1;
  const value = sort.endsWith('status')
    ? (item: ExportSummary) => item.status
    : (item: ExportSummary) => item.reportTitle;
  // The sort is stable, so equal ones stay newest first.
  return [...items].sort((a, b) => direction * (value(a) < value(b) ? -1 : value(a) > value(b) ? 1 : 0));
}
