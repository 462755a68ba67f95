import { type QueryClient, queryOptions, useQuery, useQueryClient } from '@tanstack/react-query';
import type { ExportListView, ExportView } from '../../../core/contract/export-schemas.ts';
import type { ApiClient } from './api-client.ts';
import { useApi } from './api-context.ts';
import { type ExportListQuery, withInserted, withUpdated } from './export-list.ts';
import { pollInterval } from './export-polling.ts';
import { serverNow } from './server-clock.ts';

const listsKey = ['exports', 'list'] as const;

function listOptions(api: ApiClient, query: ExportListQuery) {
  return queryOptions({
    queryKey: [...listsKey, query],
    queryFn: ({ signal }) => api.request<ExportListView>('/v1/exports', { query: { ...query }, signal }),
  });
}

function pollIntervalOf(views: readonly ExportView[]): number | false {
  return pollInterval(views, serverNow(), document.visibilityState === 'visible');
}

/**
 * One page of exports, kept up to date while something moves. What is there stays until another page has come
 * (`isPlaceholderData`); an export that has not changed is the same object after a poll, so that its row need not be
 * drawn again.
 */
export function useExports(query: ExportListQuery) {
  const api = useApi();
  return useQuery({
    ...listOptions(api, query),
    placeholderData: (previous) => previous,
    refetchInterval: ({ state }) => pollIntervalOf(state.data?.data ?? []),
    refetchIntervalInBackground: true,
  });
}

/** @returns fetches a page before somebody asks for it */
export function usePrefetchExports(): (query: ExportListQuery) => void {
  const api = useApi();
  const queries = useQueryClient();
  return (query) => void queries.prefetchQuery(listOptions(api, query));
}

export function useExport(exportId: string) {
  const api = useApi();
  return useQuery({
    queryKey: oneKey(exportId),
    queryFn: ({ signal }) => api.request<ExportView>(exportPath(exportId), { signal }),
    refetchInterval: ({ state }) => pollIntervalOf(state.data === undefined ? [] : [state.data]),
    refetchIntervalInBackground: true,
  });
}

function oneKey(exportId: string) {
  return ['exports', 'one', exportId] as const;
}

export function exportPath(exportId: string, action = ''): string {
  return `/v1/exports/${encodeURIComponent(exportId)}${action}`;
}

/** Reads every list and export again: something has changed. */
export function refreshExports(queries: QueryClient): Promise<void> {
  return queries.invalidateQueries({ queryKey: ['exports'] });
}

/** Shows an export as an answer of the API has it, wherever it is on the page. */
export function updateExport(queries: QueryClient, view: ExportView): void {
  queries.setQueryData(oneKey(view.id), view);
  for (const [key, list] of queries.getQueriesData<ExportListView>({ queryKey: listsKey })) {
    if (list !== undefined) queries.setQueryData(key, withUpdated(list, view));
  }
}

/** Shows an export that was queued a moment ago on top of every list it belongs to, before the next poll. */
export async function insertExport(queries: QueryClient, view: ExportView): Promise<void> {
  // What is under way was asked before there was this export, and would take it off the list again.
  await queries.cancelQueries({ queryKey: listsKey });
  queries.setQueryData(oneKey(view.id), view);
  for (const [key, list] of queries.getQueriesData<ExportListView>({ queryKey: listsKey })) {
    if (list !== undefined) queries.setQueryData(key, withInserted(list, key[2] as ExportListQuery, view));
  }
  // A list that shows it looks again by itself, as it moves: at once, an index that lags behind might not have it yet.
  await queries.invalidateQueries({
    queryKey: listsKey,
    predicate: ({ state }) => !(state.data as ExportListView | undefined)?.data.some(({ id }) => id === view.id),
  });
}
