import { type QueryClient, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { DownloadView } from '../../../core/contract/download-schemas.ts';
import type { ExportListView, ExportView } from '../../../core/contract/export-schemas.ts';
import { useApi } from './api-context.ts';

/** Query of GET /v1/exports, as text or numbers. */
export type ExportListQuery = Readonly<Record<string, string | number | undefined>>;

const MOVING_POLL_MS = 2_000;
const HIDDEN_POLL_MS = 30_000;

/** Whether it will change by itself. */
export function isMoving({ status }: ExportView): boolean {
  return status === 'queued' || status === 'running';
}

/** How long until the next look: often while something moves, seldom in a tab nobody sees, never when all is at rest. */
function pollInterval(isAnythingMoving: boolean): number | false {
  if (!isAnythingMoving) return false;
  return document.visibilityState === 'visible' ? MOVING_POLL_MS : HIDDEN_POLL_MS;
}

export function useExports(query: ExportListQuery) {
  const api = useApi();
  return useQuery({
    queryKey: ['exports', 'list', query],
    queryFn: ({ signal }) => api.request<ExportListView>('/v1/exports', { query, signal }),
    placeholderData: (previous) => previous,
    refetchInterval: ({ state }) => pollInterval(state.data?.data.some(isMoving) ?? false),
    refetchIntervalInBackground: true,
  });
}

export function useExport(exportId: string) {
  const api = useApi();
  return useQuery({
    queryKey: ['exports', 'one', exportId],
    queryFn: ({ signal }) => api.request<ExportView>(exportPath(exportId), { signal }),
    refetchInterval: ({ state }) => pollInterval(state.data !== undefined && isMoving(state.data)),
    refetchIntervalInBackground: true,
  });
}

export function exportPath(exportId: string, action = ''): string {
  return `/v1/exports/${encodeURIComponent(exportId)}${action}`;
}

/** Reads every list and export again: something has changed. */
export function refreshExports(queries: QueryClient): Promise<void> {
  return queries.invalidateQueries({ queryKey: ['exports'] });
}

/** A change of one export, e.g. `/cancel`; lists are read again whatever came of it. */
export function useExportAction(action: '/cancel' | '/retry' | '/rerun') {
  const api = useApi();
  const queries = useQueryClient();
  return useMutation({
    mutationFn: ({ exportId, idempotencyKey }: { exportId: string; idempotencyKey?: string }) =>
      api.request<ExportView>(exportPath(exportId, action), {
        method: 'POST',
        ...(idempotencyKey !== undefined && { idempotencyKey }),
      }),
    onSettled: () => refreshExports(queries),
  });
}

/** Asks for an address of the file and hands it to the browser, which saves it under its name. */
export function useDownload() {
  const api = useApi();
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (exportId: string) =>
      api.request<DownloadView>(exportPath(exportId, '/download-links'), { method: 'POST' }),
    onSuccess: ({ url }) => saveFile(url),
    onSettled: () => refreshExports(queries),
  });
}

/** Lets the browser fetch a file that its server sends as an attachment: the page stays. */
export function saveFile(url: string): void {
  const link = document.createElement('a');
  link.href = url;
  link.rel = 'noreferrer';
  document.body.append(link);
  link.click();
  link.remove();
}
