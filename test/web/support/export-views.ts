import type { ExportListView, ExportView } from '../../../core/contract/export-schemas.ts';

/** A ready export of Ada's, as the API shows it. */
export function exportView(changes: Partial<ExportView> = {}): ExportView {
  return {
    id: 'exp_00000000-0000-7000-8000-000000000001',
    object: 'export',
    report: { id: 'orders', title: 'Orders', version: 1 },
    filters: {},
    columns: ['orderNumber', 'total'],
    format: 'csv',
    compression: 'none',
    dialect: 'rfc4180',
    locale: 'en',
    timeZone: 'UTC',
    neutralizeFormulas: true,
    partFiles: false,
    status: 'ready',
    attempt: 1,
    takingLonger: false,
    cancelRequested: false,
    notifyRequester: true,
    notify: [],
    notifications: [],
    requestedBy: { userId: 'usr_ada', email: 'ada@acme.example', name: 'Ada Adams' },
    createdAt: '2026-11-22T16:00:00.000Z',
    updatedAt: '2026-11-22T16:00:00.000Z',
    ...changes,
  };
}

/** The n-th export of a list. */
export function exportId(n: number): string {
  return `exp_00000000-0000-7000-8000-${String(n).padStart(12, '0')}`;
}

/** A page of the API's list. */
export function exportList(data: readonly ExportView[], changes: Partial<ExportListView> = {}): ExportListView {
  return {
    data: [...data],
    page: 1,
    limit: 25,
    total: data.length,
    totalIsLowerBound: false,
    hasMore: false,
    ...changes,
  };
}
