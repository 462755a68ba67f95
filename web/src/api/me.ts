import { useQuery } from '@tanstack/react-query';
import type { MeView } from '../../../core/contract/member-schemas.ts';
import { useApi } from './api-context.ts';

/**
 * Who is signed in, and which parts of the service are switched on.
 * @param refreshMs how often it is read again, for the switches
 */
export function useMe(refreshMs = 60_000) {
  const api = useApi();
  return useQuery({
    queryKey: ['me'],
    queryFn: ({ signal }) => api.request<MeView>('/v1/me', { signal }),
    refetchInterval: refreshMs,
  });
}
