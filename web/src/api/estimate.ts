import { useQuery } from '@tanstack/react-query';
import type { EstimateView } from '../../../core/contract/estimate-schemas.ts';
import { useApi } from './api-context.ts';
import type { ExportBody } from './export-body.ts';

const ESTIMATE_STALE_MS = 60_000;

/**
 * What a request would give, without queueing it. The last answer stays until the next one is there; a request that is
 * superseded is aborted.
 * @param body undefined as long as there is nothing to ask
 */
export function useEstimate(body: ExportBody | undefined) {
  const api = useApi();
  return useQuery({
    queryKey: ['estimate', body],
    queryFn: ({ signal }) => api.request<EstimateView>('/v1/exports/estimate', { method: 'POST', body, signal }),
    enabled: body !== undefined,
    placeholderData: (previous) => previous,
    staleTime: ESTIMATE_STALE_MS,
    refetchOnWindowFocus: false,
    retry: false,
  });
}
