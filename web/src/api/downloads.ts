import { useQuery } from '@tanstack/react-query';
import type { OpenedLinkView } from '../../../core/contract/download-schemas.ts';
import { useApi } from './api-context.ts';
import { problemCode } from './problem-error.ts';
import { saveFile } from './save-file.ts';

/**
 * Asks for the file behind the link of a mail and hands it to the browser. Once: each time is counted as a download, or
 * recorded as a refusal.
 * @param token what follows `/download/`
 */
export function useOpenedLink(token: string) {
  const api = useApi();
  return useQuery({
    queryKey: ['opened-link', token],
    queryFn: async () => {
      const opened = await api.request<OpenedLinkView>('/v1/downloads', { method: 'POST', body: { token } });
      saveFile(opened.url);
      return opened;
    },
    staleTime: Number.POSITIVE_INFINITY,
    retry: (failures, error) => failures < 3 && problemCode(error) === undefined,
    refetchOnWindowFocus: false,
    refetchOnReconnect: false,
  });
}
