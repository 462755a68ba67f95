import { useQuery } from '@tanstack/react-query';
import type { ExportEventsView } from '../../../core/contract/export-schemas.ts';
import type { Waybill } from '../../../core/domain/waybill.ts';
import { useApi } from './api-context.ts';
import { exportPath } from './exports.ts';

/**
 * The timeline of one export, oldest first.
 * @param version changes whenever the export has: the timeline is then read again
 */
export function useExportEvents(exportId: string, version: string) {
  const api = useApi();
  return useQuery({
    queryKey: ['exports', 'events', exportId, version],
    queryFn: ({ signal }) => api.request<ExportEventsView>(exportPath(exportId, '/events'), { signal }),
    placeholderData: (previous, query) => (query?.queryKey[2] === exportId ? previous : undefined),
    select: ({ data }) => data,
  });
}

/** The manifest beside the file; it never changes while there is one. */
export function useWaybill(exportId: string) {
  const api = useApi();
  return useQuery({
    queryKey: ['waybills', exportId],
    queryFn: ({ signal }) => api.request<Waybill>(exportPath(exportId, '/waybill'), { signal }),
    staleTime: Number.POSITIVE_INFINITY,
  });
}
