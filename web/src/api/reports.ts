import { useQuery } from '@tanstack/react-query';
import type { ChoiceListView, ReportListView, ReportView } from '../../../core/contract/report-schemas.ts';
import { useApi } from './api-context.ts';

const DEFINITIONS_STALE_MS = 5 * 60_000;

/** The catalog: every report this person may have. */
export function useReports() {
  const api = useApi();
  return useQuery({
    queryKey: ['reports'],
    queryFn: ({ signal }) => api.request<ReportListView>('/v1/reports', { signal }),
    staleTime: DEFINITIONS_STALE_MS,
    select: ({ data }) => data,
  });
}

/** One report; for one this person may not have, the error is a problem `permission_required` with its title. */
export function useReport(reportId: string) {
  const api = useApi();
  return useQuery({
    queryKey: ['reports', reportId],
    queryFn: ({ signal }) => api.request<ReportView>(`/v1/reports/${encodeURIComponent(reportId)}`, { signal }),
    staleTime: DEFINITIONS_STALE_MS,
  });
}

export interface ChoiceSearch {
  readonly reportId: string;
  readonly filter: string;
  readonly search?: string;
  /** The other filters as far as they are filled in. */
  readonly filters?: Readonly<Record<string, unknown>>;
}

/** The account's own things that a filter can be set to, e.g. its events. */
export function useChoices({ reportId, filter, search, filters }: ChoiceSearch, enabled = true) {
  const api = useApi();
  const path = `/v1/reports/${encodeURIComponent(reportId)}/filters/${encodeURIComponent(filter)}/choices`;
  const query = {
    search: search || undefined,
    filters: filters && Object.keys(filters).length > 0 ? JSON.stringify(filters) : undefined,
  };
  return useQuery({
    queryKey: ['reports', reportId, 'choices', filter, query],
    queryFn: ({ signal }) => api.request<ChoiceListView>(path, { query, signal }),
    staleTime: 30_000,
    enabled,
  });
}
