import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { ExportRequest, ExportView } from '../../../core/contract/export-schemas.ts';
import { useApi } from './api-context.ts';
import { refreshExports } from './exports.ts';

/** The body of POST /v1/exports; what is left out has the API's default. */
export type ExportBody = Pick<ExportRequest, 'report'> & Partial<Omit<ExportRequest, 'report'>>;

/** Queues an export; it is in the lists as soon as they have been read again. */
export function useCreateExport() {
  const api = useApi();
  const queries = useQueryClient();
  return useMutation({
    mutationFn: ({ body, idempotencyKey }: { body: ExportBody; idempotencyKey: string }) =>
      api.request<ExportView>('/v1/exports', { method: 'POST', body, idempotencyKey }),
    onSuccess: () => void refreshExports(queries),
  });
}
