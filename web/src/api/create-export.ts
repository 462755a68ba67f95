import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { ExportView } from '../../../core/contract/export-schemas.ts';
import { useApi } from './api-context.ts';
import type { ExportBody } from './export-body.ts';
import { insertExport } from './exports.ts';

/** Queues an export and puts it into the lists. */
export function useCreateExport() {
  const api = useApi();
  const queries = useQueryClient();
  return useMutation({
    mutationFn: ({ body, idempotencyKey }: { body: ExportBody; idempotencyKey: string }) =>
      api.request<ExportView>('/v1/exports', { method: 'POST', body, idempotencyKey }),
    onSuccess: (view) => void insertExport(queries, view),
  });
}
