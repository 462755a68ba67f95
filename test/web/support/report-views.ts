import type { ReportView } from '../../../core/contract/report-schemas.ts';

/** The report on orders, as the API shows it. */
export function reportView(changes: Partial<ReportView>): ReportView {
  return {
    id: 'orders',
    object: 'report',
    version: 1,
    title: 'Orders',
    description: '',
    group: 'Sales',
    formats: ['csv'],
    columns: [],
    columnsDependOnFilters: false,
    filters: {},
    choices: [],
    maxFileBytes: 1,
    partFiles: false,
    retentionDays: 7,
    ...changes,
  };
}
