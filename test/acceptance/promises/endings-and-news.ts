import type { PromiseSection } from './promise-section.ts';

/** How a run ends, who hears of it, and which signal proves it. */
export const endingsAndNews: readonly PromiseSection[] = [
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
];
