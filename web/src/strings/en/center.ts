import { formatCount } from '../../format/numbers.ts';

export const center = {
  generate: 'Generate new report',
  list: 'Exports',
  ofEvent: (event: string) => `Only what is about ${event}.`,
  unknownEvent: (id: string) => `event ${id}`,
  allReports: 'Show all reports',

  filters: 'Filters',
  status: 'Status',
  anyStatus: 'Any status',
  report: 'Report',
  anyReport: 'Any report',
  whose: 'Whose',
  everyone: 'Everyone',
  mine: 'Mine',
  sort: 'Order',
  sorts: {
    '-createdAt': 'Newest first',
    createdAt: 'Oldest first',
    status: 'Status, A to Z',
    '-status': 'Status, Z to A',
    report: 'Report, A to Z',
    '-report': 'Report, Z to A',
  },
  clear: 'Clear filters',

  columns: {
    status: 'Status',
    report: 'Report',
    createdAt: 'Created',
    requester: 'Requested by',
    progress: 'Progress and file',
    actions: 'Actions',
  },
  updated: (when: string) => `Updated ${when}`,
  note: (text: string) => `Note: ${text}`,

  pages: 'Pages',
  previous: 'Previous',
  next: 'Next',
  pageOf: (page: number, pages: number) => `Page ${formatCount(page)} of ${formatCount(pages)}`,
  range: (from: number, to: number, total: number, isLowerBound: boolean) =>
    `${formatCount(from)}–${formatCount(to)} of ${isLowerBound ? `more than ${formatCount(total)}` : formatCount(total)}`,
  older: 'Older ones',
  backToNewest: 'Back to the newest',
  olderHint: (count: number) =>
    `A sorted list holds the newest ${formatCount(count)}. Order by newest to go on to older ones.`,

  statusChanged: (title: string, status: string) => `${title}: ${status}`,

  loading: 'Loading the reports',
  empty: {
    title: 'No reports yet',
    body: 'What you generate appears here, with its progress and its file.',
  },
  emptyOlder: {
    title: 'That was all',
    body: 'There is nothing older.',
  },
  nothingMatches: {
    title: 'Nothing matches',
    body: 'No export of this list has the chosen status and report.',
  },
  failed: 'The list could not be loaded',
  stale: 'The list could not be refreshed. What you see may be out of date.',
};
