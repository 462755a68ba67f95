import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { DownloadView } from '../../../core/contract/download-schemas.ts';
import type { ExportView } from '../../../core/contract/export-schemas.ts';
import type { FeedbackRequest, FeedbackView } from '../../../core/contract/feedback-schemas.ts';
import { useApi } from './api-context.ts';
import { exportPath, insertExport, refreshExports, updateExport } from './exports.ts';
import { saveFile } from './save-file.ts';

/** Cancels an export: the answer says whether at once, or whether its worker has been asked. */
export function useCancelExport(exportId: string) {
  const api = useApi();
  const queries = useQueryClient();
  return useMutation({
    mutationFn: () => api.request<ExportView>(exportPath(exportId, '/cancel'), { method: 'POST' }),
    onSuccess: (view) => updateExport(queries, view),
    // A refusal says that the export is not what the page shows.
    // It is told at once, and not only when the page has been read again.
    onError: () => void refreshExports(queries),
  });
}

/** A new export over the same request: `/retry` of one that failed, `/rerun` of any that has ended. */
export function useRunAgain(exportId: string, action: '/retry' | '/rerun') {
  const api = useApi();
  const queries = useQueryClient();
  return useMutation({
    mutationFn: () => api.request<ExportView>(exportPath(exportId, action), { method: 'POST' }),
    onSuccess: async (view) => {
      await insertExport(queries, view);
      // It names its retry from now on.
      await queries.invalidateQueries({ queryKey: ['exports', 'one', exportId] });
    },
    onError: () => refreshExports(queries),
  });
}

/** What is to be downloaded. */
export interface DownloadWish {
  readonly exportId: string;
  /** Which of several files, from 1. */
  readonly part?: number;
}

/** Asks for an address of the file and hands it to the browser, which saves it under its name. */
export function useDownload() {
  const api = useApi();
  const queries = useQueryClient();
  return useMutation({
    mutationFn: ({ exportId, part }: DownloadWish) =>
      api.request<DownloadView>(exportPath(exportId, '/download-links'), { method: 'POST', query: { part } }),
    onSuccess: ({ url }) => saveFile(url),
    onSettled: () => refreshExports(queries),
  });
}

/** Erases the file and what was asked for. */
export function useDeleteExport(exportId: string) {
  const api = useApi();
  const queries = useQueryClient();
  return useMutation({
    mutationFn: () => api.request<undefined>(exportPath(exportId), { method: 'DELETE' }),
    onSettled: () => refreshExports(queries),
  });
}

/** Tells again how an export ended: the member with this address, or everybody whose mail did not arrive. */
export function useResendMail(exportId: string) {
  const api = useApi();
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (email: string | undefined) =>
      api.request<ExportView>(exportPath(exportId, '/notifications'), { method: 'POST', body: { email } }),
    onSuccess: (view) => updateExport(queries, view),
  });
}

/** Says to the admins of the account what is wrong with an export. */
export function useSendFeedback(exportId: string) {
  const api = useApi();
  return useMutation({
    mutationFn: (feedback: FeedbackRequest) =>
      api.request<FeedbackView>(exportPath(exportId, '/feedback'), { method: 'POST', body: feedback }),
  });
}
