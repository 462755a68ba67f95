import { useQueries, useQueryClient } from '@tanstack/react-query';
import type { ChoiceListView } from '../../../core/contract/report-schemas.ts';
import { useApi } from './api-context.ts';

const LABELS_STALE_MS = 10 * 60_000;
const MOST_CHOICES = 100;

/** A filter's value whose label is wanted. */
export interface LabelledValue {
  readonly reportId: string;
  readonly filter: string;
  readonly value: string;
  /** Filters that the choices depend on. */
  readonly filters: Readonly<Record<string, unknown>>;
}

/**
 * What the account calls the things that filters name by id. One request has the labels of a whole list, of which a
 * page of exports needs a few; only a thing beyond the first hundred is asked for by itself.
 * @returns labels in the order of the values; undefined while loading, and for what is not there any more
 */
export function useChoiceLabels(values: readonly LabelledValue[]): readonly (string | undefined)[] {
  const api = useApi();
  const queries = useQueryClient();

  function choices({ reportId, filter, filters }: LabelledValue, search?: string) {
    const path = `/v1/reports/${encodeURIComponent(reportId)}/filters/${encodeURIComponent(filter)}/choices`;
    const query = {
      search,
      filters: Object.keys(filters).length > 0 ? JSON.stringify(filters) : undefined,
      limit: MOST_CHOICES,
    };
    return queries.fetchQuery({
      queryKey: ['reports', reportId, 'choices', filter, query],
      queryFn: () => api.request<ChoiceListView>(path, { query }),
      staleTime: LABELS_STALE_MS,
    });
  }

  async function labelOf(wanted: LabelledValue): Promise<string | null> {
    const isWanted = ({ value }: { value: string }) => value === wanted.value;
    const all = await choices(wanted);
    const found =
      all.data.find(isWanted) ?? (all.hasMore ? (await choices(wanted, wanted.value)).data.find(isWanted) : undefined);
    return found?.label ?? null;
  }

  return useQueries({
    queries: values.map((wanted) => ({
      queryKey: ['reports', wanted.reportId, 'label', wanted.filter, wanted.value, wanted.filters],
      queryFn: () => labelOf(wanted),
      staleTime: LABELS_STALE_MS,
      retry: false,
    })),
    combine: (results) => results.map(({ data }) => data ?? undefined),
  });
}
