import type { FailureCode } from '../../../../core/domain/failure.ts';
import type { NotificationState } from '../../../../core/domain/notification.ts';

const plural = new Intl.PluralRules('en');

const rows = (count: number, formatted: string) => `${formatted} ${plural.select(count) === 'one' ? 'row' : 'rows'}`;

export const detail = {
  title: 'Export',
  loading: 'Loading the export',
  failedToLoad: 'The export could not be loaded',
  notFound: 'This export was not found',
  noAccess: 'You have no access to this export',
  sections: {
    file: 'File and waybill',
    request: 'Request',
    notifications: 'Notifications',
    downloads: 'Downloads',
    attempts: 'Attempts',
    timeline: 'Timeline',
  },
  copy: (what: string) => ` ${what}`,
  yes: 'Yes',
  no: 'No',

  facts: {
    exportId: 'Export ID',
    requestedBy: 'Requested by',
    requestedAt: 'Requested',
    took: 'Took',
    retryOf: 'Retry of',
    retriedBy: 'Retried by',
    rerunOf: 'Run again from',
    otherExport: (end: string) => `Export …${end}`,
  },

  file: {
    name: 'File name',
    size: 'Size',
    bytes: (formatted: string, exact: string) => `${formatted} (${exact} bytes)`,
    rows: 'Rows',
    sha256: 'SHA-256',
    snapshotAt: 'Data as of',
    snapshotId: 'Database snapshot',
    expires: 'Kept until',
    check: 'How to check it',
    checkCommand: (fileName: string) => `sha256sum ${fileName}`,
    checkMeaning: 'A complete copy of the file prints the SHA-256 above.',
    wholeWaybill: 'Whole waybill',
    asJson: 'JSON',
    unavailable: 'The waybill is not available',
    none: 'There is a file once the export is ready.',
    gone: 'The file has been removed.',
    neverMade: 'No file was produced.',
  },

  request: {
    filters: 'Filters',
    noFilters: 'None: everything in the report',
    columns: 'Columns',
    columnCount: (count: number, formatted: string) =>
      `${formatted} ${plural.select(count) === 'one' ? 'column' : 'columns'}`,
    format: 'Format',
    compression: 'Compression',
    dialect: 'Dialect',
    dialects: { rfc4180: 'RFC 4180', excel: 'Excel' } as Record<string, string>,
    formulas: 'Formulas',
    neutralized: 'Made harmless by an apostrophe',
    asTheyAre: 'Left as they are',
    notify: 'Tells',
    nobody: 'Nobody',
    locale: 'Language and region',
    timeZone: 'Time zone',
    note: 'Note',
    report: 'Report',
    version: (title: string, version: number) => `${title}, version ${version}`,
    erased: 'The request was deleted with its file.',
  },

  notifications: {
    none: 'Nobody has been written to yet.',
    states: {
      sending: 'Being sent',
      sent: 'Sent',
      delayed: 'Delayed',
      delivered: 'Delivered',
      bounced: 'Bounced: the mail was not accepted',
      complained: 'Delivered, and reported as spam',
      suppressed: 'Not sent: the address does not take mail',
      refused: 'Not sent: refused',
    } satisfies Record<NotificationState, string>,
  },

  downloads: {
    none: 'Nobody has downloaded the file.',
    count: (count: number, formatted: string) =>
      `Downloaded ${formatted} ${plural.select(count) === 'one' ? 'time' : 'times'}`,
    last: 'last',
    by: (name: string) => `by ${name}`,
    refused: (count: number, formatted: string) =>
      `${formatted} ${plural.select(count) === 'one' ? 'download was' : 'downloads were'} refused`,
  },

  attempts: {
    none: 'No worker has started on it yet.',
    attempt: (number: string) => `Attempt ${number}`,
    running: 'Running',
    ready: 'Produced the file',
    failed: 'Failed',
    cancelled: 'Cancelled',
    lost: 'Its worker went silent',
    took: (duration: string) => `took ${duration}`,
  },

  people: { waybill: 'Waybill', you: (name: string) => `${name} (you)` },

  failures: {
    too_large: 'the file would exceed its limit',
    query_timeout: 'the query took too long',
    source_unavailable: 'the data source did not answer',
    storage_unavailable: 'storage was not available',
    worker_lost: 'the worker stopped unexpectedly',
    stuck_in_queue: 'it waited too long for a worker',
    invalid_data: 'the data cannot be written in this format',
    permission_revoked: 'the permission was withdrawn',
    internal: 'an error on our side',
  } satisfies Record<FailureCode, string>,

  refusals: {
    permission_required: 'it was sent to somebody else',
    permission_revoked: 'the permission was withdrawn',
    not_found: 'not theirs to read',
    not_ready: 'the file is not ready',
    file_expired: 'the file has been removed',
    link_expired: 'the link has expired',
    downloads_disabled: 'downloads are paused',
  } as Record<string, string>,

  feedback: {
    missing_columns: 'columns are missing',
    stale_filters: 'the filters are out of date',
    other: 'something else',
  } as Record<string, string>,

  events: {
    created: (format: string) => `Requested as ${format}`,
    createdByItself: (format: string) => `Started once more by itself, as ${format}`,
    counted: (count: number, formatted: string) => `${rows(count, formatted)} to export`,
    countEstimated: (count: number, formatted: string) => `About ${rows(count, formatted)} to export`,
    claimed: (attempt: string) => `Attempt ${attempt} started`,
    released: (attempt: string, reason: string) => `Attempt ${attempt} was given up: ${reason}`,
    workerStopped: 'its worker was stopped',
    cancelRequested: 'Cancellation requested',
    ready: (count: number, formatted: string, size: string) => `Ready: ${rows(count, formatted)}, ${size}`,
    failed: (reason: string) => `Failed: ${reason}`,
    cancelled: 'Cancelled',
    expired: 'Expired: the file is no longer kept',
    erased: 'Deleted, with its file and its request',
    takingLonger: 'Takes longer than usual; being looked into',
    executionReplaced: 'Queued anew: its first start was lost',
    retried: 'Retried',
    downloaded: 'Download started',
    downloadedByLink: 'Download started from the link in a mail',
    downloadRefused: (reason: string) => `Download refused: ${reason}`,
    mailAskedFor: (people: string) => `Mail asked for again, to ${people}`,
    mail: {
      sending: (person: string) => `Mail to ${person} is being sent`,
      sent: (person: string) => `Mail to ${person} sent`,
      delayed: (person: string) => `Mail to ${person} is delayed`,
      delivered: (person: string) => `Mail to ${person} delivered`,
      bounced: (person: string) => `Mail to ${person} bounced`,
      complained: (person: string) => `Mail to ${person} reported as spam`,
      suppressed: (person: string) => `Mail to ${person} not sent: the address does not take mail`,
      refused: (person: string) => `Mail to ${person} not sent: refused`,
    } satisfies Record<NotificationState, (person: string) => string>,
    announced: 'Everybody who is to be told has been told',
    feedback: (kind: string) => `Feedback: ${kind}`,
    personErased: (person: string) => `Name and addresses of ${person} removed`,
  },
};
