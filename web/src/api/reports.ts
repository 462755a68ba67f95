import { type QueryClient, useQueries, useQuery } from '@tanstack/react-query';
import type { ChoiceListView, ReportListView, ReportView } from '../../../core/contract/report-schemas.ts';
import type { ApiClient } from './api-client.ts';
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

interface ReportOptions {
  /** Whether a refusal is asked for again by a component that comes to it. @default true */
  readonly retryOnMount?: boolean;
}

/** One report; for one this person may not have, the error is a problem `permission_required` with its title. */
export function useReport(reportId: string, { retryOnMount = true }: ReportOptions = {}) {
  const api = useApi();
  return useQuery({
    queryKey: ['reports', reportId],
    queryFn: ({ signal }) => api.request<ReportView>(`/v1/reports/${encodeURIComponent(reportId)}`, { signal }),
    staleTime: DEFINITIONS_STALE_MS,
    // A refusal that is read again is no refusal meanwhile: the page that tells it would go and come back empty.
    refetchOnWindowFocus: false,
    retryOnMount,
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
  const query = {
    search: search || undefined,
    filters: filters && Object.keys(filters).length > 0 ? JSON.stringify(filters) : undefined,
  };
  return useQuery({
    queryKey: ['reports', reportId, 'choices', filter, query],
    queryFn: ({ signal }) => api.request<ChoiceListView>(choicesPath(reportId, filter), { query, signal }),
    placeholderData: (previous) => previous,
    staleTime: 30_000,
    enabled,
  });
}

/** One of the account's own things. */
export type Choice = ChoiceListView['data'][number];

/** What people know the things by whose values are given; those that are none of the account's are missing. */
export function useChoiceLabels(
  reportId: string,
  filter: string,
  values: readonly string[],
): ReadonlyMap<string, string> {
  const api = useApi();
  return useQueries({
    queries: values.map((value) => ({
      queryKey: labelKey(reportId, filter, value),
      queryFn: ({ signal }: { signal: AbortSignal }) => choiceOf(api, { reportId, filter, value, signal }),
      staleTime: Number.POSITIVE_INFINITY,
    })),
    combine: (results) =>
      new Map(results.flatMap(({ data }): [string, string][] => (data ? [[data.value, data.label]] : []))),
  });
}

/** Keeps the label of what has been chosen from a list, so that it need not be looked up. */
export function rememberChoice(queries: QueryClient, reportId: string, filter: string, choice: Choice): void {
  queries.setQueryData(labelKey(reportId, filter, choice.value), choice);
}

interface ChoiceLookup {
  readonly reportId: string;
  readonly filter: string;
  readonly value: string;
  readonly signal: AbortSignal;
}

async function choiceOf(api: ApiClient, { reportId, filter, value, signal }: ChoiceLookup): Promise<Choice | null> {
  const query = { search: value, limit: 100 };
  const { data } = await api.request<ChoiceListView>(choicesPath(reportId, filter), { query, signal });
  return data.find((choice) => choice.value === value) ?? null;
}

function labelKey(reportId: string, filter: string, value: string): readonly string[] {
  return ['reports', reportId, 'choice', filter, value];
}

function choicesPath(reportId: string, filter: string): string {
  return `/v1/reports/${encodeURIComponent(reportId)}/filters/${encodeURIComponent(filter)}/choices`;
}
