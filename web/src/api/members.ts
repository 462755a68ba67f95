import { useQuery } from '@tanstack/react-query';
import type { MemberListView } from '../../../core/contract/member-schemas.ts';
import { useApi } from './api-context.ts';

const MEMBERS_STALE_MS = 5 * 60_000;

/** The people of the account. @param enabled whether this person may list them */
export function useMembers(enabled: boolean) {
  const api = useApi();
  return useQuery({
    queryKey: ['members'],
    queryFn: ({ signal }) => api.request<MemberListView>('/v1/members', { signal }),
    staleTime: MEMBERS_STALE_MS,
    select: ({ data }) => data,
    enabled,
  });
}
