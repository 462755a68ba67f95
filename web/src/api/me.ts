import { useQuery } from '@tanstack/react-query';
import type { MeView } from '../../../core/contract/member-schemas.ts';
import { useApi } from './api-context.ts';

/** Who is signed in, and which parts of the service are switched on. Read again each minute, for the switches. */
export function useMe() {
  const api = useApi();
  return useQuery({
    queryKey: ['me'],
    queryFn: ({ signal }) => api.request<MeView>('/v1/me', { signal }),
    refetchInterval: 60_000,
  });
}
