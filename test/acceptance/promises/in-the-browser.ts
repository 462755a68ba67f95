import type { PromiseSection } from './promise-section.ts';

/** What people find in the report center. */
export const inTheBrowser: readonly PromiseSection[] = [
  {
    title: 'The report center',
    promises: {
      'signed-out-of-cognito': { promise: 'Whoever signs out is signed out of Cognito too' },
      'one-origin': {
        promise: 'The report center is one origin with its API, and is served locally from the template',
      },
      'first-view': { promise: 'The first view loads at most 250 kB of JavaScript, and nothing of the page is inline' },
      list: { promise: 'The list has pages of 25, and page, order and filters live in its address' },
      'event-list': { promise: 'An event has a list of its own, and generates for itself' },
      'closed-form': { promise: 'A form that is closed gives the list back with its filters' },
      'download-on-the-page': { promise: 'A file downloaded on the page has the bytes and the SHA-256 of its waybill' },
      'compressed-in-a-browser': {
        promise: 'A browser saves a compressed file as it was recorded, and a page reads it with a DecompressionStream',
      },
      'part-files-listed': {
        promise:
          'An export of several files lists them, each with its SHA-256 and its download; a mailed link leads there',
      },
      'two-who-ask-alike': { promise: 'Two people who ask for the same have an export each' },
      drawer: { promise: 'An export opens beside the list: events, request, waybill, attempts, mails, downloads' },
      'sign-out-and-in': { promise: 'Whoever signs out and in again finds their exports as they were' },
      'form-from-schema': { promise: 'Every report of the catalog has a form, made from its schema' },
      'form-mistakes': {
        promise: 'What the server finds wrong stands beside its field; the whole form works by keyboard',
      },
      'asking-for-a-report': { promise: 'A report that one may not have says so, and can be asked for' },
      'failure-and-retry': {
        promise: 'A failure says why, is retried as a line of its own, or is narrowed and run again',
      },
      'bounced-mail-shown': { promise: 'A mail that came back is shown, and sent to the right address' },
      cancelling: { promise: 'A cancellation in time cancels; one that comes too late says so' },
      'lost-permission': { promise: 'Whoever loses a report loses its files on the page at once' },
      'never-back': { promise: 'Whoever asks again with an ETag is never told an older state than that of the ETag' },
      'quiet-polls': { promise: 'A poll that finds nothing new draws nothing' },
      'slow-exports-and-old-links': {
        promise: 'What takes long says so; an old link leads to the file, and after that to a new one',
      },
      'waiting-links': { promise: 'A link to a file that is not there yet, or is held back, waits for it' },
      sessions: { promise: 'A session is renewed in silence; one that has ended leads back to where one was' },
      'paused-and-offline': { promise: 'What is paused, and being offline, is said on every page; the list stays' },
      'told-elsewhere': {
        promise: 'What finishes while one is elsewhere is told, by the browser too; not in view of the list',
      },
      'any-width': { promise: 'From 360 to 2560 pixels nothing scrolls sideways' },
      'accessible-and-silent': { promise: 'The console stays silent, and axe finds nothing, in both themes' },
    },
  },
];
