import { useMutation } from '@tanstack/react-query';
import type { AccessRequestBody, AccessRequestView } from '../../../core/contract/report-schemas.ts';
import { useApi } from './api-context.ts';

/** Asks the account's owners and admins for a report. */
export function useAccessRequest(reportId: string) {
  const api = useApi();
  return useMutation({
    mutationFn: (body: AccessRequestBody) =>
      api.request<AccessRequestView>(`/v1/reports/${encodeURIComponent(reportId)}/access-requests`, {
        method: 'POST',
        body,
      }),
  });
}
