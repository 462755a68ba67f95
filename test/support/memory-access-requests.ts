import {
  type AccessRequest,
  type AccessRequestRef,
  beginTelling,
  noteTold,
  stands,
} from '../../core/domain/access-request.ts';
import type { AccessRequestStore } from '../../core/ports/access-request-store.ts';

/** Access requests in memory. */
export function memoryAccessRequests(): AccessRequestStore {
  const requests = new Map<string, AccessRequest>();
  const keyOf = ({ accountId, userId, reportId }: AccessRequestRef) => JSON.stringify([accountId, userId, reportId]);
  const change = (ref: AccessRequestRef, decide: (request: AccessRequest) => AccessRequest | undefined) => {
    const before = requests.get(keyOf(ref));
    const after = before && decide(before);
    if (after) requests.set(keyOf(ref), after);
    return after;
  };
  return {
    async open(request) {
      const standing = requests.get(keyOf(request));
      if (standing && stands(standing, request.requestedAt)) return standing;
      requests.set(keyOf(request), request);
      return request;
    },
    beginTelling: async (ref, userId, by) => change(ref, (request) => beginTelling(request, userId, by)) !== undefined,
    noteTold: async (ref, userId, outcome) => void change(ref, (request) => noteTold(request, userId, outcome)),
    by: async (accountId, userId) =>
      [...requests.values()]
        .filter((request) => request.accountId === accountId && request.userId === userId)
        .sort((a, b) => (a.reportId < b.reportId ? -1 : 1)),
    remove: async (ref) => void requests.delete(keyOf(ref)),
  };
}
