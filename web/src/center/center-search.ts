import type { ExportListView, ExportView } from '../../../core/contract/export-schemas.ts';
import type { ExportListQuery } from '../api/export-list.ts';

export type CenterSort = NonNullable<ExportListQuery['sort']>;

/** Which part of the list is shown. */
export interface CenterSearch {
  readonly page: number;
  readonly sort: CenterSort;
  readonly status: ExportView['status'] | undefined;
  readonly reportId: string | undefined;
  /** Only what the reader asked for, where they may read everybody's. */
  readonly isMineOnly: boolean;
  /** Only what is older than this export: the way on beyond the exports that have page numbers. */
  readonly olderThan: string | undefined;
}

const PAGE_SIZE = 25;
/** The API numbers the pages of this many exports, from the newest or from `olderThan` on. */
export const NUMBERED_EXPORTS = 1_000;

export const statusOptions = [
  'queued',
  'running',
  'ready',
  'failed',
  'cancelled',
  'expired',
] as const satisfies readonly ExportView['status'][];

export const sortOptions = [
  '-createdAt',
  'createdAt',
  'status',
  '-status',
  'report',
  '-report',
] as const satisfies readonly CenterSort[];

/** What the address says; what it says wrongly counts as not said. */
export function readCenterSearch(parameters: URLSearchParams): CenterSearch {
  const reportId = parameters.get('report') ?? '';
  const olderThan = parameters.get('olderThan') ?? '';
  return {
    page: pageOf(parameters.get('page')),
    sort: sortOptions.find((sort) => sort === parameters.get('sort')) ?? '-createdAt',
    status: statusOptions.find((status) => status === parameters.get('status')),
    reportId: /^[a-z0-9-]{1,64}$/.test(reportId) ? reportId : undefined,
    isMineOnly: parameters.get('mine') === 'true',
    olderThan: /^exp_[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/.test(olderThan)
      ? olderThan
      : undefined,
  };
}

function pageOf(text: string | null): number {
  if (text === null || !/^[1-9]\d*$/.test(text)) return 1;
  return Math.min(Number(text), NUMBERED_EXPORTS / PAGE_SIZE);
}

/**
 * The address for another part of the list; parameters that do not belong to the list stay. Whatever changes what is
 * in the list, or its order, leads to its first page.
 */
export function writeCenterSearch(parameters: URLSearchParams, change: Partial<CenterSearch>): URLSearchParams {
  const { page, sort, status, reportId, isMineOnly, olderThan } = {
    ...readCenterSearch(parameters),
    ...(Object.keys(change).some((name) => name !== 'page') && { page: 1 }),
    ...(Object.keys(change).some((name) => name !== 'page' && name !== 'olderThan') && { olderThan: undefined }),
    ...change,
  };
  const written: Readonly<Record<string, string | undefined>> = {
    status,
    report: reportId,
    mine: isMineOnly ? 'true' : undefined,
    sort: sort === '-createdAt' ? undefined : sort,
    olderThan,
    page: page === 1 ? undefined : String(page),
  };
  const next = new URLSearchParams(parameters);
  for (const [name, value] of Object.entries(written)) {
    if (value === undefined) next.delete(name);
    else next.set(name, value);
  }
  return next;
}

/** @param eventId the event whose report center it is */
export function exportListQuery(search: CenterSearch, eventId: string | undefined): ExportListQuery {
  return {
    limit: PAGE_SIZE,
    page: search.page,
    sort: search.sort,
    status: search.status,
    report: search.reportId,
    scope: eventId,
    mine: search.isMineOnly ? 'true' : undefined,
    cursor: search.olderThan,
  };
}

/** Whether anything but the order and the page is chosen. */
export function hasFilters({ status, reportId, isMineOnly }: CenterSearch): boolean {
  return status !== undefined || reportId !== undefined || isMineOnly;
}

export const withoutFilters: Partial<CenterSearch> = { status: undefined, reportId: undefined, isMineOnly: false };

/** The order after somebody pressed a column's heading: the newest come first, words from A on; pressed again, reversed. */
export function nextSort(current: CenterSort, column: 'createdAt' | 'status' | 'report'): CenterSort {
  const first = column === 'createdAt' ? '-createdAt' : column;
  if (current !== first) return first;
  return column === 'createdAt' ? 'createdAt' : `-${column}`;
}

/** How a column is sorted, as `aria-sort` says it. */
export function sortDirection(
  sort: CenterSort,
  column: 'createdAt' | 'status' | 'report',
): 'ascending' | 'descending' | 'none' {
  if (sort === column) return 'ascending';
  return sort === `-${column}` ? 'descending' : 'none';
}

/** How many pages have numbers. */
export function lastPage({ total, limit }: Pick<ExportListView, 'total' | 'limit'>): number {
  return Math.max(1, Math.ceil(total / limit));
}
