import type { Period } from '../../../../core/domain/period.ts';
import type { Compression, Dialect, Format } from '../../../../core/domain/report.ts';

const count = new Intl.NumberFormat('en');
const plural = new Intl.PluralRules('en');

function counted(value: number, one: string, other: string): string {
  return `${count.format(value)} ${plural.select(value) === 'one' ? one : other}`;
}

export const generate = {
  title: 'Generate report',
  formTitle: (report: string) => `${report} report: parameters`,
  loading: 'Loading',

  catalog: {
    search: 'Search reports',
    placeholder: 'Title, description or group',
    found: (reports: number) => counted(reports, 'report', 'reports'),
    nothingFound: (search: string) => `No report matches “${search}”.`,
    clearSearch: 'Clear the search',
    empty: 'There is no report that you may generate. Ask an admin of your account for access.',
    eventOnly: 'These reports are about one event.',
    allReports: 'Show all reports',
    failed: 'The reports could not be loaded.',
    unknown: (reportId: string) => `There is no report “${reportId}”. It may have been renamed: choose from these.`,
  },

  prefill: {
    garbled: 'The filters in this link could not be read, so none are filled in.',
    ignored: (names: string) => `Some filters of this link do not fit this report and were left out: ${names}.`,
    ignoredFromExport: (names: string) =>
      `The report has changed since. These filters were left out: ${names}. Check the others.`,
    fromExport: 'Filled in from an earlier export. Change what you need.',
    narrow: (fields: string) => `Narrow it down with ${fields}.`,
    unreadableExport: 'The earlier export cannot be read any more, so nothing is filled in.',
    anotherReport: 'The earlier export was of another report, so nothing is filled in.',
  },

  form: {
    loadFailed: 'The report could not be loaded.',
    filters: 'Filters',
    file: 'File',
    delivery: 'When it is ready',
    back: 'All reports',
    submit: 'Generate report',
    paused: 'New exports are paused for the moment. You can fill in the form; try again later.',
    refused: 'The report was not queued',
    correct: (fields: number) => `${counted(fields, 'field needs', 'fields need')} correcting.`,
    unreachable: 'The server could not be reached. Nothing is lost: try again.',
    required: 'required',
    moreOptions: 'More options',
    format: 'Format',
    timeZone: 'Time zone',
    timeZoneHelp: 'Days begin and times are written in this zone.',
    compression: 'Compression',
    dialect: 'Written for',
    locale: 'Language of the spreadsheet',
    localeHelp: 'Decides between decimal points and commas.',
    neutralize: 'Neutralize formulas',
    neutralizeHelp: 'Text that a spreadsheet would run as a formula gets an apostrophe in front.',
    partFiles: 'Several files, if it is very large',
    partFilesHelp: 'Each is complete in itself, and they are there sooner than one.',
    notifyMe: 'E-mail me',
    recipients: 'Also tell',
    recipientsHelp: 'Addresses of members who may read this report. They can download it too.',
    recipientsPlaceholder: 'name@example.com',
    note: 'Note',
    noteHelp: 'For you and the others, beside the export.',
  },

  formats: {
    csv: { label: 'CSV', use: 'Works almost everywhere' },
    tsv: { label: 'TSV', use: 'Tabs between the cells' },
    xlsx: { label: 'Excel', use: 'Numbers stay numbers' },
    pdf: { label: 'PDF', use: 'To print and pass on' },
    json: { label: 'JSON', use: 'One array, for scripts' },
    ndjson: { label: 'NDJSON', use: 'A line for each row' },
    parquet: { label: 'Parquet', use: 'For data warehouses' },
  } satisfies Record<Format, { label: string; use: string }>,
  compressions: { none: 'None', gzip: 'gzip (.gz)', zstd: 'Zstandard (.zst)' } satisfies Record<Compression, string>,
  dialects: {
    rfc4180: 'Programs (RFC 4180)',
    excel: 'Excel (double click opens it)',
  } satisfies Record<Dialect, string>,

  periods: {
    today: 'Today',
    yesterday: 'Yesterday',
    last_7_days: 'Last 7 days',
    last_30_days: 'Last 30 days',
    this_week: 'This week',
    last_week: 'Last week',
    this_month: 'This month',
    last_month: 'Last month',
    this_quarter: 'This quarter',
    last_quarter: 'Last quarter',
    this_year: 'This year',
    last_year: 'Last year',
  } satisfies Record<Period, string>,

  fields: {
    anyTime: 'Any time',
    custom: 'From … to …',
    daysIn: (timeZone: string) => `Days in ${timeZone}; weeks begin on Monday.`,
    from: 'From',
    to: 'To',
    any: 'Any',
    yes: 'Yes',
    no: 'No',
    choose: 'Choose',
    searchToChoose: 'Search',
    loadingChoices: 'Loading …',
    noChoices: 'Nothing found',
    choicesFailed: 'The choices could not be loaded.',
    moreChoices: 'There are more: type to search.',
    remove: 'Remove',
    clear: (title: string) => `Clear ${title}`,
    json: 'As JSON.',
    addTexts: 'Type and press Enter',
    item: (title: string, position: number) => `${title} ${position}`,
    add: 'Add',
    removeItem: (item: string) => `Remove ${item}`,
  },

  columns: {
    title: 'Columns',
    summary: (chosen: number, all: number) => `${chosen} of ${all}`,
    own: 'The report’s own set',
    unknown: 'The columns follow from the fields above; they can be chosen as soon as these are filled in.',
    all: 'Select all',
    reset: 'Reset',
    show: 'Choose and order columns',
    up: (column: string) => `Move ${column} up`,
    down: (column: string) => `Move ${column} down`,
    moved: (column: string, position: number, all: number) => `${column} is now ${position} of ${all}`,
  },

  estimate: {
    title: 'Estimate',
    rows: (rows: string, isExact: boolean, isOne: boolean) =>
      `${isExact ? '' : 'about '}${rows} ${isOne ? 'row' : 'rows'}`,
    large: 'A file of this size takes a little longer. You can leave the page meanwhile.',
    waiting: 'Fill in the required fields to see how many rows there will be.',
    correcting: 'There is no estimate until the marked fields are corrected.',
    failed: 'There is no estimate at the moment. You can generate the report all the same.',
    preview: (rows: number) => `First ${counted(rows, 'row', 'rows')}`,
    noPreview: 'No rows to show',
    updating: 'Updating the estimate',
  },

  discard: {
    title: 'Discard what you filled in?',
    body: 'Nothing has been generated yet.',
    keep: 'Keep editing',
    discard: 'Discard',
  },

  issues: {
    required: 'Fill in this field',
    number: 'Must be a number',
    wholeNumber: 'Must be a whole number',
    atLeast: (least: string) => `Must be at least ${least}`,
    atMost: (most: string) => `Must be at most ${most}`,
    tooShort: (least: number) => `Needs at least ${counted(least, 'character', 'characters')}`,
    tooLong: (most: number) => `Has more than ${counted(most, 'character', 'characters')}`,
    tooFew: (least: number) => `Needs at least ${count.format(least)}`,
    tooMany: (most: number) => `Takes at most ${count.format(most)}`,
    json: 'Is not JSON',
    noDays: 'Give a first or a last day',
    daysReversed: 'Must not be before the first day',
    noColumns: 'Choose at least one column',
    tooManyRecipients: (most: number) => `Takes at most ${counted(most, 'address', 'addresses')}`,
  },
};
