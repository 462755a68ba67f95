import type { ExportListView, ExportView } from '../../../core/contract/export-schemas.ts';

/** Query of GET /v1/exports. */
export interface ExportListQuery {
  readonly page?: number | undefined;
  readonly limit?: number | undefined;
  readonly cursor?: string | undefined;
  readonly sort?: 'createdAt' | '-createdAt' | 'status' | '-status' | 'report' | '-report' | undefined;
  readonly status?: ExportView['status'] | undefined;
  readonly report?: string | undefined;
  readonly scope?: string | undefined;
  readonly mine?: 'true' | undefined;
}

/** The list with this export in it as it is now; the same list when it is not in there. */
export function withUpdated(list: ExportListView, view: ExportView): ExportListView {
  if (!list.data.some(({ id }) => id === view.id)) return list;
  return { ...list, data: list.data.map((each) => (each.id === view.id ? view : each)) };
}

/**
 * The list with a new export on top, where it belongs: in a first page of the newest, if its filters let it in. In
 * every other list nothing changes.
 */
export function withInserted(list: ExportListView, query: ExportListQuery, view: ExportView): ExportListView {
  if (list.data.some(({ id }) => id === view.id)) return withUpdated(list, view);
  if (!startsWith(query, view)) return list;
  const data = [view, ...list.data].slice(0, list.limit);
  const hasMore = list.hasMore || data.length <= list.data.length;
  const last = data.at(-1);
  return {
    ...list,
    data,
    total: list.totalIsLowerBound ? list.total : list.total + 1,
    hasMore,
    ...(hasMore && last !== undefined && { nextCursor: last.id }),
  };
}

function startsWith(query: ExportListQuery, view: ExportView): boolean {
  const { page = 1, cursor, sort = '-createdAt', status, report, scope } = query;
  return (
    page === 1 &&
    cursor === undefined &&
    sort === '-createdAt' &&
    (status === undefined || status === view.status) &&
    (report === undefined || report === view.report.id) &&
    (scope === undefined || scope === view.scope?.value)
  );
}
