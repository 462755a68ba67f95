import type { PromiseSection } from './promise-section.ts';

/** What those have who deploy it, run it and build on it. */
export const forOperators: readonly PromiseSection[] = [
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
