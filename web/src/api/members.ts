import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { MemberListView, MemberView } from '../../../core/contract/member-schemas.ts';
import { useApi } from './api-context.ts';

const MEMBERS = ['members'];

/**
 * Everybody in the account; for those who may not see them, the error is a problem `permission_required`.
 * @param enabled false while nobody needs to know, or for people who may not see them
 */
export function useMembers(enabled = true) {
  const api = useApi();
  return useQuery({
    queryKey: MEMBERS,
    queryFn: ({ signal }) => api.request<MemberListView>('/v1/members', { signal }),
    select: ({ data }) => data,
    enabled,
  });
}

/** Gives a member another role. */
export function useChangeRole() {
  const api = useApi();
  const queries = useQueryClient();
  return useMutation({
    mutationFn: ({ userId, ...member }: MemberView) =>
      api.request<MemberView>(memberPath(userId), { method: 'PUT', body: member }),
    onSettled: () => queries.invalidateQueries({ queryKey: MEMBERS }),
  });
}

/** Ends a membership. */
export function useRemoveMember() {
  const api = useApi();
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (userId: string) => api.request<undefined>(memberPath(userId), { method: 'DELETE' }),
    onSettled: () => queries.invalidateQueries({ queryKey: MEMBERS }),
  });
}

function memberPath(userId: string): string {
  return `/v1/members/${encodeURIComponent(userId)}`;
}
