/** A promise of Waybill to those who use it or run it. */
export interface Promised {
  readonly promise: string;
  /** Proofs that are run by hand, beside the tests, as their figures tell. */
  readonly commands?: readonly string[];
}

export interface PromiseSection {
  readonly title: string;
  /** By the tag that tests carry which hold it. */
  readonly promises: Readonly<Record<string, Promised>>;
}

/** Every promise. A test says which it holds by `@module-tag` in a comment of its file; docs/acceptance.md puts both together. */
export const promiseSections: readonly PromiseSection[] = [
  {
    title: 'Who is allowed',
    promises: {
      'rows-of-own-account': { promise: "An account sees its own rows only, whatever a report's query says" },
      'refused-or-not-found': {
        promise: 'Who may not generate a report gets 403; who may not read an export gets 404',
      },
      'bad-tokens': { promise: 'A stale, forged or foreign token gets 401' },
      'local-access-denied': { promise: 'A removed grant is AccessDenied locally too' },
      'every-route-needs-a-token': { promise: 'Every route but the description needs a token' },
      'user-pools': {
        promise: 'People sign in with a user pool of the stack, or with an identity provider that is there already',
      },
      'key-of-files': {
        promise: 'Files have a key: writers encrypt, signers decrypt, a missing grant shows locally too',
      },
      'hidden-reports': { promise: 'A report of another permission is not in the catalog, and 403 by id' },
      'forged-links': { promise: 'A changed bit, another encoding or a key gone makes a link invalid' },
      'link-key-rotation': { promise: 'A new key ends no link; its rotation may be repeated at each step' },
      'links-are-locators': {
        promise: 'A link is a locator: live membership decides, and each problem has its answer',
      },
      'mail-scanners': { promise: 'A mail scanner that opens a link changes nothing' },
      'presigned-urls': { promise: "A presigned URL ends after a minute, serves ranges, and pins the file's name" },
      'age-of-signatures': {
        promise: 'A URL signed for a week is refused after 90 seconds, by the policy of the bucket',
      },
      'demoted-while-running': { promise: 'A requester demoted during the run cannot download; an admin can' },
      'demoted-members': { promise: 'A downgraded or removed member is refused at once, whatever token they hold' },
      recipients: { promise: 'Recipients are members who may read the report; others are refused with a pointer' },
      'last-owner': { promise: 'An account keeps an owner, also when its owners demote each other at once' },
      'memberships-from-claims': {
        promise: 'Members can come from token claims instead of records, by stage configuration',
      },
      'sender-address': { promise: 'Mail comes from the one configured address, or the role may not send it' },
      'deleted-exports': {
        promise: 'A deleted export leaves its audit line alone: no file, request, recipient, mail or feedback',
      },
      'erased-persons': { promise: 'An erased person leaves an opaque user id; the rest is gone from the whole table' },
      'hostile-requests': {
        promise: 'Path tricks, header injection, oversized tokens and look-alike addresses are refused or harmless',
      },
      threats: { promise: 'Each threat in docs/security.md has a control and a test that exists' },
      'webhook-addresses': { promise: 'Webhooks reach public addresses alone, whatever a name resolves to' },
      'webhook-secrets': { promise: 'A webhook holds no way to the file; its secret is shown once' },
      'least-privilege': { promise: 'No role may do what no test makes it do, and none is refused anything' },
      'webhook-caller-rights': { promise: 'What calls receivers may read and write the table, and do nothing else' },
    },
  },
  {
    title: 'Which snapshot, and what is in the file',
    promises: {
      'million-rows': {
        promise: "A million rows arrive, each of them once, with the waybill's size, rows and SHA-256",
      },
      'exact-values': { promise: 'Ids, amounts and text survive byte for byte, but for the formula apostrophe' },
      'frozen-filters': { promise: 'Filters are frozen when the export is created' },
      'wrong-requests': { promise: 'A wrong request is told with a pointer, and nothing is written' },
      verify: { promise: '`verify` notices a changed byte' },
      'same-as-select': {
        promise: 'Every report in every format holds what a plain SELECT says',
        commands: ['npm run check:other-programs'],
      },
      'hostile-values': { promise: 'Hostile text, long ids, NULL and empty survive every format' },
      'copy-and-rows-alike': { promise: 'COPY and the rows path give identical bytes in every dialect' },
      'workbook-limits': { promise: 'A workbook goes on in a second sheet, or fails, as the report says' },
      'one-gzip-member': { promise: 'Compressed files are one gzip member or one zstd frame' },
      'part-by-part': {
        promise: 'Each of several files is fetched by its part, with the name, size and SHA-256 that the waybill lists',
      },
      'verify-part-files': {
        promise: '`verify` matches several files to their waybill, naming those missing, unknown or there twice',
      },
      'verify-counts': { promise: '`verify` counts the rows of every format that has rows to count' },
      'generated-test-data': {
        promise: 'The same schema, seed and count give the same test data, whatever happens to the schema later',
      },
      'relative-dates': { promise: 'Relative dates become days when the export is requested, in its time zone' },
      estimates: { promise: 'An estimate queues nothing and warns of limits' },
      formulas: { promise: 'A cell that is a formula does not run in a spreadsheet' },
    },
  },
  {
    title: 'How failure shows, and what it leaves',
    promises: {
      'answered-at-once': { promise: 'A request is answered at once; it never waits for the query' },
      'worker-memory': { promise: "The worker's memory stays below 192 MB" },
      'database-down': { promise: 'The database going down ends in `source_unavailable`, with nothing left behind' },
      'one-claim-wins': { promise: 'Of any number of claimers exactly one wins', commands: ['npm run prove:claims'] },
      'terminal-states': { promise: 'Terminal states never change' },
      'lost-replies': { promise: 'A lost reply never turns into a wrong answer' },
      'sweeps-go-on': {
        promise:
          'A sweep takes up hundreds, an account after the other; one that fails at an export, or ends early, gets to all others',
      },
      chaos: {
        promise: 'Every invariant holds with 5 % and 20 % of all calls meeting a fault',
        commands: ['npm run chaos'],
      },
      'crash-points': {
        promise: 'A crash, an error or a lost reply at any call to AWS breaks nothing',
        commands: ['npm run prove:crash-points'],
      },
      'killed-workers': {
        promise: 'A killed worker leaves no partial file, no object, no upload',
        commands: ['npm run prove:kills'],
      },
      'state-machine-coverage': { promise: 'Every state and every catch of the deployed state machine is visited' },
      'random-commands': {
        promise: 'Random commands match a reference model, in memory and over HTTP',
        commands: ['npm run prove:commands'],
      },
      'fair-turns': {
        promise:
          'A noisy account does not delay the quiet ones; caps are never exceeded; an empty line is looked at once',
        commands: ['npm run prove:fairness'],
      },
      'protocol-model': {
        promise: 'The protocol has no bad interleaving, and each weakened variant is caught',
        commands: ['npm run prove:model'],
      },
      'stores-alike': { promise: 'The store in memory behaves as the one on DynamoDB' },
      'too-large': {
        promise: 'More rows or bytes than a format takes fail as `too_large`, early where the count is known',
      },
    },
  },
  {
    title: 'Who is told, by mail and webhook',
    promises: {
      'told-once': {
        promise: 'Everybody is told how an export ended, once: never none, never before the file is there',
      },
      'broken-sender': {
        promise: 'A sender that breaks anywhere around the SES call costs nobody their mail',
        commands: ['npm run prove:crash-points'],
      },
      'mail-events': {
        promise: 'Bounces, complaints and deliveries reach the notification, late, twice and in any order',
      },
      'sent-again': { promise: 'Mail is sent again, also to a corrected address; an address that takes none is told' },
      'mail-fails-no-export': { promise: 'An execution never fails because mail did' },
      addresses: { promise: 'An address that mail cannot be sent to is refused, and so is a second header in one' },
      'one-mail-a-call': {
        promise: 'A mail is sent once a call; a refusal for good is told from a fault that may pass',
      },
      'mail-injection': { promise: 'No text from outside becomes a header, a tag or a second line of a mail' },
      'what-a-mail-says': {
        promise: 'A mail says file, size, rows and expiry, or the reason and what to do, as text and as HTML',
      },
      'local-mail-simulator': { promise: 'Bounces, complaints and suppressed addresses behave as those of SES' },
      feedback: { promise: 'What is wrong with an export reaches the admins, a handful of times for each person' },
      'access-requests': {
        promise: 'Asking for a report mails each owner and admin once a day; nobody is forgotten in a crash',
      },
      'webhooks-told-once': {
        promise: 'Every ending of an export reaches the endpoints that want it; telling twice is one delivery',
      },
      'webhook-signatures': {
        promise: 'A webhook verifies with the official library, before, during and after a rotation',
      },
      'webhook-receivers': {
        promise: 'Receivers that are slow, refuse, redirect, fail for an hour or are gone: as promised',
      },
      'two-deliverers': { promise: 'Two deliverers never make the same try; a slow receiver delays only itself' },
      'webhooks-switched-off': { promise: 'After a day of failures an endpoint is off, and each owner has one mail' },
    },
  },
  {
    title: 'Which signal proves it',
    promises: {
      'alarms-fire': { promise: 'Every alarm fires on its fault and recovers after it' },
      'alarm-evaluation': {
        promise: 'Alarms are evaluated as AWS documents it: over, under, M of N, missing data each way',
      },
      'unknown-alarms': { promise: 'An alarm or a dashboard that could not be evaluated here stops the start by name' },
      'malformed-metrics': { promise: 'A malformed metric is loud' },
      'local-service-metrics': {
        promise: 'The local services measure themselves as those of AWS do, injected faults included',
      },
      'local-ops-page': { promise: '`/local/ops` draws every alarm and dashboard of the template live' },
      'every-metric-measured': {
        promise: 'Every metric is measured by something, and told apart by code where it says so',
      },
      'measured-once': {
        promise: 'A change is measured once: not when repeated or refused, and also when its reply is lost',
      },
      'embedded-metrics': {
        promise: 'Measurements are written as CloudWatch reads them; the page of metrics has all of them',
      },
      'levels-each-minute': {
        promise: 'Each minute tells how many wait and run, the oldest wait, drifted slots and overdue files',
      },
      'downloads-audited': { promise: 'Each download is counted and audited once; refused ones are audited too' },
      runbook: { promise: 'Each alarm has its part of the runbook, with queries that match what is logged' },
      'alarms-ask-what-is-written': {
        promise: 'Alarms and charts ask for metrics that are written, by dimensions they have',
      },
      'all-on-the-dashboard': { promise: 'Every metric of Waybill is on the dashboard, and every alarm' },
      'somebody-is-told': { promise: 'A stage that keeps its data has somebody who is told of alarms' },
    },
  },
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
  {
    title: 'For who runs it',
    promises: {
      'two-commands': { promise: 'Two commands on a fresh clone: `npm start`, `npm test`', commands: ['.ci/run'] },
      'unknown-to-the-local-cloud': { promise: 'What the local cloud does not know stops its start by name' },
      'start-and-stop': { promise: 'Children end with the local cloud; a second start finds its state' },
      'capacity-units': {
        promise:
          'A heartbeat costs one write unit, a create at most 18, a poll at most 2 read units; a turn as much however many wait',
      },
      'parallel-ranges': {
        promise:
          'Several readers of one snapshot write one file: the rows of one reader, byte for byte, whatever is written meanwhile',
      },
      'partitioned-export': {
        promise:
          'An export too large for one worker is made by several tasks, byte for byte as by one, and its progress adds up',
      },
      'partitioned-gzip': {
        promise: 'What several tasks compress is one gzip member of the bytes of one, however short its ranges become',
      },
      'partitioned-kills': {
        promise:
          'Of several workers, one that is killed costs its range alone; with their lead the attempt begins anew; a cancellation reaches all',
      },
      'partitioned-writers': {
        promise:
          'A file that several workers make is the snapshot, whatever is inserted, changed and deleted meanwhile',
      },
      'part-files-made': {
        promise:
          'A very large export may be several files: each complete in itself, together the rows of one, named with size, rows and SHA-256 in one manifest',
      },
      'part-files-fenced': {
        promise:
          'A worker or lead that was lost publishes no part file; what it left goes, and what the manifest names stays until it expires or is deleted',
      },
      'part-files-writers': {
        promise: 'Part files are one snapshot, whatever is inserted, changed and deleted meanwhile',
      },
      'simulated-day': {
        promise: 'A day of a million exports is played through the real admission, against the quotas of AWS',
        commands: ['npm run simulate'],
      },
      'how-fast': {
        promise: 'An export is measured beside what one would do by hand, and each budget is met or said not to be',
        commands: ['npm run bench'],
      },
      'how-fast-the-api': {
        promise:
          'The API is measured with 200 clients at once, beside its own database calls; budgets are met or said not to be',
        commands: ['npm run bench:api'],
      },
      'how-fast-the-lists': {
        promise: 'Pages of 100,000 exports and admissions out of a line of 10,000 are measured beside short ones',
        commands: ['npm run bench:lists'],
      },
      'bundle-sizes': {
        promise: 'Each program stays within its size, and carries no package that it cannot use',
        commands: ['npm run bench:cold-start'],
      },
      environments: { promise: 'Every environment in the template is what its program expects' },
      embedding: {
        promise: 'Another CDK app places Waybill beside its own network and database, and opens only that port',
      },
      'names-apart': { promise: 'Waybills of one account share no name, in one stack or in several' },
      'stages-synthesize': {
        promise: "Every stage passes cdk-nag and CDK's own validation; a wrong value is told with key and fix",
      },
      'stack-outputs': {
        promise: 'A deployment ends with what an operator needs: addresses, table, bucket, state machine, flags',
      },
      'first-owner': { promise: 'The first owner of an account is written by a command' },
      throttles: { promise: 'What costs more than a read is throttled below it, and the page says when to come back' },
      'two-regions': { promise: 'The same stack has room in a second region' },
      'types-alone-in-the-page': { promise: 'The web app takes nothing but types from core' },
      'import-rules': { promise: 'Import rules' },
      'template-guarantees': {
        promise: 'Buckets, ports, time limits, deletion and logs of each stage hold; damaged copies are noticed',
      },
      'promises-have-proofs': { promise: 'Every promise of this table names a proof that exists' },
      'add-a-report': { promise: 'A report is added by one file; the guide works to the letter' },
      'mistakes-in-reports': { promise: 'A mistake in a report is told by file and line' },
      'operators-commands': {
        promise: 'Operators list, show, fail and requeue exports, by name in the timeline; what runs is unharmed',
      },
      'operators-and-live-workers': {
        promise: "A live worker's export cannot be failed by an operator; neither can one that has ended",
      },
      'deploy-guide': {
        promise: 'The guide to deploying names commands, flags, keys, defaults and outputs that exist',
      },
      'deploy-dry-walk': {
        promise: 'What the guide has before the account is run; the account begins where it says',
        commands: ['.ci/run'],
      },
      pages: { promise: 'Every page can be found from the README, and every link leads to a file and a heading' },
      switches: {
        promise: 'Each rollout switch does within a minute what docs/rollout.md says, and harms nothing else',
      },
      cost: { promise: 'Costs are added up from the template, the states and the units of an export' },
      pausing: {
        promise: 'Paused workers start nothing, and what runs ends as it would have; resumed, the line moves on',
      },
      'operators-at-once': { promise: 'Two operators who set flags at once do not undo each other unnoticed' },
      drift: { promise: 'Drift of slots and tokens is told only when two looks see it' },
      'sample-on-aurora': {
        promise: "An owner with no more rights than Aurora's makes the sample database as the local cloud's does",
      },
      'sample-seeding': {
        promise: "The deployed function fills the sample database, and alone may read its owner's password",
      },
      'connection-limit': { promise: 'Production holds no more connections than the read-only role may have' },
      'reader-endpoint': { promise: 'Reports are read at the reader endpoint where a stage names one' },
      'existing-database': { promise: 'The SQL of docs/existing-database.md makes a reader of one account at a time' },
      'image-size': {
        promise: "The worker's image is Node, its libraries and the bundle, below 100 MB",
        commands: ['npm run image-size'],
      },
    },
  },
];
